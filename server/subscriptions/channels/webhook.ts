import {
  attemptOfAnswer,
  type Cancelled,
  type Channel,
  type Delivery,
  type OutgoingHttp,
  outgoingHttp,
  STANDARD_SCHEDULE_MS,
  signStandardWebhook,
} from '#deliveries/index.ts'
import { cloudEventUnder, eventsAt, type ListedEvent, listedAt } from '#events/index.ts'
import { chainedHeaders } from '#platform/chain.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'
import { destinationKind } from '../destinations/kinds.ts'
import { brokerMessage, textFor } from '../destinations/message.ts'
import { type Endpoint, endpointOf, type StoredEndpoint, validKeys } from '../endpoint.ts'
import {
  bodiesOf,
  CHANNEL,
  MOST_HELD,
  type PreparedWebhook,
  preparedOf,
  prepareLarge,
  prepareWebhook,
} from '../plan.ts'
import { activeEndpoints, delaysOf, probedEndpoints } from '../store.ts'
import { subscriptionOf } from '../subscription.ts'
import { type Written, wireOf } from '../wire.ts'

const TIMEOUT_MS = 15_000
const GONE = 'the event is no longer kept'

/** The way out of probes: one attempt, to endpoints that get nothing else. */
export const PROBE_CHANNEL = 'probe'
const PROBE_TARGET = 'probe:'

/** Apart from the subscription's own target, whose breaker may still be open. */
export const probeTargetOf = (id: string): string => PROBE_TARGET + id

/** What a delivery carries that tells of no event in the log. */
export type Enclosed = { body: string; contentType: Written }

/**
 * Standard Webhooks 1.0: id, timestamp and signatures in headers, the event as body; or a message of a broker.
 * @param care notes what attempts say of the endpoints' health
 */
export function webhookChannel(runtime: Runtime, care: Channel<PreparedWebhook>['care']): Channel<PreparedWebhook> {
  return {
    name: CHANNEL,
    schedule: STANDARD_SCHEDULE_MS,
    timeoutMs: TIMEOUT_MS,
    prepare,
    send: sender(outgoingHttp(runtime), runtime),
    care,
    async schedulesOf(targets, db) {
      const keys = targets.map(({ tenant, target }) => ({ tenant, id: subscriptionOf(target) }))
      const own = new Map((await delaysOf(db, keys)).map((row) => [keyOf(row.tenant, row.id), row.delaysS]))
      return keys.map(({ tenant, id }) => own.get(keyOf(tenant, id))?.map((seconds) => seconds * 1_000) ?? null)
    },
  }
}

/** As a webhook, to a subscription that was disabled because it failed. */
export const probeChannel = (runtime: Runtime): Channel<PreparedWebhook> => ({
  name: PROBE_CHANNEL,
  schedule: [],
  timeoutMs: TIMEOUT_MS,
  async prepare(rows, db) {
    const idOf = ({ target }: Delivery) => target.slice(PROBE_TARGET.length)
    const endpoints = await endpointsOf(rows, idOf, (keys) => probedEndpoints(db, keys))
    return rows.map((row) => {
      const endpoint = endpoints.get(keyOf(row.tenant, idOf(row)))
      if (endpoint === undefined) return { cancelled: 'the subscription needs no probe' }
      return enclosed(endpoint, row)
    })
  },
  send: sender(outgoingHttp(runtime), runtime),
})

