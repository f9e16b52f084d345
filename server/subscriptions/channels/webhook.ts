import {
  attemptOfAnswer,
  type Cancelled,
  type Channel,
  type Delivery,
  outgoingHttp,
  STANDARD_SCHEDULE_MS,
  signStandardWebhook,
} from '#deliveries/index.ts'
import { eventsAt } from '#events/index.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import { nextTraceparent } from '#platform/trace-context.ts'
import type { Db } from '#platform/work.ts'
import { type Endpoint, endpointOf, validKeys } from '../endpoint.ts'
import { bodiesOf, CHANNEL, type PreparedWebhook, prepareWebhook } from '../plan.ts'
import { activeEndpoints, disableGone } from '../store.ts'
import { subscriptionOf } from '../subscription.ts'

/** The due kind that tells of a receiver that is gone. */
export const DISABLED_KIND = 'subscription.disabled'

/** What a delivery carries that tells of no event in the log. */
export type Enclosed = { body: string; contentType: string }

/** Standard Webhooks 1.0: id, timestamp and signatures in headers, the event as body. */
export function webhookChannel(runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>): Channel<PreparedWebhook> {
  const { clock } = runtime
  const http = outgoingHttp(runtime)
  return {
    name: CHANNEL,
    schedule: STANDARD_SCHEDULE_MS,
    timeoutMs: 15_000,
    prepare,
    async send({ endpoint, body, contentType }, delivery, signal) {
      const now = clock.wall()
      const timestampS = Math.floor(now / 1000)
      const headers = {
        'content-type': contentType,
        'user-agent': 'Cauce-Webhook',
        'webhook-id': delivery.id,
        'webhook-timestamp': String(timestampS),
        'webhook-signature': signStandardWebhook(validKeys(endpoint, now), delivery.id, timestampS, body),
        traceparent: nextTraceparent(delivery.traceparent),
      }
      const request = { method: 'POST', url: endpoint.url, headers, body, statusSuffices: true }
      return attemptOfAnswer(await http.request(request, signal), clock.wall())
    },
    disable(tx, gone) {
      const keys = gone.map(({ tenant, target }) => ({ tenant, id: subscriptionOf(target) }))
      const wall = clock.wall()
      disableGone(tx, keys, wall)
      tx.schedule(keys.map(({ tenant, id }) => ({ kind: DISABLED_KIND, tenant, key: id, dueAt: wall })))
    },
  }
}

const keyOf = (tenant: string, id: string) => `${tenant}\n${id}`

async function prepare(rows: readonly Delivery[], db: Db): Promise<(PreparedWebhook | Cancelled)[]> {
  const wanted = new Map<string, { tenant: string; id: string }>()
  const positions = new Set<number>()
  for (const { tenant, target, eventPosition } of rows) {
    const id = subscriptionOf(target)
    wanted.set(keyOf(tenant, id), { tenant, id })
    if (eventPosition !== null) positions.add(eventPosition)
  }
  const [endpoints, events] = await Promise.all([
    activeEndpoints(db, [...wanted.values()]),
    positions.size === 0 ? [] : eventsAt(db, [...positions]),
  ])
  const endpointByKey = new Map(endpoints.map((stored) => [keyOf(stored.tenant, stored.id), endpointOf(stored)]))
  const eventByPosition = new Map(events.map((event) => [event.position, event]))
  return rows.map((row) => {
    const endpoint = endpointByKey.get(keyOf(row.tenant, subscriptionOf(row.target)))
    if (endpoint === undefined) return { cancelled: 'the subscription is deleted or disabled' }
    return prepareRow(row, endpoint, row.eventPosition === null ? undefined : eventByPosition.get(row.eventPosition))
  })
}

function prepareRow(row: Delivery, endpoint: Endpoint, event: LogEvent | undefined): PreparedWebhook | Cancelled {
  if (row.eventPosition === null) {
    const { body, contentType } = row.request as Enclosed
    return { summary: endpoint.summary, endpoint, body, contentType }
  }
  if (event === undefined || event.tenant !== row.tenant) return { cancelled: 'the event is no longer kept' }
  return prepareWebhook(endpoint, event, bodiesOf(event)(endpoint.format))
}
