import { compilePattern, memberTexts, objectText, toCloudEvent } from '#events/index.ts'
import { MqttAway, type MqttLink, MqttRefused, topicFault } from '#platform/brokers/mqtt/index.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Consumer } from '#platform/service.ts'
import { Unavailable } from '#platform/unavailable.ts'
import { HOPS, MOST_HOPS } from '../inbound/read-message.ts'
import type { Publish } from './publish.ts'

/** A consumer that stands still keeps its shards from being handed on: it gives the batch back sooner. */
const BUDGET_MS = 1_000
const CHUNK = 100
const TIMEOUT_MS = 3_000
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8'

/** `cauce/events/encounter/closed`; a type may hold what no topic can. */
export const topicOf = (prefix: string, type: string): string =>
  `${prefix}/${type.replaceAll('.', '/').replaceAll('+', '%2B')}`

/**
 * Publishes events as CloudEvents, in order, and moves on when the broker has confirmed them. Events that came over MQTT
 * are not sent back. While the broker is away it stands still; nothing is set aside for that.
 */
export function publishingConsumer(options: {
  link(): MqttLink | null
  tenant: string
  patterns: readonly string[]
  prefix: string
  publish: Publish
}): Consumer {
  const { tenant, prefix, publish: publishing } = options
  const patterns = options.patterns.map(compilePattern)
  /** Of a batch that was given back: what the broker has confirmed is not sent again by this process. */
  let confirmed = new Set<number>()

  const concerns = (event: LogEvent) =>
    event.tenant === tenant &&
    event.origin !== 'mqtt' &&
    event.hops < MOST_HOPS &&
    patterns.some((matches) => matches(event.type))

  async function publish(event: LogEvent): Promise<void> {
    const topic = topicOf(prefix, event.type)
    const fault = topicFault(topic)
    if (fault !== null) throw new Error(`its topic ${fault}`)
    await publishing('event', { topic, payload: withHops(event), contentType: CONTENT_TYPE }, TIMEOUT_MS)
    confirmed.add(event.position)
  }

  async function publishAll(events: readonly LogEvent[]): Promise<void> {
    const results = await Promise.allSettled(events.map(publish))
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
    const passing = failed.find((error) => error instanceof MqttAway || error instanceof MqttRefused)
    if (passing !== undefined) throw new Unavailable(passing.message)
    // Refused for good: the one at fault is found and set aside, the others are confirmed already.
    if (failed[0] !== undefined) throw failed[0]
  }

  return {
    name: 'mqtt',
    required: false,
    begins: 'now',
    async handle(events) {
      const wanted = events.filter((event) => concerns(event) && !confirmed.has(event.position))
      if (wanted.length > 0) {
        const link = options.link()
        if (link === null) throw new Unavailable('MQTT is not started')
        const until = performance.now() + BUDGET_MS
        await link.ready(BUDGET_MS).catch((error) => {
          throw new Unavailable(error.message)
        })
        for (let at = 0; at < wanted.length; at += CHUNK) {
          if (performance.now() > until) throw new Unavailable('the broker is slow')
          await publishAll(wanted.slice(at, at + CHUNK))
        }
      }
      // A batch is done: what lies before its end never comes again.
      const last = events.at(-1)?.position ?? 0
      if (confirmed.size > 0) confirmed = new Set([...confirmed].filter((position) => position > last))
      return null
    },
  }
}

/** The event's CloudEvent, which says how many of ours led to it, so that loops over the broker come to an end. */
export function withHops(event: LogEvent): string {
  const text = toCloudEvent(event)
  const hops = String(event.hops + 1)
  if (!text.includes(`"${HOPS}"`)) return `${text.trimEnd().slice(0, -1)},"${HOPS}":${hops}}`
  return objectText(memberTexts(text).set(HOPS, hops))
}