const sender =
  (http: OutgoingHttp, runtime: Runtime): Channel<PreparedWebhook>['send'] =>
  async (prepared, delivery, signal, trace) => {
    const { clock, database } = runtime
    const whole = prepared.body === null ? await loaded(prepared, delivery, database.worker) : prepared
    if (whole === null) return { verdict: 'permanent', error: GONE }
    const { endpoint, written, bodyTrace, chain, event } = whole
    const planned = whole.body as string
    const { destination } = endpoint
    const made = event === null ? planned : textFor(destination, planned, event.hops + 1)
    const text = bodyTrace === null ? made : cloudEventUnder(made, bodyTrace, trace)
    if (destination !== null) {
      const kind = destinationKind(destination)
      // The settings may have changed since it was registered: it must not reach the broker that is there now.
      const missing = kind.missing(runtime, delivery.tenant)
      if (missing !== null) return { verdict: 'retry', error: `${destination.kind} ${missing}` }
      return kind.send(runtime, destination, brokerMessage(event, written, text), signal, trace)
    }
    const { headers: described, body } = wireOf(written, text)
    const now = clock.wall()
    const timestampS = Math.floor(now / 1000)
    const headers = {
      ...described,
      'user-agent': 'Cauce-Webhook',
      'webhook-id': delivery.id,
      'webhook-timestamp': String(timestampS),
      'webhook-signature': signStandardWebhook(validKeys(endpoint, now), delivery.id, timestampS, body),
      ...chainedHeaders(trace, chain),
    }
    const request = { method: 'POST', url: endpoint.url, headers, body, statusSuffices: true }
    return attemptOfAnswer(await http.request(request, signal), clock.wall())
  }

/** What was too large to be held; null where the event is no longer kept. */
async function loaded({ endpoint }: PreparedWebhook, row: Delivery, db: Db): Promise<PreparedWebhook | null> {
  const [event] = await eventsAt(db, [row.eventPosition ?? 0])
  if (event === undefined || event.tenant !== row.tenant) return null
  return prepareWebhook(endpoint, event, bodiesOf(event)(endpoint.format))
}

const keyOf = (tenant: string, id: string) => `${tenant}\n${id}`

async function endpointsOf(
  rows: readonly Delivery[],
  idOf: (row: Delivery) => string,
  read: (keys: { tenant: string; id: string }[]) => Promise<(StoredEndpoint & { tenant: string })[]>,
): Promise<ReadonlyMap<string, Endpoint>> {
  const wanted = new Map(rows.map((row) => [keyOf(row.tenant, idOf(row)), { tenant: row.tenant, id: idOf(row) }]))
  const stored = await read([...wanted.values()])
  return new Map(stored.map((endpoint) => [keyOf(endpoint.tenant, endpoint.id), endpointOf(endpoint)]))
}

async function prepare(rows: readonly Delivery[], db: Db): Promise<(PreparedWebhook | Cancelled)[]> {
  const idOf = ({ target }: Delivery) => subscriptionOf(target)
  const positions = new Set(rows.flatMap(({ eventPosition }) => (eventPosition === null ? [] : [eventPosition])))
  const [endpoints, events] = await Promise.all([
    endpointsOf(rows, idOf, (keys) => activeEndpoints(db, keys)),
    listedAt(db, [...positions], MOST_HELD),
  ])
  const eventByPosition = new Map(events.map((event) => [event.position, event]))
  return rows.map((row) => {
    const endpoint = endpoints.get(keyOf(row.tenant, idOf(row)))
    if (endpoint === undefined) return { cancelled: 'the subscription is deleted or disabled' }
    return prepareRow(row, endpoint, row.eventPosition === null ? undefined : eventByPosition.get(row.eventPosition))
  })
}

function prepareRow(row: Delivery, endpoint: Endpoint, event: ListedEvent | undefined): PreparedWebhook | Cancelled {
  if (row.eventPosition === null) return enclosed(endpoint, row)
  if (event === undefined || event.tenant !== row.tenant) return { cancelled: GONE }
  if (event.raw === null) return prepareLarge(endpoint, event)
  const whole: LogEvent = { ...event, raw: event.raw }
  return prepareWebhook(endpoint, whole, bodiesOf(whole)(endpoint.format))
}

function enclosed(endpoint: Endpoint, row: Delivery): PreparedWebhook {
  const { body, contentType } = row.request as Enclosed
  return preparedOf(endpoint, body, contentType)
}
