/** Events in words: what they tell of, where they came in, who reads them. */
import type { Language } from '../app/language.ts'
import { USUAL_EVENTS, whenWords } from '../flows/model/event-words.ts'
import { capital } from '../ui/capital.ts'
import { builtInWords } from './built-in.ts'

/** "La persona vuelve"; null for a type that we have no words for. */
export const eventWords = (type: string, language: Language): string | null =>
  USUAL_EVENTS.includes(type) ? capital(whenWords(type, language)) : (builtInWords(type)?.[language] ?? null)

const CONSUMERS: Record<string, readonly [es: string, en: string]> = {
  conversations: ['Conversaciones', 'Conversations'],
  flows: ['Flujos', 'Flows'],
  subscriptions: ['Webhooks', 'Webhooks'],
  reports: ['Informes', 'Reports'],
  forwarding: ['Reenvío', 'Forwarding'],
  mqtt: ['MQTT', 'MQTT'],
  'relay.rabbitmq': ['Salida a RabbitMQ', 'Out to RabbitMQ'],
  'relay.kafka': ['Salida a Kafka', 'Out to Kafka'],
}

/** Who reads the log, as people call it. */
export const consumerWords = (name: string, language: Language): string =>
  CONSUMERS[name]?.[language === 'es' ? 0 : 1] ?? name

const ORIGINS: Record<string, readonly [es: string, en: string]> = {
  rest: ['API', 'API'],
  internal: ['Este programa', 'This program'],
  timer: ['Temporizador', 'Timer'],
  amqp: ['RabbitMQ', 'RabbitMQ'],
  kafka: ['Kafka', 'Kafka'],
  mqtt: ['MQTT', 'MQTT'],
  inbound: ['Webhook de otro sistema', 'Webhook of another system'],
}

export const originWords = (origin: string, language: Language): string =>
  ORIGINS[origin]?.[language === 'es' ? 0 : 1] ?? origin

/** What a type of the catalogue is, in the reader's language where it comes with the program; else as its owner wrote it. */
export const typeWords = ({ name, description }: { name: string; description: string }, language: Language): string =>
  (language === 'es' ? eventWords(name, language) : null) ?? description
