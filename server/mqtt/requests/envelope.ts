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
  /** The bytes of an answer that is neither JSON nor text. */
  dataBase64: string | null
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

/** What a payload holds: JSON, else text, else bytes. */
function contentOf(payload: Buffer): Pick<Answer, 'data' | 'dataBase64'> {
  try {
    return { data: parseJson(payload).value, dataBase64: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (isUtf8(payload)) return { data: payload.toString('utf8'), dataBase64: null }
    return { data: null, dataBase64: payload.toString('base64') }
  }
}

/** Which request a message answers, and what it says; null when it names none. */
export function readAnswer(message: MqttMessage): { correlationId: string; answer: Answer } | null {
  const content = contentOf(message.payload)
  const value = content.data
  const inPayload = isObject(value) && typeof value.correlation_id === 'string' ? value.correlation_id : null
  const correlationId = message.correlationData?.toString('utf8') ?? inPayload
  if (correlationId === null) return null
  // Another's answer over MQTT 5 need not have our form.
  if (!isObject(value) || inPayload === null) return { correlationId, answer: { ok: true, ...content, error: null } }
  const { correlation_id, reply_to, ok, error, data, [HOPS]: _, ...beside } = value
  // What it says beside the correlation is its data where it has no member of that name.
  const said = Object.keys(beside).length > 0 ? beside : null
  return {
    correlationId,
    answer: {
      ok: ok !== false && ok !== 'false',
      data: data === undefined ? said : data,
      dataBase64: null,
      error: error ?? null,
    },
  }
}
