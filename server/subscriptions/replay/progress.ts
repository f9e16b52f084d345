import { type Static, Type } from '@sinclair/typebox'
import { cancelPaced, waitingReplays } from '#deliveries/index.ts'
import { instant } from '#platform/http/answer-fields.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db, Tx } from '#platform/work.ts'
import { targetOf } from '../subscription.ts'
import { REPLAY_KIND } from './due.ts'
import { type Begun, begunReplays, forgetReplays } from './store.ts'

/** Said of what a replay that was stopped did not send. */
const STOPPED = 'the replay was stopped'

export const progress = Type.Object(
  {
    total: Type.Integer({ description: 'Deliveries that it sends; while the log is still looked through, at least' }),
    left: Type.Integer({ description: 'Those of them that were not tried yet' }),
    startedAt: instant,
  },
  { description: 'The replay under way; absent: there is none. Several are told as one' },
)

type Left = Begun & { left: number }

/** Those that still have something to send: in the log, or among the deliveries. */
async function underWay(db: Db, tenant: string, id: string) {
  const begun = await begunReplays(db, { tenant, subscription: id })
  if (begun.length === 0) return { going: [], over: [] }
  const waiting = await waitingReplays(db, tenant, targetOf(id))
  const all = begun.map(
    (each): Left => ({
      ...each,
      left: (waiting.get(each.id) ?? 0) + (each.walks ? Math.max(0, each.counted - each.putBack) : 0),
    }),
  )
  return {
    going: all.filter(({ left, walks }) => walks || left > 0),
    over: all.filter(({ left, walks }) => !walks && left === 0),
  }
}

/** How far the replay of a subscription has come; undefined: none is under way. */
export async function replayProgress(db: Db, tenant: string, id: string): Promise<Static<typeof progress> | undefined> {
  const { going } = await underWay(db, tenant, id)
  const [first] = going
  if (first === undefined) return undefined
  const sum = (of: (each: Left) => number) => going.reduce((total, each) => total + of(each), 0)
  return {
    total: sum(({ walks, counted, putBack }) => (walks ? Math.max(counted, putBack) : putBack)),
    left: sum(({ left }) => left),
    startedAt: first.startedAt.toISOString(),
  }
}

/** Forgets the replays that have sent all: whoever begins another is told of that one alone. */
export async function forgetOver(tx: Tx, tenant: string, id: string): Promise<void> {
  const { over } = await underWay(tx, tenant, id)
  forgetReplays(
    tx,
    { tenant, subscription: id },
    over.map((each) => each.id),
  )
}

/**
 * Ends what is under way: nothing more is put back, and what was not tried yet and is in nobody's hand is called off.
 * @returns how many deliveries were called off or are not put back any more
 */
export async function stopReplays(
  tx: Tx,
  tenant: string,
  id: string,
  runtime: Pick<Runtime, 'clock'>,
): Promise<number> {
  const begun = await begunReplays(tx, { tenant, subscription: id })
  const ids = begun.map((each) => each.id)
  if (ids.length === 0) return 0
  // A step under way holds its row: what it puts back is there when this is through.
  forgetReplays(tx, { tenant, subscription: id }, ids)
  tx.unschedule(REPLAY_KIND, tenant, ids)
  const stopped = await cancelPaced(tx, tenant, { target: targetOf(id), replays: ids, reason: STOPPED }, runtime)
  return stopped + begun.reduce((n, { walks, counted, putBack }) => n + (walks ? Math.max(0, counted - putBack) : 0), 0)
}
