import type { Cancelled, Delivery, Postponed } from '#deliveries/index.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'
import { askerEnded, RUN_ENDED } from '../askers.ts'
import { noLongerTrue } from '../gate.ts'
import { encountersOf, knownOf, loadPeople, NO_USERS, personOf } from '../people.ts'
import type { ChannelName, NotifyRequest, StillTrue } from '../request.ts'
import { pacedPerson } from '../rules/pace.ts'
import { judge } from '../rules/rules.ts'
import { rulesOfTenants } from '../rules/store.ts'
import { type NewNotification, type OpenNotification, ownKey, type Payload, readOpen } from '../store.ts'

/** What a channel needs to send. */
export type Message = {
  tenant: string
  id: string
  address: string | null
  payload: Payload | null
  stillTrue: StillTrue | undefined
}

/** The message as a push's delivery carries it, so that its first attempt needs no look at the notification. */
export const messageOf = (
  row: NewNotification,
  request: NotifyRequest,
  channel: ChannelName,
): { [name: string]: Json } =>
  channel === 'push'
    ? {
        address: row.address,
        payload: row.payload as Json,
        ...(request.stillTrue === undefined ? {} : { stillTrue: request.stillTrue as unknown as Json }),
      }
    : {}

type Carried = { notificationId?: Json; address?: string | null; payload?: Payload | null; stillTrue?: StillTrue }

const carriedOf = ({ request }: Pick<Delivery, 'request'>): Carried =>
  request !== null && typeof request === 'object' && !Array.isArray(request) ? (request as unknown as Carried) : {}

const notificationIdOf = (delivery: Pick<Delivery, 'request'>): string => {
  const { notificationId } = carriedOf(delivery)
  if (typeof notificationId !== 'string') throw new Error('the delivery names no notification')
  return notificationId
}

/** Quiet hours may have begun since it was decided that a message leaves. */
const LATE_MS = 60_000

/**
 * The last look before a message leaves: was it called off, has it gone on to another channel, has the person
 * come back while it waited, was the run ended from whose message it went on, have quiet hours begun? A message that was
 * called off before its first attempt has no delivery any more, so those that carry all that is needed, and are not late,
 * are not looked up.
 */
export async function stillWanted(
  channel: ChannelName,
  rows: readonly Delivery[],
  db: Db,
  runtime: Pick<Runtime, 'database' | 'clock'>,
): Promise<(Message | Cancelled | Postponed)[]> {
  const { clock } = runtime
  const found = new Map<string, Message | Cancelled>()
  const late: OpenNotification[] = []
  const unread: { tenant: string; id: string }[] = []
  for (const row of rows) {
    const { tenant, attempts } = row
    const id = notificationIdOf(row)
    const { address, payload, stillTrue } = carriedOf(row)
    const isLate = attempts > 0 || clock.wall() - row.createdAt > LATE_MS
    if (isLate || address === undefined || payload === undefined) unread.push({ tenant, id })
    else found.set(ownKey(tenant, id), { tenant, id, address, payload, stillTrue })
  }
  if (unread.length > 0) {
    for (const open of await readOpen(db, unread)) {
      found.set(ownKey(open.tenant, open.id), onChannel(channel, open))
      late.push(open)
    }
  }
  const messages = [...found.values()].filter((item): item is Message => !('cancelled' in item))
  const [encounters, ended, quiet] = await Promise.all([
    encountersOf(db, messages),
    askerEnded(runtime, db, late.flatMap(followUp)),
    quietOf(channel, late, db, clock),
  ])
  return rows.map((row) => {
    const key = ownKey(row.tenant, notificationIdOf(row))
    const message = found.get(key)
    if (message === undefined) return { cancelled: 'the notification was called off' }
    if ('cancelled' in message) return message
    if (ended.has(key)) return { cancelled: RUN_ENDED }
    const untrue = noLongerTrue(message.stillTrue, encounters.get(key) ?? null)
    return untrue === null ? (quiet.get(key) ?? message) : { cancelled: untrue }
  })
}

/** A message that goes on from another one: what ended the run that asked for that one calls it off too. */
const followUp = ({ tenant, id, request: { asker } }: OpenNotification) =>
  asker === undefined ? [] : [{ tenant, id, asker }]

const onChannel = (channel: ChannelName, open: OpenNotification): Message | Cancelled =>
  open.channel === channel
    ? {
        tenant: open.tenant,
        id: open.id,
        address: open.address,
        payload: open.payload,
        stillTrue: open.request.stillTrue,
      }
    : { cancelled: `it went on by ${open.channel}` }

/** Those of the messages for which it is quiet now; caps were judged when they were handed over. */
async function quietOf(
  channel: ChannelName,
  open: readonly OpenNotification[],
  db: Db,
  clock: Pick<Runtime['clock'], 'now' | 'wallAt'>,
): Promise<ReadonlyMap<string, Cancelled | Postponed>> {
  const requests = open.map(({ request }) => request).filter((request) => pacedPerson(request) !== null)
  const rules =
    requests.length === 0 ? null : await rulesOfTenants(db, [...new Set(requests.map(({ tenant }) => tenant))])
  if (rules === null || rules.size === 0) return new Map()
  const people = await loadPeople(db, requests)
  const now = clock.now()
  const found = new Map<string, Cancelled | Postponed>()
  for (const request of requests) {
    const { tenant, id, category = null, critical = false } = request
    const own = rules.get(tenant)
    if (own === undefined) continue
    const timeZone = personOf(request, knownOf(tenant, people, NO_USERS))?.timeZone ?? null
    const verdict = judge({ ...own, caps: [] }, [], { id, channel, category, critical, timeZone }, now)
    if (verdict?.kind === 'drop') found.set(ownKey(tenant, id), { cancelled: verdict.reason })
    if (verdict?.kind === 'hold') {
      found.set(ownKey(tenant, id), { postponedTo: clock.wallAt(verdict.until), reason: verdict.reason })
    }
  }
  return found
}
