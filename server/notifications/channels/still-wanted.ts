import type { Cancelled, Delivery } from '#deliveries/index.ts'
import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'
import { noLongerTrue } from '../gate.ts'
import { encountersOf } from '../people.ts'
import type { ChannelName, NotifyRequest, StillTrue } from '../request.ts'
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

/**
 * The last look before a message leaves: was it called off, has it gone on to another channel, has the person
 * come back while it waited? At most two reads for a whole batch; a message that was called off before its first
 * attempt has no delivery any more, so those that carry all that is needed are not looked up.
 */
export async function stillWanted(
  channel: ChannelName,
  rows: readonly Delivery[],
  db: Db,
): Promise<(Message | Cancelled)[]> {
  const found = new Map<string, Message | Cancelled>()
  const unread: { tenant: string; id: string }[] = []
  for (const row of rows) {
    const { tenant, attempts } = row
    const id = notificationIdOf(row)
    const { address, payload, stillTrue } = carriedOf(row)
    if (attempts > 0 || address === undefined || payload === undefined) unread.push({ tenant, id })
    else found.set(ownKey(tenant, id), { tenant, id, address, payload, stillTrue })
  }
  if (unread.length > 0) {
    for (const open of await readOpen(db, unread)) found.set(ownKey(open.tenant, open.id), onChannel(channel, open))
  }
  const messages = [...found.values()].filter((item): item is Message => !('cancelled' in item))
  const encounters = await encountersOf(db, messages)
  return rows.map((row) => {
    const key = ownKey(row.tenant, notificationIdOf(row))
    const message = found.get(key)
    if (message === undefined) return { cancelled: 'the notification was called off' }
    if ('cancelled' in message) return message
    const untrue = noLongerTrue(message.stillTrue, encounters.get(key) ?? null)
    return untrue === null ? message : { cancelled: untrue }
  })
}

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
