import { usersWithRoles } from '#access/index.ts'
import { type ChannelName, createNotifier, type NotifyRequest } from '#notifications/index.ts'
import type { EventDraft } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { withoutQuery } from '../endpoint.ts'
import { type Recovery, recoveredEvent } from '../operator-events.ts'

/** What is told, which is also the key of the template that says it. */
export type What = 'webhook-failing' | 'webhook-disabled' | 'webhook-recovered'

/** An operator event and what a person has to know of it; times are wall milliseconds. */
export type Alert = {
  what: What
  event: EventDraft
  webhookUrl: string
  since: number | null
  /** When it will be disabled. */
  until?: number
  /** What went wrong last, or why it was disabled. */
  reason?: string | null
}

/** @param now domain milliseconds */
export const recoveredAlert = (recovery: Recovery, now: number): Alert => ({
  what: 'webhook-recovered',
  event: recoveredEvent(recovery, now),
  webhookUrl: recovery.webhookUrl,
  since: recovery.failingSince,
})

export type Alerts = {
  /**
   * Appends the events and tells the owners and administrators of each tenant, by inbox and, where a mail server is
   * set, by e-mail; all in the caller's transaction. One message tells of all that happened at once.
   */
  tell(tx: Tx, alerts: readonly Alert[]): Promise<void>
}

/** Endpoints that a message lists; of more it gives the number. */
const LISTED = 10

export function createAlerts(runtime: Runtime): Alerts {
  let opened: ReturnType<typeof createNotifier> | undefined

  return {
    async tell(tx, alerts) {
      if (alerts.length === 0) return
      tx.append(alerts.map(({ event }) => event))
      opened ??= createNotifier(runtime)
      const notifier = await opened
      const channels: readonly ChannelName[] = notifier.configured.has('email') ? ['inbox', 'email'] : ['inbox']
      const people = await usersWithRoles(tx, [...new Set(alerts.map(({ event }) => event.tenant))], ['owner', 'admin'])
      const groups = Map.groupBy(alerts, ({ event, what }) => `${event.tenant}\n${what}`)
      const requests = [...groups.values()].flatMap((group) =>
        people
          .filter(({ tenant }) => tenant === group[0]?.event.tenant)
          .flatMap(({ id }) => channels.map((channel) => requestFor(group, id, channel))),
      )
      const now = runtime.clock.now()
      notifier.notify(tx, requests, await notifier.load(tx, requests), now)
    },
  }
}

function requestFor(group: readonly Alert[], userId: string, channel: ChannelName): NotifyRequest {
  const [first] = group
  if (first === undefined) throw new Error('an alert tells of nothing')
  const { what, event } = first
  return {
    tenant: event.tenant,
    id: hashId('subscription-alert', event.tenant, userId, channel, ...group.map((alert) => alert.event.id).sort()),
    to: { userId },
    template: what,
    // Each its own request: an inbox is no way to be told in time, an e-mail none to find it again.
    channels: [channel],
    data: {
      count: group.length,
      more: Math.max(0, group.length - LISTED),
      endpoints: group.slice(0, LISTED).map((alert) => ({
        subscriptionId: alert.event.subject,
        url: withoutQuery(alert.webhookUrl),
        since: alert.since === null ? null : readable(alert.since),
        until: alert.until === undefined ? null : readable(alert.until),
        reason: alert.reason ?? null,
      })),
    },
    category: 'operations',
    cause: event.id,
  }
}

/** `2026-04-04 17:10 UTC`: users have no zone of their own yet. */
const readable = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
