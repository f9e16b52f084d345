import { type MqttLink, matchesFilter, type OutgoingMessage } from '#platform/brokers/mqtt/index.ts'
import { hashId, uuidv7 } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { MOST_HOPS } from '../inbound/read-message.ts'
import { type Arrival, appendNamed, senderOf, type Taken, type Taker } from '../inbound/taker.ts'
import type { Publish } from '../outbound/publish.ts'
import { answerTo, type ReplyGuard } from '../requests/respond.ts'
import { concerns, outcomeOf, type ReadMessage, type RuleOutcome, readForRules } from './plan.ts'
import type { CompiledRule } from './rule.ts'
import type { RuleBook } from './rule-book.ts'

/**
 * Applies the rules to messages: event first, then what leaves. All of a message is done again after a failure; its event
 * is known by then, and what leaves again is known to others by its own id.
 */
export function ruleTaker(
  runtime: Pick<Runtime, 'appendEvent' | 'clock'>,
  options: {
    tenant: string
    book: RuleBook
    link(): MqttLink | null
    publish: Publish
    /** Filters that we are subscribed to ourselves. */
    ours(): readonly string[]
    mayReply: ReplyGuard
  },
): Taker {
  const { tenant, book } = options

  async function append(
    rule: CompiledRule,
    event: NonNullable<RuleOutcome['event']>,
    arrival: Arrival,
  ): Promise<Taken> {
    const draft = (id: string) => ({ ...event.draft, id, raw: event.raw(id) })
    const sender = senderOf(arrival.message)
    if (event.id !== null) return (await runtime.appendEvent(draft(event.id), sender)).duplicate ? 'duplicate' : 'taken'
    return appendNamed(
      (made) => runtime.appendEvent(made, sender),
      arrival,
      (name) => draft(hashId(name, rule.id)),
      () => uuidv7(runtime.clock.wall()),
    )
  }

  async function sendOn(republish: { message: OutgoingMessage; counted: boolean }): Promise<void> {
    const { message, counted } = republish
    if (!counted && options.ours().some((filter) => matchesFilter(filter, message.topic))) {
      throw new Problem(
        400,
        'mqtt/loop',
        `A message to ${message.topic} would come back to us and could not say how often it did.`,
      )
    }
    await options.publish('republish', message)
  }

  async function apply(rule: CompiledRule, read: ReadMessage, arrival: Arrival): Promise<Taken> {
    const protocol = options.link()?.state().protocol ?? '5'
    const { event, republish, reply } = outcomeOf(rule, read, tenant, protocol)
    const taken = event === null ? 'taken' : await append(rule, event, arrival)
    if (republish !== null) await sendOn(republish)
    if (reply !== undefined) {
      const answer = answerTo(read, reply, options.mayReply, protocol)
      if (answer !== null) await options.publish('answer', answer)
    }
    return taken
  }

  return {
    kind: 'rule',
    filters: book.filters,
    async take(arrival) {
      const read = readForRules(arrival.message, runtime.clock.now())
      if (read.hops >= MOST_HOPS) return 'dropped'
      let result: Taken = 'dropped'
      for (const rule of book.rules()) {
        if (!matchesFilter(rule.topic, arrival.message.topic) || !concerns(rule, read)) continue
        const taken = await apply(rule, read, arrival)
        if (result !== 'taken') result = taken
      }
      return result
    },
  }
}
