import { chainedHeaders, chainMember } from '#platform/chain.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { Channel, Delivery, Prepared } from '../delivery.ts'
import { attemptOfAnswer, type HttpRequest } from '../http-answer.ts'
import { outgoingHttp } from '../outgoing-http.ts'
import { STANDARD_SCHEDULE_MS } from '../schedule.ts'

/** `DeliveryDraft.request` of the channel: what a timer calls back with. */
export type CallbackDelivery = {
  url: string
  headers?: { [name: string]: string }
  body: Json
  /** How many of ours led to it. */
  hops?: number
}

const REDIRECTS = 5

type PreparedCallback = Prepared & { request: HttpRequest; chain: string }

/** A JSON message to an address that somebody left with us, tried as long as a webhook is. */
export function callbackChannel(runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>): Channel<PreparedCallback> {
  const http = outgoingHttp(runtime)
  return {
    name: 'callback',
    schedule: STANDARD_SCHEDULE_MS,
    timeoutMs: 15_000,
    prepare: async (rows) => rows.map(prepareCallback),
    async send({ request, chain }, _delivery, signal, trace) {
      const headers = { ...request.headers, ...chainedHeaders(trace, chain) }
      const answer = await http.request({ ...request, headers }, signal)
      return attemptOfAnswer(answer, runtime.clock.wall())
    },
  }
}

function prepareCallback(row: Delivery): PreparedCallback {
  const { url, headers, body, hops = 1 } = row.request as CallbackDelivery
  return {
    summary: `POST ${url}`,
    chain: chainMember({ hops, cause: row.cause }),
    request: {
      method: 'POST',
      url,
      headers: { 'user-agent': 'Cauce', 'idempotency-key': row.id, ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      followRedirects: REDIRECTS,
      statusSuffices: true,
    },
  }
}
