import type { Cancelled, Delivery } from '#deliveries/index.ts'
import type { Db } from '#platform/work.ts'
import { type EncounterState, noLongerTrue } from '../gate.ts'
import type { ChannelName, NotifyRequest } from '../request.ts'
import { type OpenNotification, ownKey, readOpen } from '../store.ts'

/** Reads the encounters that requests depend on, by `ownKey` of the notification. */
export type EncountersOf = (db: Db, requests: readonly NotifyRequest[]) => Promise<ReadonlyMap<string, EncounterState>>

export const notificationIdOf = (delivery: Pick<Delivery, 'request'>): string => {
  const { request } = delivery
  const id = request !== null && typeof request === 'object' && !Array.isArray(request) ? request.notificationId : null
  if (typeof id !== 'string') throw new Error('the delivery names no notification')
  return id
}

/**
 * The last look before a message leaves: was it called off, has it gone on to another channel, has the person
 * come back while it waited? Two reads for a whole batch.
 */
export async function stillWanted(
  channel: ChannelName,
  rows: readonly Delivery[],
  db: Db,
  encountersOf: EncountersOf,
): Promise<(OpenNotification | Cancelled)[]> {
  const open = await readOpen(
    db,
    rows.map((row) => ({ tenant: row.tenant, id: notificationIdOf(row) })),
  )
  const byKey = new Map(open.map((notification) => [ownKey(notification.tenant, notification.id), notification]))
  const encounters = await encountersOf(
    db,
    open.map((notification) => notification.request).filter((request) => request.stillTrue !== undefined),
  )
  return rows.map((row) => {
    const key = ownKey(row.tenant, notificationIdOf(row))
    const notification = byKey.get(key)
    if (notification === undefined) return { cancelled: 'the notification was called off' }
    if (notification.channel !== channel) return { cancelled: `it went on by ${notification.channel}` }
    const untrue = noLongerTrue(notification.request.stillTrue, encounters.get(key) ?? null)
    return untrue === null ? notification : { cancelled: untrue }
  })
}
