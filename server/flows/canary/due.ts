import { audit } from '#access/index.ts'
import { touchFlow } from '#flows/authoring/store.ts'
import { returnedEvent } from '#flows/canary/event.ts'
import { isTooBad } from '#flows/canary/share.ts'
import { type CanaryRow, endedRuns, failedRuns, latestCanary, saveCanary } from '#flows/canary/store.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** A look at how the runs of a canary go; its key is the flow's id. */
const CANARY_KIND = 'flow.canary'
const LOOK_MS = 10_000
/** A look that has much to count takes at most so great a part of the time. */
const SHARE = 20

export const canaryLook = (tenant: string, flowId: string, version: number, dueAt: number): DueEntry => ({
  kind: CANARY_KIND,
  tenant,
  key: flowId,
  dueAt,
  payload: { version },
})

/** Looks at canaries, and takes the way back from one whose runs fail too often. */
export function canaryKind(runtime: Pick<Runtime, 'clock' | 'logger'>): DueKind {
  const { clock, logger } = runtime
  return {
    kind: CANARY_KIND,
    clock: 'wall',
    batch: 20,
    async handle(rows, tx, wall) {
      for (const { tenant, key: flowId, payload } of rows) {
        const row = await latestCanary(tx, tenant, flowId, true)
        if (row?.state !== 'running' || row.version !== (payload as { version: number }).version) continue
        const began = performance.now()
        if (await isFailing(tx, row)) returns(tx, row, wall)
        else {
          saveCanary(tx, row)
          const pause = Math.max(LOOK_MS, (performance.now() - began) * SHARE)
          tx.schedule([canaryLook(tenant, flowId, row.version, wall + Math.ceil(pause))])
        }
      }
      crashPoint('flows:canary')
    },
  }

  /** Counts first what is cheap to count: where few have failed, nothing else need be read. */
  async function isFailing(tx: Tx, row: CanaryRow): Promise<boolean> {
    const { tenant, flowId, version, threshold, minimumRuns } = row
    row.failed = await failedRuns(tx, tenant, flowId, version)
    if (row.failed <= threshold * minimumRuns) return false
    // Were as many to have ended, it would be well again.
    const enough = threshold === 0 ? minimumRuns : Math.max(minimumRuns, Math.ceil(row.failed / threshold))
    row.ended = await endedRuns(tx, tenant, row, enough)
    return isTooBad(row, threshold, minimumRuns)
  }

  function returns(tx: Tx, row: CanaryRow, wall: number): void {
    const { tenant, flowId, version, failed, ended, threshold } = row
    saveCanary(tx, { ...row, state: 'returned', endedBy: 'system', endedAt: new Date(clock.now()) })
    touchFlow(tx, tenant)
    tx.append([returnedEvent(row, clock.now())])
    audit(
      tx,
      { identity: { tenant, actor: 'system' }, traceparent: null },
      {
        at: wall,
        action: 'flow.canary-returned',
        target: `flow:${flowId}`,
        after: { version, failed, ended, threshold },
      },
    )
    tx.afterCommit(() =>
      logger.warn(
        { tenantId: tenant, flowId, version, failed, ended },
        'a canary failed too often: new runs take the published version',
      ),
    )
  }
}
