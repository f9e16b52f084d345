import { randomUUID } from 'node:crypto'
import { type MqttLink, openLink, refusalOf } from '#platform/brokers/mqtt/index.ts'
import { settledWithin } from '#platform/within.ts'
import { type LinkBase, noMessages } from './connect.ts'

export type CheckReport = {
  protocol: string
  sent: number
  /** Distinct ones. */
  received: number
  doubled: number
  /** From publish to the subscriber's handler; null when nothing came. */
  p50Ms: number | null
  p95Ms: number | null
  maxMs: number | null
}

const CONNECT_MS = 10_000
/** The reason code of who gives none. */
const UNSAID = 0x80

/**
 * Sends messages over a topic, one after the other, and counts what a subscriber of it gets. They say `check: true` and
 * name nobody, so whoever else takes commands from the topic leaves them alone.
 * @param waitMs for what is still missing after the last one was confirmed
 * @throws MqttAway when the broker cannot be reached or does not let us in
 */
export async function checkTopic(
  base: LinkBase,
  options: { clientId: string; topic: string; messages: number; waitMs: number; wall(): number },
): Promise<CheckReport> {
  const { topic, messages, waitMs } = options
  const run = randomUUID()
  const sentAt = new Map<string, number>()
  const tookMs: number[] = []
  let doubled = 0
  const { promise: complete, resolve } = Promise.withResolvers<void>()

  function take(payload: Buffer): void {
    const now = performance.now()
    const id = correlationOf(payload)
    const at = id === null ? undefined : sentAt.get(id)
    if (id === null || !id.startsWith(run)) return
    if (at === undefined) {
      doubled += 1
      return
    }
    sentAt.delete(id)
    tookMs.push(now - at)
    if (tookMs.length === messages) resolve()
  }

  const shared = { ...base, name: 'check', sessionS: 0, mostInHand: 1_000 }
  const links: MqttLink[] = []
  try {
    const subscriber = openLink(
      {
        ...shared,
        clientId: `${options.clientId}-check-in-${run.slice(0, 8)}`,
        onMessage: async ({ payload }) => take(payload),
        async onConnected(connection) {
          const [result] = await connection.subscribe([topic])
          const refused = result === undefined ? UNSAID : result.refused
          if (refused !== null)
            throw new Error(`the broker refused the subscription to ${topic}: ${refusalOf(refused).text}`)
        },
      },
      options.wall,
    )
    links.push(subscriber)
    const publisher = openLink(
      { ...shared, clientId: `${options.clientId}-check-out-${run.slice(0, 8)}`, onMessage: noMessages },
      options.wall,
    )
    links.push(publisher)
    await Promise.all(links.map((link) => link.ready(CONNECT_MS)))
    for (let n = 1; n <= messages; n++) {
      const id = `${run}-${n}`
      const payload = JSON.stringify({ check: true, correlation_id: id, n, of: messages })
      sentAt.set(id, performance.now())
      await publisher.publish({ topic, payload, contentType: 'application/json' })
    }
    await settledWithin(complete, waitMs)
    const sorted = [...tookMs].sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
    return {
      protocol: publisher.state().protocol ?? '',
      sent: messages,
      received: tookMs.length,
      doubled,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      maxMs: at(1),
    }
  } finally {
    await Promise.all(links.map((link) => link.stop({ withinMs: 500 })))
  }
}

function correlationOf(payload: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    const id = (value as { correlation_id?: unknown } | null)?.correlation_id
    return typeof id === 'string' ? id : null
  } catch {
    return null
  }
}
