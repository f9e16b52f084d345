/** The form of a subscription, and what the program takes: both ways. */
import type { Language } from '../../app/language.ts'
import { durationWords, readDuration } from '../../ui/durations.ts'
import { carried } from '../../ui/iso-duration.ts'
import type { Listed } from './words.ts'

export type Kind = 'webhook' | 'rabbitmq' | 'kafka' | 'mqtt'

export type Values = {
  kind: Kind
  routingKeyPattern: string
  webhookUrl: string
  exchange: string
  routingKey: string
  topic: string
  retain: boolean
  format: NonNullable<Listed['format']>
  signature: 'v1' | 'v1a'
  /** In words, as a person writes them; none: the usual ones. */
  delays: string[]
}

export const NEW: Values = {
  kind: 'webhook',
  routingKeyPattern: '',
  webhookUrl: '',
  exchange: '',
  routingKey: '',
  topic: '',
  retain: false,
  format: 'as-received',
  signature: 'v1',
  delays: [],
}

/** Delays as people say them: the program counts them in hours, minutes or seconds. */
export const delaysInWords = (delays: readonly string[], language: Language): string[] =>
  delays.map((iso) => durationWords({ iso: carried(iso), business: false }, language))

export function valuesOf(subscription: Listed, language: Language): Values {
  const { routingKeyPattern, webhookUrl = '', destination, format = 'as-received', retryDelays = [] } = subscription
  return {
    ...NEW,
    routingKeyPattern,
    webhookUrl,
    format,
    signature: subscription.signature ?? 'v1',
    delays: delaysInWords(retryDelays, language),
    kind: destination?.kind ?? 'webhook',
    ...(destination?.kind === 'rabbitmq'
      ? { exchange: destination.exchange, routingKey: destination.routingKey ?? '' }
      : destination !== undefined && { topic: destination.topic }),
    ...(destination?.kind === 'mqtt' && { retain: destination.retain ?? false }),
  }
}

/** Where it goes, as the program takes it. */
export function placeIn({ kind, webhookUrl, exchange, routingKey, topic, retain }: Values) {
  if (kind === 'webhook') return { webhookUrl: webhookUrl.trim() }
  if (kind === 'rabbitmq')
    return {
      destination: {
        kind,
        exchange: exchange.trim(),
        ...(routingKey.trim() === '' ? {} : { routingKey: routingKey.trim() }),
      },
    }
  if (kind === 'kafka') return { destination: { kind, topic: topic.trim() } }
  return { destination: { kind, topic: topic.trim(), ...(retain ? { retain } : {}) } }
}

/** Delays as ISO 8601; undefined: one of them is no duration. */
export function delaysIn(delays: readonly string[]): string[] | undefined {
  const read = delays.map((written) => readDuration(written)?.iso)
  return read.every((iso) => iso !== undefined) ? read : undefined
}

/** Which fields a form has under other names than the API. */
export const FIELDS = {
  'destination.exchange': 'exchange',
  'destination.routingKey': 'routingKey',
  'destination.topic': 'topic',
  'destination.kind': 'kind',
  destination: 'kind',
  ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`retryDelays.${i}`, 'delays'])),
  retryDelays: 'delays',
}
