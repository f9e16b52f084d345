import { audit } from '#access/index.ts'
import { findPair, type LastSwitch, placeSince, stepSwitch, writeSwitching } from '#events/sources/store.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { uuidv7 } from '#platform/ids.ts'
import { conflict, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Database, Tx } from '#platform/work.ts'

const SWITCH_KIND = 'sources.switch'

/** Events of one step: nobody else appends for as long as they take, some 40 ms when none of them was published. */
const STEP = { events: 250, bytes: 1024 * 1024 }
/** Whoever began a switch goes on with it; after this somebody else does. */
const TAKE_OVER_MS = 5_000

type Parts = Pick<Runtime, 'clock'>
type By = { actor: string; traceparent: string | null }

/**
 * Begins to let a system lead: from here on the due row sees to it that the switch ends, whatever happens. Where it
 * leads already, or is about to, there is nothing to begin.
 * @throws Problem 404, and 409 while the other one is about to lead
 */
export async function beginSwitch(
  { clock }: Parts,
  tx: Tx,
  tenant: string,
  id: string,
  to: string,
  windowMs: number | undefined,
  by: By,
): Promise<void> {
  const pair = await findPair(tx, tenant, id, true)
  if (pair === undefined) throw notFound('pair of sources', id)
  if (pair.switching !== null && pair.switching.to !== to) {
    throw conflict(
      `A switch to ${pair.switching.to} is under way.`,
      `Ya hay un relevo a ${pair.switching.to} en curso.`,
    )
  }
  if (pair.switching !== null || pair.leader === to) return
  const wall = clock.wall()
  const since = wall - (windowMs ?? pair.windowMs)
  const after = await placeSince(tx, tenant, id, to, since)
  writeSwitching(tx, tenant, id, { to, from: pair.leader, since, after, published: 0, startedAt: wall, ...by })
  tx.schedule([{ kind: SWITCH_KIND, tenant, key: id, dueAt: wall + TAKE_OVER_MS }])
}

/**
 * One step of a switch under way, in the caller's transaction. Repeated, by whomever, it goes on where the last commit
 * left it.
 * @returns true when the switch is over
 */
async function advanceSwitch({ clock }: Parts, tx: Tx, tenant: string, id: string): Promise<boolean> {
  const pair = await findPair(tx, tenant, id, true)
  const under = pair?.switching
  if (under === null || under === undefined) return true
  const now = { domain: clock.now(), wall: clock.wall() }
  crashPoint('sources:before-step')
  const { last_seq, published, done } = await stepSwitch(tx, tenant, id, under, STEP, now, uuidv7(now.wall))
  crashPoint('sources:after-step')
  const sum = under.published + published
  if (!done) {
    writeSwitching(tx, tenant, id, { ...under, after: last_seq, published: sum })
    return false
  }
  const { after, traceparent, ...kept } = under
  const last: LastSwitch = { ...kept, published: sum, endedAt: now.wall }
  writeSwitching(tx, tenant, id, null, last)
  audit(
    tx,
    { identity: { tenant, actor: under.actor }, traceparent },
    {
      at: now.wall,
      action: 'sources.switched',
      target: `sources:${id}`,
      before: { leader: under.from },
      after: { leader: under.to, published: sum },
    },
  )
  return true
}

/** Ends what somebody began and could not finish. */
export const switchKind = (runtime: Parts, looked: () => void): DueKind => ({
  kind: SWITCH_KIND,
  clock: 'wall',
  batch: 1,
  async handle(rows, tx) {
    for (const { tenant, key } of rows) {
      const done = await advanceSwitch(runtime, tx, tenant, key)
      if (!done) tx.schedule([{ kind: SWITCH_KIND, tenant, key, dueAt: runtime.clock.wall() }])
      tx.afterCommit(looked)
    }
  },
})

/**
 * Goes on with a switch until it is over or the time is.
 * @returns whether it is over
 */
export async function finishSwitch(
  runtime: Parts & { database: Database },
  tenant: string,
  id: string,
  untilWall: number,
  looked: () => void,
): Promise<boolean> {
  for (;;) {
    const done = await runtime.database.transaction(async (tx) => {
      const over = await advanceSwitch(runtime, tx, tenant, id)
      if (over) tx.unschedule(SWITCH_KIND, tenant, [id])
      tx.afterCommit(looked)
      return over
    })
    if (done || runtime.clock.wall() >= untilWall) return done
  }
}
