import {
  attemptOfAnswer,
  type Channel,
  cleaned,
  type HttpRequest,
  outgoingHttp,
  type Prepared,
} from '#deliveries/index.ts'
import type { Runtime } from '#platform/service.ts'
import { traceHeaders } from '#platform/trace-context.ts'
import { settings } from '../settings.ts'
import { type Message, stillWanted } from './still-wanted.ts'

type PreparedPush = Prepared & { request: HttpRequest }

/** Faults of the message itself: the same request gets the same answer. */
const PERMANENT = new Set([400, 404, 405, 413, 415, 422])

/**
 * Push by a provider that knows devices: `POST {CAUCE_PUSH_URL}/api/v1/push`. A quarter of an hour of attempts:
 * then the next channel is worth more than a late push.
 */
export function pushChannel(runtime: Runtime): Channel<PreparedPush> {
  const { CAUCE_PUSH_URL: base, CAUCE_PUSH_TOKEN: token } = runtime.settings.of(settings)
  const url = `${(base ?? '').replace(/\/+$/, '')}/api/v1/push`
  const http = outgoingHttp(runtime)

  const prepare = (notification: Message): PreparedPush => ({
    summary: `POST ${url}`,
    request: {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': notification.id,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(pushBody(notification)),
    },
  })

  return {
    name: 'push',
    schedule: [1_000, 5_000, 30_000, 120_000, 600_000],
    timeoutMs: 10_000,
    async prepare(rows, db) {
      const wanted = await stillWanted('push', rows, db, runtime)
      return wanted.map((found) => ('id' in found ? prepare(found) : found))
    },
    async send({ request }, _delivery, signal, trace) {
      const headers = { ...request.headers, ...traceHeaders(trace) }
      const answer = cleaned(await http.request({ ...request, headers }, signal), token === undefined ? [] : [token])
      const attempt = attemptOfAnswer(answer, runtime.clock.wall())
      // The target is the provider, which is well: it is the device that is gone.
      if (answer.status === 410) return { ...attempt, verdict: 'permanent', outcome: { deadAddress: true } }
      return PERMANENT.has(answer.status) ? { ...attempt, verdict: 'permanent' } : attempt
    },
  }
}

/** The body of our own `POST /api/v1/push`, so that one Cauce can be the provider of another. */
function pushBody({ address, payload }: Message) {
  return {
    to: address,
    ...(payload?.title ? { title: payload.title } : {}),
    body: payload?.body ?? '',
    ...(payload?.link ? { deepLink: payload.link } : {}),
    ...(payload?.data && Object.keys(payload.data).length > 0 ? { data: payload.data } : {}),
  }
}
