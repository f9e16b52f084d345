import { cancelWaiting, type DeliveryEnd } from '#deliveries/index.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'
import { askerEnded, RUN_ENDED } from './askers.ts'
import type { Wanted } from './contract.ts'
import type { Facts } from './gate.ts'
import {
  deliveryIdOf,
  ESCALATE_KIND,
  inTurn,
  type OpenNotifier,
  OUTCOME_KIND,
  SEND_KIND,
  type Turn,
} from './notifier.ts'
import {
  type Plan,
  planAgain,
  planCalledOff,
  planFailed,
  planHeld,
  planSent,
  planSentAfterAll,
  planSuppressed,
  toldOf,
} from './plan.ts'
import { recentNotifications } from './recent.ts'
import type { NotifyRequest } from './request.ts'
import { fatesOf } from './said.ts'
import {
  escalatedFromRead,
  findEarlier,
  heldFollowUps,
  lockOpen,
  type OpenNotification,
  ownKey,
  unreadOf,
} from './store.ts'

const NO_FACTS: ReadonlyMap<string, Facts> = new Map()

/** What waits in this context: messages for their time, and the word of their channel. */
export function dueKinds(runtime: Runtime, notifier: OpenNotifier): DueKind[] {
  /**
   * Locks, reads, decides each in the order of `ids`, writes; all in the claiming transaction.
   * @param more see `lockOpen`
   * @returns those that something was decided of, by `ownKey`
   */
  async function advance(
    tx: Tx,
    ids: readonly { tenant: string; id: string }[],
    isJudged: (open: OpenNotification) => boolean,
    plan: (open: OpenNotification, facts: Facts | undefined, now: number) => Plan | null,
    more: '' | 'called off' = '',
  ): Promise<ReadonlySet<string>> {
    const places = new Map(ids.map(({ tenant, id }, place) => [ownKey(tenant, id), place]))
    const placeOf = ({ tenant, id }: OpenNotification) => places.get(ownKey(tenant, id)) ?? 0
    const open = (await lockOpen(tx, ids, more)).sort((a, b) => placeOf(a) - placeOf(b))
    const judged = open.filter(isJudged).map((notification) => notification.request)
    const facts = judged.length === 0 ? NO_FACTS : await notifier.factsOf(tx, judged, 'for update')
    const holders = await holdersOf(
      tx,
      open.filter(({ status }) => status === 'suppressed'),
    )
    const now = runtime.clock.now()
    const planned: { made: Plan; request: NotifyRequest }[] = []
    const next = inTurn()
    for (const notification of open) {
      const { tenant, id, request } = notification
      const known = facts.get(ownKey(tenant, id))
      const duplicateOf = holders.get(ownKey(tenant, id)) ?? null
      const made = next(known === undefined || duplicateOf === null ? known : { ...known, duplicateOf }, (found) =>
        plan(notification, found, now),
      )
      if (made !== null) planned.push({ made, request })
    }
    notifier.write(
      tx,
      planned.map(({ made }) => made),
      planned.map(({ request }) => request),
      'locked',
      now,
    )
    return new Set(planned.map(({ request: { tenant, id } }) => ownKey(tenant, id)))
  }

  const recent = recentNotifications(runtime.database)

  /** Their channel took them, a moment after they were written here: nothing has to be read. */
  function handedOver(tx: Tx, open: readonly OpenNotification[]): void {
    if (open.length === 0) return
    const now = runtime.clock.now()
    const inOrder = [...open].sort((a, b) => (ownKey(a.tenant, a.id) < ownKey(b.tenant, b.id) ? -1 : 1))
    notifier.write(
      tx,
      inOrder.map((one) => planSent(one, now)),
      inOrder.map(({ request }) => request),
      { recent: inOrder },
      now,
    )
  }

  return [
    {
      kind: SEND_KIND,
      clock: 'domain',
      async handle(rows, tx, now) {
        const needless = new Map(await needlessMeanwhile(runtime, tx, rows))
        const turns = new Map(rows.map(({ tenant, key, payload }) => [ownKey(tenant, key), (payload ?? {}) as Turn]))
        const turnOf = ({ tenant, id }: { tenant: string; id: string }): Turn => turns.get(ownKey(tenant, id)) ?? {}
        const withChannel: { tenant: string; id: string }[] = []
        const decided = await advance(
          tx,
          // Of those that waited for room under a cap, the first to be due is the first to leave.
          rows.toSorted((a, b) => a.dueAt - b.dueAt).map(({ tenant, key }) => ({ tenant, id: key })),
          (open) =>
            open.status === 'held' ||
            (open.status === 'queued' && turnOf(open).reason !== undefined) ||
            (open.status === 'suppressed' && turnOf(open).again !== undefined),
          (open, facts, at) => {
            if (facts === undefined) return null
            if (open.status === 'suppressed') return planAgain(open, facts, at)
            const { tenant, id, channel } = open
            const { reason = needless.get(ownKey(tenant, id)), mayReturn = false } = turnOf(open)
            if (reason === undefined) return planHeld(open, facts, at)
            if (open.status === 'queued' && channel !== null)
              withChannel.push({ tenant, id: deliveryIdOf(tenant, id, channel) })
            return planCalledOff(open, facts, reason, at, mayReturn)
          },
          'called off',
        )
        await cancelWaiting(tx, withChannel, runtime)
        const over = rows.flatMap(({ tenant, key: id }) => {
          const { again } = turnOf({ tenant, id })
          return again === undefined || decided.has(ownKey(tenant, id)) ? [] : [{ tenant, id, notifyOn: again }]
        })
        tx.schedule(await toldAgain(tx, over, now))
      },
    },
    {
      kind: ESCALATE_KIND,
      clock: 'domain',
      async handle(rows, tx, now) {
        const requests = await unanswered(runtime, tx, rows)
        if (requests.length > 0) notifier.notify(tx, await notifier.plan(tx, requests, now, 'for update'))
      },
    },
    {
      kind: OUTCOME_KIND,
      // Written by the dispatcher, which lives by the wall clock.
      clock: 'wall',
      inline: 'asked',
      async handle(rows, tx) {
        const ends = rows.map((row) => ({ ...outcomeKey(row), tenant: row.tenant, end: row.payload as DeliveryEnd }))
        const byId = new Map(ends.map((end) => [ownKey(end.tenant, end.id), end]))
        // The channel in hand is another one by now: an operator had an old delivery sent again.
        const toldOf = (open: OpenNotification) => {
          const told = byId.get(ownKey(open.tenant, open.id))
          return told?.channel === open.channel ? told : undefined
        }
        // Only what told nobody anything needs people and texts: it may go on to another channel, and counts for no cap.
        const toldNobody = (open: OpenNotification) => (toldOf(open)?.end.ended ?? 'delivered') !== 'delivered'
        const known: OpenNotification[] = []
        const unknown: typeof ends = []
        for (const end of ends) {
          const open = end.end.ended === 'delivered' ? recent.take(ownKey(end.tenant, end.id)) : undefined
          if (open?.channel === end.channel) known.push(open)
          else unknown.push(end)
        }
        handedOver(tx, known)
        if (unknown.length === 0) return
        await advance(
          tx,
          unknown,
          (open) => open.status === 'suppressed' || toldNobody(open),
          (open, facts, now) => {
            const told = toldOf(open)
            if (told === undefined) return null
            const { ended, error } = told.end
            if (ended === 'delivered')
              return open.status === 'suppressed' ? planSentAfterAll(open, facts, now) : planSent(open, now)
            if (open.status !== 'queued') return null
            const reason = error ?? 'the channel gave no reason'
            return ended === 'cancelled'
              ? planSuppressed(open, facts, reason, now)
              : planFailed(open, facts, reason, now)
          },
          'called off',
        )
      },
    },
  ]
}

