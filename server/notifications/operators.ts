import { usersWithRoles } from '#access/index.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { OpenNotifier } from './notifier.ts'
import type { ChannelName, NotifyRequest } from './request.ts'

/** What those who run an installation are told of a tenant in one message. */
export type OperatorAlert = {
  tenant: string
  template: string
  /** The events that it tells of: the same ones are told once. */
  eventIds: readonly [string, ...string[]]
  data: { [name: string]: Json }
}

/**
 * Tells the owners and administrators of each tenant, by inbox and, where a mail server is set, by e-mail; in the caller's
 * transaction. Texts reach the base of links to the program as `data.home`.
 */
export async function tellOperators(
  tx: Tx,
  { clock, publicUrl }: Pick<Runtime, 'clock' | 'publicUrl'>,
  notifier: OpenNotifier,
  alerts: readonly OperatorAlert[],
): Promise<void> {
  if (alerts.length === 0) return
  // Each its own request: an inbox is no way to be told in time, an e-mail none to find it again.
  const channels: readonly ChannelName[] = notifier.configured.has('email') ? ['inbox', 'email'] : ['inbox']
  const people = await usersWithRoles(tx, [...new Set(alerts.map(({ tenant }) => tenant))], ['owner', 'admin'])
  const requests = alerts.flatMap((alert) =>
    people
      .filter(({ tenant }) => tenant === alert.tenant)
      .flatMap(({ id }) => channels.map((channel) => requestFor(alert, publicUrl(), id, channel))),
  )
  if (requests.length > 0) notifier.notify(tx, await notifier.plan(tx, requests, clock.now()))
}

const requestFor = (
  { tenant, template, eventIds, data }: OperatorAlert,
  home: string,
  userId: string,
  channel: ChannelName,
): NotifyRequest => ({
  tenant,
  id: hashId('operator-alert', template, tenant, userId, channel, ...[...eventIds].sort()),
  to: { userId },
  template,
  channels: [channel],
  data: { ...data, home },
  category: 'operations',
  cause: eventIds[0],
})

/** `2026-04-04 17:10 UTC`: users have no zone of their own yet. */
export const readable = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
