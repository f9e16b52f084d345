import { createNotifier, type OperatorAlert, readable, tellOperators } from '#notifications/index.ts'
import type { EventDraft } from '#platform/event.ts'
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
      const groups = Map.groupBy(alerts, ({ event, what }) => `${event.tenant}\n${what}`)
      await tellOperators(tx, runtime, await opened, [...groups.values()].map(messageOf))
    },
  }
}

function messageOf(group: readonly Alert[]): OperatorAlert {
  const [first, ...others] = group
  if (first === undefined) throw new Error('an alert tells of nothing')
  const { what, event } = first
  return {
    tenant: event.tenant,
    template: what,
    eventIds: [event.id, ...others.map((alert) => alert.event.id)],
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
  }
}
