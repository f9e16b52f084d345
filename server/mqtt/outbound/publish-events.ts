import { setTimeout as pause } from 'node:timers/promises'
import { compilePattern, memberTexts, objectText, toCloudEvent } from '#events/index.ts'
import { MqttAway, type MqttLink, MqttRefused, topicFault } from '#platform/brokers/mqtt/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Consumer } from '#platform/service.ts'
import { HOPS, MOST_HOPS } from '../inbound/read-message.ts'
import type { Publish } from './publish.ts'

/** A consumer that stands still keeps its shards from being handed on: it gives the batch back sooner. */
const BUDGET_MS = 2_000
const AGAIN_MS = 250
const LOOK_AGAIN_MS = 30_000
const TIMEOUT_MS = 3_000
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8'

/** `cauce/events/encounter/closed`; a type may hold what no topic can. */
const topicOf = (prefix: string, type: string): string =>
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

  /** One after the other, so that nothing of a subject overtakes what the broker did not take. */
  async function publishSubject(events: readonly LogEvent[], until: number): Promise<void> {
    for (const event of events) {
      if (performance.now() > until) throw new MqttAway('the broker is slow')
      await publish(event)
    }
  }

  async function publishAll(events: readonly LogEvent[], until: number): Promise<void> {
    const subjects = Map.groupBy(events, ({ subject }) => subject)
    const results = await Promise.allSettled([...subjects.values()].map((some) => publishSubject(some, until)))
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
    const passing = failed.find((error) => error instanceof MqttAway || error instanceof MqttRefused)
    if (passing !== undefined) throw postponed(passing)
    // Refused for good: the one at fault is found and set aside, the others are confirmed already.
    if (failed[0] !== undefined) throw failed[0]
  }

  /** Tried again when the broker is there, or after a moment where it is. */
  function postponed(why: Error): Postponed {
    const link = options.link()
    const there = link === null || link.state().state === 'connected'
    return new Postponed(why.message, there ? pause(AGAIN_MS) : link.ready(LOOK_AGAIN_MS).catch(() => {}))
  }

  return {
    name: 'mqtt',
    required: false,
    from: 'now',
    async handle(events) {
      const wanted = events.filter((event) => concerns(event) && !confirmed.has(event.position))
      if (wanted.length > 0) {
        await publishAll(wanted, performance.now() + BUDGET_MS)
      }
      // A batch is done: what lies before its end never comes again.
      const last = events.at(-1)?.position ?? 0
      if (confirmed.size > 0) confirmed = new Set([...confirmed].filter((position) => position > last))
      return null
    },
  }
}

/** The event's CloudEvent, which says how many of ours led to it, so that loops over the broker come to an end. */
function withHops(event: LogEvent): string {
  const text = toCloudEvent(event)
  const hops = String(event.hops + 1)
  if (!text.includes(`"${HOPS}"`)) return `${text.trimEnd().slice(0, -1)},"${HOPS}":${hops}}`
  return objectText(memberTexts(text).set(HOPS, hops))
}
