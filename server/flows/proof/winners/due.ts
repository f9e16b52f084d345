import { audit } from '#access/index.ts'
import { readFlow, readVersion, touchFlow } from '#flows/authoring/store.ts'
import { latestCanary } from '#flows/canary/store.ts'
import { compileVersion } from '#flows/compile.ts'
import type { Flow } from '#flows/flow.ts'
import { windowOf } from '#flows/proof/entries.ts'
import { decidedEvent } from '#flows/proof/winners/event.ts'
import { ruleOf, type WinnerRule, winnerOf } from '#flows/proof/winners/rule.ts'
import {
  firstOfRivals,
  insertWinner,
  lastWindow,
  lockRunning,
  resumeWinners,
  saveWinner,
  type WinnerRow,
} from '#flows/proof/winners/store.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { addSpan } from '#platform/duration.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** A look at whether a winner can be told. */
const WINNER_KIND = 'flow.winner'
/** Domain time between two looks: a hundredth of the window, within these. */
const SHORTEST_MS = 60_000
const LONGEST_MS = 3_600_000
/** Of real time a look takes at most so great a part. */
const SHARE = 20

type Key = { flowId: string; version: number; node: string }

const lookAt = (tenant: string, key: Key, dueAt: number): DueEntry => ({
  kind: WINNER_KIND,
  tenant,
  key: `${key.flowId}/${key.version}/${key.node}`,
  dueAt,
  payload: key,
})

/** Splits of a version that was just published begin to look for their winner. */
export function beginSearches(tx: Tx, tenant: string, flowId: string, version: number, flow: Flow, now: number): void {
  for (const node of flow.splits) {
    if (ruleOf(flow, node) === null) continue
    insertWinner(tx, tenant, flowId, version, node)
    // Nobody's window is over before.
    tx.schedule([lookAt(tenant, { flowId, version, node }, addSpan(now, windowOf(flow)))])
  }
}

/** Splits of a version that takes people again go on to look for their winner, where they had given up. */
export async function resumeSearches(tx: Tx, tenant: string, flowId: string, version: number, now: number) {
  const nodes = await resumeWinners(tx, tenant, flowId, version)
  tx.schedule(nodes.map((node) => lookAt(tenant, { flowId, version, node }, now)))
}

/** Looks for winners, and lets them take all where the graph says so. */
export function winnerKind({ clock, logger }: Pick<Runtime, 'clock' | 'logger'>): DueKind {
  return {
    kind: WINNER_KIND,
    clock: 'domain',
    batch: 10,
    async handle(rows, tx, now) {
      for (const { tenant, payload } of rows) {
        const key = payload as Key
        const row = await lockRunning(tx, tenant, key.flowId, key.version, key.node)
        if (row === undefined) continue
        const began = performance.now()
        const stored = await readVersion(tx, tenant, key.flowId, key.version)
        const flow = stored === undefined ? undefined : compileVersion(stored.graph)
        const rule = flow === undefined ? null : ruleOf(flow, key.node)
        if (flow === undefined || rule === null) continue
        if (await decide(tx, row, flow, rule, now)) continue
        const pause = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (addSpan(now, windowOf(flow)) - now) / 100))
        const spared = (performance.now() - began) * SHARE * clock.scale
        tx.schedule([lookAt(tenant, key, Math.ceil(now + Math.max(pause, spared)))])
      }
      crashPoint('flows:winner')
    },
  }

  /** @returns whether there is nothing more to look for */
  async function decide(tx: Tx, row: WinnerRow, flow: Flow, rule: WinnerRule, now: number): Promise<boolean> {
    const { tenant, flowId, version, node } = row
    const { counts } = await firstOfRivals(tx, row, flow, rule.minimum, now)
    if (counts.some(({ people }) => people < rule.minimum)) {
      if (await mayGoOn(tx, row, now)) return false
      saveWinner(tx, { ...row, state: 'ended', counts, decidedAt: new Date(now) })
      return true
    }
    const arm = winnerOf(counts, rule.confidence)
    const promoted = arm !== null && rule.promote
    const decided: WinnerRow = {
      ...row,
      state: arm === null ? 'undecided' : 'won',
      arm,
      promoted,
      counts,
      decidedAt: new Date(now),
    }
    saveWinner(tx, decided)
    if (promoted) touchFlow(tx, tenant)
    tx.append([decidedEvent(decided, now)])
    audit(
      tx,
      { identity: { tenant, actor: 'system' }, traceparent: null },
      {
        at: clock.wall(),
        action: promoted ? 'flow.winner-promoted' : 'flow.experiment-decided',
        target: `flow:${flowId}`,
        after: { version, node, arm, counts },
      },
    )
    tx.afterCommit(() => logger.info({ tenantId: tenant, flowId, version, node, arm }, 'an experiment was decided'))
    return true
  }

  /** More people may come, or the window of some is not over. */
  async function mayGoOn(tx: Tx, row: WinnerRow, now: number): Promise<boolean> {
    const { tenant, flowId, version } = row
    const found = await readFlow(tx, tenant, flowId)
    if (found?.published === version) return true
    const canary = await latestCanary(tx, tenant, flowId)
    if (canary?.state === 'running' && canary.version === version) return true
    return ((await lastWindow(tx, tenant, row))?.getTime() ?? 0) > now
  }
}
