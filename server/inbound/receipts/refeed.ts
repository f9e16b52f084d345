import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { errorText } from '#platform/error-text.ts'
import { isPassing } from '#platform/passing.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry } from '#platform/work.ts'
import type { Refeed } from '../refeed.ts'
import { findEndpoint } from '../store.ts'
import { type Filter, markRefused, type Place, refeedable } from './store.ts'

export const REFEED_KIND = 'inbound.refeed'
export type RefeedPayload = { endpoint: string; filter: Filter; perSecond: number; after: Place | null }

/** Steps that a node has in hand at once; each waits for commits of its own. */
const MOST_STEPS = 4
const BUSY_MS = 1_000
/** Receipts looked at in a step for those that are fed. */
const WINDOW = 5_000
/** A step ends after this, whatever is left of it. */
const SLICE_MS = 3_000
/** The row stays while a step is in hand, so that it is taken up again when this node dies. */
const NET_MS = 10_000
/** While nothing can be stored, unless who says so says for how long. */
const AWAY_MS = 2_000

/** The due row of the next step. */
export const refeedRow = (tenant: string, key: string, dueAt: number, payload: RefeedPayload): DueEntry => ({
  kind: REFEED_KIND,
  tenant,
  key,
  dueAt,
  payload: payload as never,
})

type Step = { tenant: string; key: string } & RefeedPayload

/**
 * Walks what an endpoint received, in the order in which it came. A receipt is commits of its own, which the transaction
 * that claims the row must not wait for: its handler hands the step on, and the step moves the row when it has ended. A
 * step that is repeated makes no event twice.
 */
export function refeeds(
  runtime: Pick<Runtime, 'clock' | 'database' | 'logger' | 'overload'>,
  refeed: Refeed,
): { dueKind: DueKind; stop(): Promise<void> } {
  const { clock, database, logger } = runtime
  const inHand = new Map<string, Promise<void>>()
  let stopped = false

  /** @returns how long nothing more can be stored (ms); null: it is done with the receipt, whatever became of it */
  async function feedOne(tenant: string, endpoint: string, id: string): Promise<number | null> {
    try {
      const full = runtime.overload(tenant)
      if (full !== null) throw full
      await refeed(tenant, endpoint, id)
    } catch (error) {
      if (isPassing(error)) return waitOf(error)
      // What cannot be fed in says why itself, but for what nobody expected.
      if (error instanceof Problem) return null
      logger.error({ err: error, tenantId: tenant, endpoint, receipt: id }, 'a receipt could not be fed in again')
      await markRefused(database.worker, { tenant, id }, { code: 'inbound/failed', reason: errorText(error) })
    }
    return null
  }

  async function step({ tenant, key, ...payload }: Step): Promise<void> {
    const { endpoint, filter, perSecond } = payload
    const began = clock.wall()
    const end = performance.now() + SLICE_MS
    const bounds = { limit: perSecond, window: WINDOW }
    let { after } = payload
    const { chosen, end: ahead, isLast } = await refeedable(database.worker, tenant, endpoint, filter, after, bounds)
    let passed = 0
    let wait: number | null = null
    for (const { id, at } of chosen) {
      if (stopped || performance.now() >= end) break
      wait = await feedOne(tenant, endpoint, id)
      if (wait !== null) break
      after = [at, id]
      passed += 1
    }
    if (passed === chosen.length) after = ahead ?? after
    const isOver = passed === chosen.length && isLast
    const dueAt = wait === null ? began + Math.ceil((passed * 1_000) / perSecond) : clock.wall() + wait
    await database.transaction(async (tx) => {
      if (isOver) tx.unschedule(REFEED_KIND, tenant, [key])
      else tx.schedule([refeedRow(tenant, key, dueAt, { ...payload, after })])
    })
  }

  function begin(one: Step): void {
    const name = `${one.tenant}\n${one.key}`
    if (stopped || inHand.has(name)) return
    const ended = step(one)
      .catch((error) => logger.warn({ err: error, tenantId: one.tenant }, 'feeding in again is put off'))
      .finally(() => inHand.delete(name))
    inHand.set(name, ended)
  }

  return {
    dueKind: {
      kind: REFEED_KIND,
      clock: 'wall',
      batch: 1,
      async handle(rows: readonly DueRow[], tx, now) {
        for (const { tenant, key, payload: given } of rows) {
          const payload = given as unknown as RefeedPayload
          if ((await findEndpoint(tx, tenant, payload.endpoint)) === undefined) continue
          const isBusy = stopped || inHand.size >= MOST_STEPS
          tx.schedule([refeedRow(tenant, key, now + (isBusy ? BUSY_MS : NET_MS), payload)])
          if (!isBusy) tx.afterCommit(() => begin({ tenant, key, ...payload }))
        }
      },
    },
    async stop() {
      stopped = true
      await Promise.all(inHand.values())
    },
  }
}

const waitOf = (error: unknown): number =>
  error instanceof Problem && error.retryAfterS !== undefined ? error.retryAfterS * 1_000 : AWAY_MS
