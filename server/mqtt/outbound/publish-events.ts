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
/** Connections that may end with an event alone on its way before it is taken for the reason. */
const MOST_CUTS = 4
/** Events that are known to have cut connections off. */
const MOST_SUSPECTS = 1_000
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8'

/** `cauce/events/encounter/closed`; a type may hold what no topic can. */
const topicOf = (prefix: string, type: string): string =>
  `${prefix}/${type.replaceAll('.', '/').replaceAll('+', '%2B')}`

/**
 * Publishes events as CloudEvents, in order, and moves on when the broker has confirmed them. Events that came over MQTT
 * are not sent back. While the broker is away it stands still; nothing is set aside for that. Over 3.1.1 a broker refuses a
 * message only by ending the connection: once one has ended, events go one by one, and that with which it ends again and
 * again is set aside, so that the others go on.
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
  /** How many connections ended with an event alone on its way, by its position. */
  const cuts = new Map<number, number>()
  let oneByOne = false

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

  async function publishAlone(event: LogEvent, isLast: boolean): Promise<void> {
    const { position } = event
    const before = cuts.get(position) ?? 0
    const fault = `the broker hung up each time that it was sent: too large for the broker (it has ${event.raw.length} characters), or its topic is forbidden there`
    // It need not end once more for the others to be told from it.
    if (before >= MOST_CUTS && !isLast) throw new Error(fault)
    try {
      await publish(event)
      cuts.delete(position)
    } catch (error) {
      if (!(error instanceof MqttAway && error.cutOff)) throw error
      cuts.set(position, before + 1)
      if (cuts.size > MOST_SUSPECTS) cuts.delete(cuts.keys().next().value as number)
      throw before + 1 < MOST_CUTS ? error : new Error(fault, { cause: error })
    }
  }

  async function publishOneByOne(events: readonly LogEvent[], until: number): Promise<void> {
    try {
      for (const event of events) {
        if (performance.now() > until) throw new MqttAway('the broker is slow')
        await publishAlone(event, events.length === 1)
      }
      oneByOne = false
    } catch (error) {
      throw isPassing(error) ? postponed(error) : error
    }
  }

  async function publishAll(events: readonly LogEvent[], until: number): Promise<void> {
    const subjects = Map.groupBy(events, ({ subject }) => subject)
    const results = await Promise.allSettled([...subjects.values()].map((some) => publishSubject(some, until)))
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
    oneByOne = failed.some((error) => error instanceof MqttAway && error.cutOff)
    const passing = failed.find(isPassing)
    if (passing !== undefined) throw postponed(passing)
    // Refused for good: the one at fault is found and set aside, the others are confirmed already.
    if (failed[0] !== undefined) throw failed[0]
  }

  /**
   * Tried again when the broker is there, or after a moment where it is. A link that has stopped for good says so at once, and
   * a try in the same moment would be the next of very many, which leave no time for anything else.
   */
  function postponed(why: Error): Postponed {
    const link = options.link()
    const there = link === null || link.state().state === 'connected'
    return new Postponed(
      why.message,
      there ? pause(AGAIN_MS) : link.ready(LOOK_AGAIN_MS).catch(() => pause(AGAIN_MS, undefined, { ref: false })),
    )
  }

  return {
    name: 'mqtt',
    required: false,
    from: 'now',
    async handle(events) {
      const wanted = events.filter((event) => concerns(event) && !confirmed.has(event.position))
      if (wanted.length > 0) {
        const publishThem = oneByOne || wanted.length === 1 ? publishOneByOne : publishAll
        await publishThem(wanted, performance.now() + BUDGET_MS)
      }
      // A batch is done: what lies before its end never comes again.
      const last = events.at(-1)?.position ?? 0
      if (confirmed.size > 0) confirmed = new Set([...confirmed].filter((position) => position > last))
      return null
    },
  }
}

const isPassing = (error: unknown): error is Error => error instanceof MqttAway || error instanceof MqttRefused

/** The event's CloudEvent, which says how many of ours led to it, so that loops over the broker come to an end. */
function withHops(event: LogEvent): string {
  const text = toCloudEvent(event)
  const hops = String(event.hops + 1)
  if (!text.includes(`"${HOPS}"`)) return `${text.trimEnd().slice(0, -1)},"${HOPS}":${hops}}`
  return objectText(memberTexts(text).set(HOPS, hops))
}
