import { storeSources } from '#events/store.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { EventDraft } from '#platform/event.ts'
import { retentionKind } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Catalogue, Verdict } from '../catalogue.ts'
import type { Policies } from '../policy.ts'
import { deleteQuarantined, purgeQuarantined, type QuarantineFilter, renameFaults, takeQuarantined } from './store.ts'

const RELEASE_KIND = 'events.release'
export const PURGE_KIND = 'events.quarantine-purge'

/** Judged in one transaction. */
export const CHUNK = 200
const PURGE_CHUNK = 5_000
const DAY_MS = 86_400_000
/** Between two looks at what is too old. */
export const PURGE_EVERY_MS = DAY_MS

/** Which events are judged again, how far that has come, and whether they pass whatever the catalogue says. */
export type Release = { filter: QuarantineFilter; after: number; upTo: number; force: boolean }

/** How many of a portion went to the log and how many stay; `more` come in a due row. */
export type Released = { passed: number; kept: number; more: boolean }
export type ReleasePortion = (tx: Tx, tenant: string, key: string, wish: Release) => Promise<Released>

/** Why an event still has to stay apart; null: it may pass, by its schema or by what the tenant wants. */
export type Objecting = (tx: Tx, event: EventDraft) => Promise<Exclude<Verdict, { kind: 'ok' }> | null>

export const createObjecting =
  (catalogue: Pick<Catalogue, 'judgeFresh'>, policies: Policies): Objecting =>
  async (tx, event) => {
    const verdict = await catalogue.judgeFresh(event, tx)
    return verdict.kind === 'ok' || policyOf(policies, event.tenant, verdict.kind) === 'pass' ? null : verdict
  }

/** Gives events back to the log in the order in which they came: those that the catalogue lets pass now, or all. */
export function createRelease(runtime: Pick<Runtime, 'clock'>, objecting: Objecting): ReleasePortion {
  return async (tx, tenant, key, wish) => {
    const { rows, more } = await takeQuarantined(tx, tenant, wish.filter, wish, CHUNK)
    const free: typeof rows = []
    const kept: { key: string; reason: 'unknown-type' | 'invalid'; fault: string }[] = []
    for (const row of rows) {
      const objection = wish.force ? null : await objecting(tx, row.event)
      if (objection === null) free.push(row)
      else
        kept.push({ key: row.key, reason: objection.kind, fault: `${objection.fault.path} ${objection.fault.message}` })
    }
    if (kept.length > 0) renameFaults(tx, tenant, kept)
    if (free.length > 0) await giveToLog(tx, tenant, free)
    const last = rows.at(-1)
    if (more && last !== undefined) {
      tx.schedule([releaseEntry(tenant, key, { ...wish, after: last.seq }, runtime.clock.wall())])
    }
    return { passed: free.length, kept: kept.length, more }
  }
}

/** They are apart no more, and in the log with this commit. */
export async function giveToLog(
  tx: Tx,
  tenant: string,
  rows: readonly { key: string; event: EventDraft }[],
): Promise<void> {
  deleteQuarantined(
    tx,
    tenant,
    rows.map(({ key }) => key),
  )
  // What no door appends is found by its id only where its source is known.
  const sources = new Set(rows.map(({ event }) => event.source))
  await storeSources(
    tx,
    [...sources].map((source) => ({ tenant, source })),
  )
  tx.append(rows.map(({ event }) => event))
}

export const releaseKind = (release: ReleasePortion): DueKind => ({
  kind: RELEASE_KIND,
  clock: 'wall',
  batch: 1,
  async handle(due, tx) {
    for (const { tenant, key, payload } of due) await release(tx, tenant, key, payload as unknown as Release)
  },
})

/** The due row that asks for a release; another wish under the same key takes its place. */
export const releaseEntry = (tenant: string, key: string, wish: Release, at: number) => ({
  kind: RELEASE_KIND,
  tenant,
  key,
  dueAt: at,
  payload: wish as never,
})

export const policyOf = (policies: Policies, tenant: string, kind: 'unknown-type' | 'invalid') =>
  (kind === 'unknown-type' ? policies.unknown : policies.invalid).of(tenant)

/** Forgets what nobody released in time. */
export const purgeKind = (days: number): DueKind =>
  retentionKind({
    kind: PURGE_KIND,
    everyMs: PURGE_EVERY_MS,
    batch: 10,
    async purge(tx, { tenant }, wall) {
      const gone = await purgeQuarantined(tx, tenant, wall - days * DAY_MS, PURGE_CHUNK)
      return gone === PURGE_CHUNK ? 'more' : 'later'
    },
  })
