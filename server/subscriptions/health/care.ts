import type { Care, Noted } from '#deliveries/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Tx } from '#platform/work.ts'
import type { PreparedWebhook } from '../plan.ts'
import { subscriptionOf } from '../subscription.ts'
import { DISABLED_KIND, lookEntry, WELL_KIND } from './due.ts'
import { exhaustedEntry } from './exhausted.ts'
import { judge, lookAt } from './stages.ts'
import { disableGone, noteWell } from './store.ts'

/** Endpoints whose next look this node has seen to; forgotten all at once beyond that. */
const MOST_KNOWN = 10_000

/**
 * Notes what attempts say of the endpoints' health. A healthy one costs nothing: noted are an answer of 410, the first
 * failure in some minutes, a failure with which the time for a warning is reached, and the first success after them.
 * All else is read from the attempt log when it is looked at.
 */
export function endpointCare(clock: Pick<Clock, 'wall'>): Care<PreparedWebhook> {
  /** The looks that this node scheduled last, so that each failure of a busy endpoint need not do it again. */
  const looks = new Map<string, number>()
  const keyOf = (tenant: string, id: string) => `${tenant}\n${id}`
  const isNewLook = (tenant: string, id: string, at: number) => looks.get(keyOf(tenant, id)) !== lookAt(tenant, at)

  function remember(scheduled: readonly { tenant: string; id: string; at: number }[]): void {
    if (looks.size + scheduled.length > MOST_KNOWN) looks.clear()
    for (const { tenant, id, at } of scheduled) looks.set(keyOf(tenant, id), lookAt(tenant, at))
  }

  return {
    concerns({ endpoint: { id, failing } }, { tenant }, verdict, at) {
      if (verdict === 'dead') return true
      if (verdict === 'delivered') return failing !== null
      return (failing === null || judge(failing, at).kind !== 'wait') && isNewLook(tenant, id, at)
    },
    note(tx: Tx, attempts: readonly Noted[]) {
      const wall = clock.wall()
      const latest = new Map<string, { tenant: string; id: string; at: number; said: 'gone' | 'well' | 'failed' }>()
      for (const { tenant, target, verdict, at } of attempts) {
        const said = verdict === 'dead' ? 'gone' : verdict === 'delivered' ? 'well' : 'failed'
        const known = latest.get(`${tenant}\n${target}`)
        // Of one endpoint the weightiest only: who is gone is not looked at, and a success begins anew.
        if (known !== undefined && RANK[known.said] > RANK[said]) continue
        latest.set(`${tenant}\n${target}`, { tenant, id: subscriptionOf(target), at, said })
      }
      const all = [...latest.values()]
      const gone = all.filter(({ said }) => said === 'gone')
      const well = all.filter(({ said }) => said === 'well')
      const failed = all.filter(({ said }) => said === 'failed')
      if (gone.length > 0) disableGone(tx, gone, wall)
      if (well.length > 0) noteWell(tx, well)
      tx.schedule([
        ...gone.map(({ tenant, id }) => ({ kind: DISABLED_KIND, tenant, key: id, dueAt: wall })),
        ...well.map(({ tenant, id }) => ({ kind: WELL_KIND, tenant, key: id, dueAt: wall })),
        ...failed.map(({ tenant, id, at }) => lookEntry(tenant, id, at)),
      ])
      // Not before: a mark that other hands made takes its look with it.
      tx.afterCommit(() => remember(failed))
    },
    gaveUp: (tx, deliveries) => tx.schedule(deliveries.flatMap(exhaustedEntry)),
  }
}

const RANK = { gone: 2, well: 1, failed: 0 }
