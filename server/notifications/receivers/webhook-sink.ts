import { signingKey, verifyStandardWebhook } from '#deliveries/index.ts'
import { type HttpSink, httpSink } from './http-sink.ts'
import { type Received, recorder, type SinkOptions } from './received.ts'

export type ReceivedWebhook = {
  /** `webhook-id`: equal on every retry. */
  id: string
  path: string
  headers: Readonly<Record<string, string>>
  body: unknown
  raw: string
  /** Null while the sink was not given the secret. */
  verified: boolean | null
}

export type WebhookSink = HttpSink & {
  received: Received<ReceivedWebhook>
  /** The secret that a subscription's 201 showed: from now on unsigned or wrongly signed calls get a 401. */
  expectSignature(secret: string): void
  breakWith(status: number | null): void
  readonly refused: number
}

/**
 * A receiver of webhooks for the demo and for tests: takes what comes, and verifies it once it has the secret.
 * @param now the wall clock that signatures are judged by, in milliseconds
 */
export async function startWebhookSink(
  now: () => number,
  options: SinkOptions<ReceivedWebhook> = {},
): Promise<WebhookSink> {
  const received = recorder(options)
  let key: ReturnType<typeof signingKey> | null = null
  let broken: number | null = null
  let refused = 0

  const sink = await httpSink(({ method, path, headers, body }) => {
    const raw = body.toString('utf8')
    const signed = {
      id: headers['webhook-id'],
      timestamp: headers['webhook-timestamp'],
      signature: headers['webhook-signature'],
    }
    const verified = key === null ? null : verifyStandardWebhook([key], signed, body, Math.floor(now() / 1000)) === null
    if (broken !== null || method !== 'POST' || verified === false) {
      refused += 1
      return { status: broken ?? (method === 'POST' ? 401 : 405) }
    }
    received.add({ id: headers['webhook-id'] ?? '', path, headers, body: parsed(raw), raw, verified })
    return { status: 200, body: {} }
  }, options.port)

  return {
    ...sink,
    received,
    expectSignature(secret) {
      key = signingKey(secret)
    },
    breakWith(status) {
      broken = status
    },
    get refused() {
      return refused
    },
  }
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return null
  }
}
