import {
  attemptOfAnswer,
  type Cancelled,
  type Channel,
  type DeliveryDraft,
  type HttpRequest,
  outgoingHttp,
  type Prepared,
  STANDARD_SCHEDULE_MS,
} from '#deliveries/index.ts'
import { eventsAt } from '#events/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import { traceHeaders } from '#platform/trace-context.ts'

const CHANNEL = 'peer'

type PreparedPost = Prepared & { request: HttpRequest }

/** A tenant's present address; null while it forwards nothing. */
export type AddressOf = (tenant: string) => string | null

/** The same for one batch, asked once for each tenant: it looks at all addresses of this machine. */
export function askedOnce(addressOf: AddressOf): AddressOf {
  const known = new Map<string, string | null>()
  return (tenant) => {
    let url = known.get(tenant)
    if (url === undefined) {
      url = addressOf(tenant)
      known.set(tenant, url)
    }
    return url
  }
}

const prepared = (url: string, event: LogEvent): PreparedPost => ({
  summary: `POST ${url.split(/[?#]/, 1)[0]}`,
  request: {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'user-agent': 'Cauce' },
    body: event.raw,
    statusSuffices: true,
  },
})

/** An event's way to the other installation: one delivery, whatever happens to it. */
export const deliveryOf = (event: LogEvent, url: string): DeliveryDraft => ({
  tenant: event.tenant,
  id: hashId('forwarding', event.tenant, event.source, event.id),
  channel: CHANNEL,
  target: CHANNEL,
  eventPosition: event.position,
  eventId: event.id,
  traceparent: event.traceparent,
  cause: event.id,
  prepared: prepared(url, event),
})

/** A POST of the event as it stands in the log, to the address that holds at the attempt. */
export function peerChannel(
  runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>,
  addressOf: AddressOf,
): Channel<PreparedPost> {
  const http = outgoingHttp(runtime)
  return {
    name: CHANNEL,
    schedule: STANDARD_SCHEDULE_MS,
    timeoutMs: 5_000,
    async prepare(rows, db) {
      const events = await eventsAt(
        db,
        rows.flatMap(({ eventPosition }) => eventPosition ?? []),
      )
      const byPosition = new Map(events.map((event) => [event.position, event]))
      const addresses = askedOnce(addressOf)
      return rows.map(({ tenant, eventPosition }): PreparedPost | Cancelled => {
        const url = addresses(tenant)
        if (url === null) return { cancelled: 'forwarding is switched off' }
        const event = byPosition.get(eventPosition ?? 0)
        if (event === undefined || event.tenant !== tenant) return { cancelled: 'the event is no longer kept' }
        return prepared(url, event)
      })
    },
    async send({ request }, _delivery, signal, trace) {
      const headers = { ...request.headers, ...traceHeaders(trace) }
      return attemptOfAnswer(await http.request({ ...request, headers }, signal), runtime.clock.wall())
    },
  }
}