/** Of notifications that gave their keys back, those of which others have them by now: the id of the other, by `ownKey`. */
async function holdersOf(tx: Tx, open: readonly OpenNotification[]): Promise<ReadonlyMap<string, string>> {
  const keyed = open.flatMap(({ request: { tenant, id, dedupeKey } }) =>
    dedupeKey === undefined ? [] : [{ tenant, id, dedupeKey }],
  )
  if (keyed.length === 0) return new Map()
  const { holders } = await findEarlier(tx, keyed)
  return new Map(
    keyed.flatMap(({ tenant, id, dedupeKey }) => {
      const holder = holders.get(ownKey(tenant, dedupeKey))
      return holder === undefined ? [] : [[ownKey(tenant, id), holder] as const]
    }),
  )
}

/** What tells of notifications that are over. */
async function toldAgain(tx: Tx, wanted: readonly Wanted[], now: number): Promise<DueEntry[]> {
  const rows: DueEntry[] = []
  for (const [tenant, asked] of Map.groupBy(wanted, (one) => one.tenant)) {
    const ids = asked.map(({ id }) => id)
    const fates = new Map((await fatesOf(tx, tenant, ids)).map((fate) => [fate.id, fate]))
    for (const { id, notifyOn } of asked) {
      const fate = fates.get(id)
      // What a channel has will tell by itself.
      if (fate === undefined || fate.status === 'held' || fate.status === 'queued') continue
      const outcome = fate.status === 'cancelled' ? 'suppressed' : fate.status
      rows.push(toldOf(notifyOn, { ...fate, tenant }, outcome, now))
    }
  }
  return rows
}

/** Of held notifications, those that went on from another one and are of no use since, with why. */
async function needlessMeanwhile(
  runtime: Runtime,
  tx: Tx,
  rows: readonly DueRow[],
): Promise<(readonly [string, string])[]> {
  const held = rows.map(({ tenant, key }) => ({ tenant, id: key }))
  const ended = await askerEnded(runtime, tx, await heldFollowUps(tx, held))
  const read = await escalatedFromRead(tx, held)
  return [
    ...[...ended].map((key) => [key, RUN_ENDED] as const),
    ...read.map(({ tenant, id }) => [ownKey(tenant, id), 'what it went on from was read'] as const),
  ]
}

/** What is still to be asked for: of rows whose notification was sent and has not been read, and whose asker is not ended. */
async function unanswered(runtime: Runtime, tx: Tx, rows: readonly DueRow[]): Promise<NotifyRequest[]> {
  const asked = rows.map(({ tenant, key, payload }) => ({
    tenant,
    id: key,
    request: payload as unknown as NotifyRequest,
  }))
  const unread = await unreadOf(
    tx,
    asked.map(({ tenant, id }) => ({ tenant, id })),
  )
  const ended = await askerEnded(
    runtime,
    tx,
    asked.flatMap(({ tenant, id, request: { asker } }) => (asker === undefined ? [] : [{ tenant, id, asker }])),
  )
  return asked
    .filter(({ tenant, id }) => unread.has(ownKey(tenant, id)) && !ended.has(ownKey(tenant, id)))
    .map(({ request }) => request)
}

/** The key is `<notification>:<channel>`. */
function outcomeKey(row: DueRow): { id: string; channel: string } {
  const [id = '', channel = ''] = row.key.split(':')
  return { id, channel }
}
