import { isUtf8 } from 'node:buffer'
import { isObject } from '#events/index.ts'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import type { Json } from '#platform/event.ts'
import { parseJson } from '#platform/json-text.ts'
import { Problem } from '#platform/problem.ts'
import { HOPS } from '../inbound/read-message.ts'

/**
 * Requests and answers as they travel. What MQTT 5 has properties for stands in the payload too, since a client of 3.1.1
 * sees nothing else: `{correlation_id, reply_to, data}` and `{correlation_id, ok, data}`.
 */

export type Answer = {
  ok: boolean
  data: Json
  /** Said by who could not do it. */
  error: Json
}

const REQUEST = /\/request$/

/** By convention `search/providers/request` is answered on `search/providers/response`; null for other topics. */
export const conventionalAnswerTopic = (topic: string): string | null =>
  REQUEST.test(topic) ? topic.replace(REQUEST, '/response') : null

/** @param hops how many of ours led to it: said where there were any */
export const requestPayload = (correlationId: string, replyTo: string, data: Json, hops: number): string =>
  JSON.stringify({ correlation_id: correlationId, reply_to: replyTo, data, ...(hops === 0 ? {} : { [HOPS]: hops }) })

/** @param hops null where it is said beside the payload */
export const answerPayload = (correlationId: string | null, data: Json, hops: number | null): string =>
  JSON.stringify({
    ...(correlationId === null ? {} : { correlation_id: correlationId }),
    ok: true,
    data,
    ...(hops === null ? {} : { [HOPS]: hops }),
  })

/** The value of a payload: JSON, else text, else null. */
function contentOf(payload: Buffer): Json {
  try {
    return parseJson(payload).value
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return isUtf8(payload) ? payload.toString('utf8') : null
  }
}

/** Which request a message answers, and what it says; null when it names none. */
export function readAnswer(message: MqttMessage): { correlationId: string; answer: Answer } | null {
  const value = contentOf(message.payload)
  const inPayload = isObject(value) && typeof value.correlation_id === 'string' ? value.correlation_id : null
  const correlationId = message.correlationData?.toString('utf8') ?? inPayload
  if (correlationId === null) return null
  // Another's answer over MQTT 5 need not have our form.
  if (!isObject(value) || inPayload === null) return { correlationId, answer: { ok: true, data: value, error: null } }
  return {
    correlationId,
    answer: { ok: value.ok !== false && value.ok !== 'false', data: value.data ?? null, error: value.error ?? null },
  }
}
