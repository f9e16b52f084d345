import { isObject } from '#events/index.ts'
import { matchesFilter, type OutgoingMessage, type Protocol, topicFault } from '#platform/brokers/mqtt/index.ts'
import type { Json } from '#platform/event.ts'
import { HOPS } from '../inbound/read-message.ts'
import type { ReadMessage } from '../rules/plan.ts'
import { answerPayload, conventionalAnswerTopic } from './envelope.ts'

/** Whether we may answer on a topic that a request names: else anybody could have us write anywhere. */
export type ReplyGuard = (topic: string) => boolean

export const replyGuard =
  (allowed: readonly string[]): ReplyGuard =>
  (topic) =>
    allowed.some((filter) => matchesFilter(filter, topic))

/**
 * The answer to a request: to the topic that it names, or to the one that the convention gives. Null when it names none
 * that we may answer on.
 * @param protocol of the connection that it leaves by
 */
export function answerTo(
  { message, view, hops: before }: ReadMessage,
  data: Json,
  may: ReplyGuard,
  protocol: Protocol,
): OutgoingMessage | null {
  const payload = isObject(view.payload) ? view.payload : {}
  const conventional = conventionalAnswerTopic(message.topic)
  const named = message.responseTopic ?? (typeof payload.reply_to === 'string' ? payload.reply_to : null)
  const topic = named ?? conventional
  if (topic === null || topicFault(topic) !== null || (topic !== conventional && !may(topic))) return null
  const correlationId =
    typeof payload.correlation_id === 'string'
      ? payload.correlation_id
      : (message.correlationData?.toString('utf8') ?? null)
  const hops = before + 1
  return {
    topic,
    // Over 3.1.1 there is nothing beside the payload.
    payload: answerPayload(correlationId, data, protocol === '3.1.1' ? hops : null),
    contentType: 'application/json',
    ...(message.correlationData === undefined ? {} : { correlationData: message.correlationData }),
    userProperties: { [HOPS]: String(hops) },
  }
}
