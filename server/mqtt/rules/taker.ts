import { type MqttLink, matchesFilter, type OutgoingMessage, type Protocol } from '#platform/brokers/mqtt/index.ts'
import { hashId, uuidv7 } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { MOST_HOPS } from '../inbound/read-message.ts'
import { type Arrival, appendNamed, mayPass, senderOf, type Taken, type Taker } from '../inbound/taker.ts'
import { createTurns } from '../inbound/turns.ts'
import type { Publish } from '../outbound/publish.ts'
import { answerTo, type ReplyGuard } from '../requests/respond.ts'
import { concerns, outcomeOf, type ReadMessage, type RuleOutcome, readForRules } from './plan.ts'
import type { CompiledRule } from './rule.ts'
import type { RuleBook } from './rule-book.ts'

type Planned = { rule: CompiledRule; outcome: RuleOutcome }

/**
 * Applies the rules to messages: events first, then what leaves, of one topic in the order of its messages. All of a message is
 * done again after a failure; its event is known by then, and what leaves again is known to others by its own id.
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
  const turnOf = createTurns()

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

  /** What the rules make of a message, up to the first that gives nothing of use for it; `fault` is that one's. */
  function planOf(read: ReadMessage, topic: string, protocol: Protocol): { planned: Planned[]; fault: unknown } {
    const planned: Planned[] = []
    for (const rule of book.rules()) {
      if (!matchesFilter(rule.topic, topic) || !concerns(rule, read)) continue
      try {
        planned.push({ rule, outcome: outcomeOf(rule, read, tenant, protocol) })
      } catch (fault) {
        return { planned, fault }
      }
    }
    return { planned, fault: null }
  }

  /** Begun together: were the second to wait for the first, later messages could overtake it. */
  async function appendAll(planned: readonly Planned[], arrival: Arrival): Promise<Taken[]> {
    const appended = await Promise.allSettled(
      planned.map(({ rule, outcome: { event } }) =>
        event === null ? ('taken' as const) : append(rule, event, arrival),
      ),
    )
    return appended.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
  }

  async function leave({ republish, reply }: RuleOutcome, read: ReadMessage, protocol: Protocol): Promise<void> {
    if (republish !== null) await sendOn(republish)
    if (reply === undefined) return
    const answer = answerTo(read, reply, options.mayReply, protocol)
    if (answer !== null) await options.publish('answer', answer)
  }

  /**
   * What leaves does so when the events are durable. A message whose commit takes longer keeps its place: whoever takes the last
   * one of a topic for what holds now would else be left with an earlier one.
   */
  async function carryOut(planned: readonly Planned[], arrival: Arrival, read: ReadMessage, protocol: Protocol) {
    const leaves = planned.some(({ outcome }) => outcome.republish !== null || outcome.reply !== undefined)
    if (!leaves) return appendAll(planned, arrival)
    const turn = turnOf(arrival.message.topic)
    let taken: Taken[]
    try {
      taken = await appendAll(planned, arrival)
      await turn.come()
    } catch (error) {
      turn.end(mayPass(error) ? error : undefined)
      throw error
    }
    const left = Promise.allSettled(planned.map(({ outcome }) => leave(outcome, read, protocol)))
    // All have begun to leave, in order; the next need not wait until the broker has confirmed them.
    turn.end()
    for (const result of await left) {
      if (result.status === 'fulfilled') continue
      // One that only now gets its turn, because its commit took long, waits for this one to leave again.
      if (mayPass(result.reason)) turn.end(result.reason)
      throw result.reason
    }
    return taken
  }

  return {
    kind: 'rule',
    filters: book.filters,
    async take(arrival) {
      const read = readForRules(arrival.message, runtime.clock.now())
      if (read.hops >= MOST_HOPS) return 'dropped'
      const protocol = options.link()?.state().protocol ?? '5'
      const { planned, fault } = planOf(read, arrival.message.topic, protocol)
      const taken = await carryOut(planned, arrival, read, protocol)
      if (fault !== null) throw fault
      return taken.includes('taken') ? 'taken' : (taken.at(-1) ?? 'dropped')
    },
  }
}
