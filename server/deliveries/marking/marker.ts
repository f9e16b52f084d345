import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { isTransient } from '#platform/database.ts'
import { storable } from '#platform/storable.ts'
import { CONFLICT_SQLSTATE, type Database } from '#platform/work.ts'
import type { Channel, GivenUp, Noted } from '../delivery.ts'
import { endOf, type Outcome } from '../outcome.ts'
import { lookAfterDays, markAll, markAny, stillHeld } from './store.ts'

const BATCH = 500
/** Marks that nobody waits for gather this long, so that a commit carries many. */
const LINGER_MS = 4
const AGAIN_MS = 250
/** "No partition for this row": the days were not made in time. */
const NO_PARTITION = '23514'

export type Marker = {
  add(outcome: Outcome): void
  /** Resolves when nothing waits for its mark. */
  idle(): Promise<void>
  readonly waiting: number
}

/** Records outcomes in groups: one commit carries up to 500, and one is under way at a time. */
export function createMarker(options: {
  database: Database
  clock: Clock
  logger: Logger
  channels: ReadonlyMap<string, Channel>
  keepDays: number
  /** Resolves when what this node has claimed is in hand, under its fence. */
  received(): Promise<void>
  /** After the commit: the rows are done with here, marked or in other hands. */
  settled(outcomes: readonly Outcome[]): void
}): Marker {
  const { database, clock, logger, channels } = options
  let queue: Outcome[] = []
  let busy = false
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined
  let inHand = 0
  const idlers: (() => void)[] = []

  /** Needs a transaction: something of others is written with the mark. */
  const tells = (outcome: Outcome) =>
    (outcome.ended !== null && outcome.delivery.notifyOn !== null) || outcome.noted === true || isGivenUp(outcome)

  const isGivenUp = ({ ended, delivery }: Outcome) =>
    ended === 'failed' && channels.get(delivery.channel)?.care?.gaveUp !== undefined

  function plan(): void {
    if (busy || timer !== undefined) return
    const last = queue[queue.length - 1]
    if (last === undefined) return
    timer = queue.length >= BATCH || tells(last) ? setImmediate(flush) : setTimeout(flush, LINGER_MS)
  }

  async function flush(): Promise<void> {
    timer = undefined
    if (busy) return
    busy = true
    const batch = queue.length <= BATCH ? queue : queue.slice(0, BATCH)
    queue = queue.length <= BATCH ? [] : queue.slice(BATCH)
    if (batch.length > 0) {
      await mark(batch)
      crashPoint('deliveries:after-mark')
      tell(logger, batch)
      inHand -= batch.length
      options.settled(batch)
    }
    busy = false
    if (queue.length > 0) plan()
    else if (inHand === 0) for (const resolve of idlers.splice(0)) resolve()
  }

  /** Tries until the database took it; a row that spoils its batch is found by halving. */
  async function mark(batch: readonly Outcome[]): Promise<void> {
    for (;;) {
      try {
        await commit(batch)
        return
      } catch (error) {
        const code = (error as { code?: string } | null)?.code
        if (code === NO_PARTITION) {
          await lookAfterDays(database.worker, clock.wall(), options.keepDays).catch(() => {})
        }
        if (code !== NO_PARTITION && !isTransient(error)) {
          await spoiled(batch, error)
          return
        }
        logger.warn({ err: error, deliveries: batch.length }, 'outcomes could not be recorded; trying again')
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  async function spoiled(batch: readonly Outcome[], error: unknown): Promise<void> {
    const [first] = batch
    if (batch.length > 1 || first === undefined) {
      const half = batch.length >> 1
      await mark(batch.slice(0, half))
      await mark(batch.slice(half))
      return
    }
    const bare: Outcome = { ...first, summary: null, attempt: { error: 'the details could not be stored' } }
    const { tenant, id } = first.delivery
    logger.error({ err: error, tenantId: tenant, deliveryId: id }, 'an outcome was recorded without its details')
    await commit([bare]).catch((failed: unknown) =>
      // The row stays leased to this run and is taken up after it.
      logger.error({ err: failed, tenantId: tenant, deliveryId: id }, 'an outcome could not be recorded'),
    )
  }

  async function commit(batch: readonly Outcome[]): Promise<void> {
    if (!batch.some(tells)) {
      const leases = batch.map(({ hold }) => hold.lease)
      const marked = await markAny(database.worker, batch)
      if (marked === null) return
      // Ours under a later run by now; those in other hands are their business.
      await options.received()
      const done = new Set(marked)
      const again = batch.filter(({ delivery, hold }, i) => !done.has(delivery.id) && hold.lease !== leases[i])
      if (again.length > 0) await commit(again)
      return
    }
    try {
      await commitWithNews(batch)
    } catch (error) {
      if ((error as { code?: string }).code !== CONFLICT_SQLSTATE) throw error
      await options.received()
      // Some rows are in other hands by now: what became of them is told by whoever holds them.
      const held = await stillHeld(database.worker, batch)
      const ours = batch.filter(({ delivery }) => held.has(delivery.id))
      if (ours.length > 0) await commitWithNews(ours)
    }
  }

  async function commitWithNews(batch: readonly Outcome[]): Promise<void> {
    const now = Math.min(clock.wall(), clock.now())
    const news = batch.flatMap(({ delivery, ended, attempts, attempt }) =>
      ended === null || delivery.notifyOn === null ? [] : [endOf(delivery, ended, attempts, attempt, now)],
    )
    // Whoever waits for an outcome goes on in the same commit: a flow's next step, a notification's next channel.
    await database.transaction(
      async (tx) => {
        markAll(tx, batch).catch(() => {})
        for (const [name, noted] of notedOf(batch)) channels.get(name)?.care?.note(tx, noted)
        const givenUp = Map.groupBy(batch.filter(isGivenUp), ({ delivery }) => delivery.channel)
        for (const [name, outcomes] of givenUp) channels.get(name)?.care?.gaveUp?.(tx, outcomes.map(givenUpOf))
        if (news.length > 0) tx.schedule(news)
      },
      { inlineDue: true },
    )
  }

  return {
    add(outcome) {
      inHand += 1
      queue.push(outcome)
      if (queue.length === BATCH || tells(outcome)) {
        if (timer !== undefined) {
          clearTimeout(timer as NodeJS.Timeout)
          clearImmediate(timer as NodeJS.Immediate)
          timer = undefined
        }
      }
      plan()
    },
    idle: () => (inHand === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    get waiting() {
      return inHand
    },
  }
}

function givenUpOf({ delivery, attempts, attempt, at }: Outcome): GivenUp {
  const { tenant, id, target, eventPosition, eventId } = delivery
  const error = attempt.error === undefined ? null : storable(attempt.error)
  return { tenant, id, target, eventPosition, eventId, attempts, status: attempt.status ?? null, error, at }
}

/** What has to be noted, by channel. */
function notedOf(batch: readonly Outcome[]): Map<string, Noted[]> {
  const noted = new Map<string, Noted[]>()
  for (const outcome of batch) {
    const { verdict, delivery, at } = outcome
    if (outcome.noted !== true || verdict === 'cancelled' || verdict === 'expired' || verdict === 'postponed') continue
    const { tenant, target, channel } = delivery
    const list = noted.get(channel)
    if (list === undefined) noted.set(channel, [{ tenant, target, verdict, at }])
    else list.push({ tenant, target, verdict, at })
  }
  return noted
}

/** What was given up is told to the operator; each attempt to whoever traces it. */
function tell(logger: Logger, batch: readonly Outcome[]): void {
  const tracing = logger.isLevelEnabled('debug')
  for (const { delivery, ended, verdict, attempts, attempt } of batch) {
    if (ended !== 'failed' && !tracing) continue
    const line = {
      traceId: delivery.traceparent?.slice(3, 35),
      tenantId: delivery.tenant,
      eventId: delivery.eventId ?? undefined,
      deliveryId: delivery.id,
      channel: delivery.channel,
      target: delivery.target,
      verdict,
      attempts,
      status: attempt.status ?? undefined,
      error: attempt.error ?? undefined,
    }
    if (ended === 'failed') logger.warn(line, 'a delivery was given up')
    else logger.debug(line, 'a delivery was attempted')
  }
}
