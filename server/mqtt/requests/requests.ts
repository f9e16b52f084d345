import { randomUUID } from 'node:crypto'
import { type Connection, MqttAway, type MqttLink, type MqttMessage } from '#platform/brokers/mqtt/index.ts'
import type { Json } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import { HOPS } from '../inbound/read-message.ts'
import type { MqttMetrics } from '../metrics.ts'
import type { Publish } from '../outbound/publish.ts'
import { type Answer, conventionalAnswerTopic, readAnswer, requestPayload } from './envelope.ts'

export type Answered = Answer & { correlationId: string; tookMs: number }

export type Requests = {
  /**
   * Asks over MQTT and waits for the answer.
   * @param hops how many of ours led to it
   * @throws MqttAway, or a Problem: 504 when no answer came in time, 422 when the broker refused the request
   */
  ask(topic: string, data: Json, timeoutMs: number, hops?: number): Promise<Answered>
  /** What the connection that answers come over has to be asked for. */
  connected(connection: Connection): Promise<void>
  /** A message of that connection. */
  take(message: MqttMessage): void
  /** Requests that wait for their answer. */
  readonly waiting: number
}

/** Requests under way; beyond these they are turned away. */
const MOST_WAITING = 10_000
/** Ids of requests that are over: an answer to one of them is late, not unknown. */
const MOST_REMEMBERED = 10_000
/** Topics of the convention that this node listens to at once. */
const MOST_TOPICS = 200

/** A topic that answers come on: how many wait for one there, and when the broker has it. */
type Heard = { users: number; ready: Promise<void> }

export function createRequests(options: {
  link(): MqttLink | null
  publish: Publish
  /** Topic below which answers come: `{prefix}/{client id}` is this node's. */
  answerPrefix: string
  metrics: MqttMetrics
}): Requests {
  const { metrics, publish } = options
  const waiting = new Map<string, (answer: Answer) => void>()
  const over = new Set<string>()
  /** Topics of the convention that are subscribed to; who was used the longest ago stands first. */
  const topics = new Map<string, Heard>()

  const ownTopic = (link: MqttLink) => `${options.answerPrefix}/${link.clientId}`

  function remember(correlationId: string): void {
    over.add(correlationId)
    if (over.size > MOST_REMEMBERED) over.delete(over.values().next().value as string)
  }

  /** The answer of the convention comes on a topic of its own; it is subscribed to before the first request. */
  function listen(link: MqttLink, answers: string): Heard {
    const heard = topics.get(answers) ?? { users: 0, ready: subscribe(link, answers) }
    topics.delete(answers)
    topics.set(answers, heard)
    heard.users += 1
    return heard
  }

  function subscribe(link: MqttLink, answers: string): Promise<void> {
    const connection = link.connection()
    if (connection === null) throw new MqttAway(link.state().lastError ?? 'there is no connection to the MQTT broker')
    makeRoom(connection)
    return connection.subscribe([answers]).then(
      () => {},
      (error) => {
        topics.delete(answers)
        throw error
      },
    )
  }

  /** Whom nobody has asked for the longest makes room: a topic may name a device, and there are many. */
  function makeRoom(connection: Connection): void {
    if (topics.size < MOST_TOPICS) return
    const [unused] = [...topics].find(([, { users }]) => users === 0) ?? []
    if (unused === undefined) throw new Problem(429, 'mqtt/topics', 'Requests go to too many topics at once.')
    topics.delete(unused)
    // Should it fail, what comes from there is dropped all the same.
    connection.unsubscribe([unused]).catch(() => {})
  }

  function send(link: MqttLink, topic: string, data: Json, timeoutMs: number, hops: number): Promise<Answered> {
    const correlationId = randomUUID()
    const replyTo = ownTopic(link)
    const began = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<Answered>()
    const timer = setTimeout(() => {
      reject(new Problem(504, 'mqtt/no-answer', `Nobody answered on ${topic} within ${timeoutMs} ms.`))
    }, timeoutMs)
    waiting.set(correlationId, (answer) => {
      resolve({ correlationId, ...answer, tookMs: Math.round((performance.now() - began) * 1_000) / 1_000 })
    })
    publish(
      'request',
      {
        topic,
        payload: requestPayload(correlationId, replyTo, data, hops),
        contentType: 'application/json',
        responseTopic: replyTo,
        correlationData: Buffer.from(correlationId),
        ...(hops === 0 ? {} : { userProperties: { [HOPS]: String(hops) } }),
        // Who comes to it later than that works for nobody.
        expiresS: Math.ceil(timeoutMs / 1_000),
      },
      timeoutMs,
    ).then(({ heard }) => {
      if (!heard) reject(new Problem(504, 'mqtt/nobody', `Nobody is subscribed to ${topic}.`))
    }, reject)
    return promise.finally(() => {
      clearTimeout(timer)
      waiting.delete(correlationId)
      remember(correlationId)
    })
  }

  return {
    async ask(topic, data, timeoutMs, hops = 0) {
      const link = options.link()
      if (link === null) throw new MqttAway('MQTT is not started')
      if (waiting.size >= MOST_WAITING) throw new Problem(429, 'mqtt/requests', 'Too many requests wait for answers.')
      const answers = conventionalAnswerTopic(topic)
      if (answers === null) return send(link, topic, data, timeoutMs, hops)
      const heard = listen(link, answers)
      try {
        await heard.ready
        return await send(link, topic, data, timeoutMs, hops)
      } finally {
        heard.users -= 1
      }
    },
    async connected(connection) {
      const link = options.link()
      if (link !== null) await connection.subscribe([ownTopic(link), ...topics.keys()])
    },
    take(message) {
      const read = readAnswer(message)
      const answer = read === null ? undefined : waiting.get(read.correlationId)
      if (read === null || answer === undefined) {
        metrics.lateAnswers.inc({ why: read !== null && over.has(read.correlationId) ? 'late' : 'unknown' })
        metrics.consumed.inc({ kind: 'answer', result: 'dropped' })
        return
      }
      waiting.delete(read.correlationId)
      metrics.consumed.inc({ kind: 'answer', result: 'taken' })
      answer(read.answer)
    },
    get waiting() {
      return waiting.size
    },
  }
}
