/** A delivery in words. */
import type { Schema } from '../../api/client.ts'
import type { Language } from '../../app/language.ts'
import type { Tone } from '../../ui/state-badge.tsx'

export type Delivery = Schema<'Delivery'>
export const STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const
export const STATUS_TONES: Record<Delivery['status'], Tone> = {
  pending: 'current',
  delivered: 'good',
  failed: 'bad',
  cancelled: 'quiet',
}

const CHANNELS: Record<string, readonly [es: string, en: string]> = {
  webhook: ['Webhook', 'Webhook'],
  push: ['Push', 'Push'],
  email: ['Correo', 'E-mail'],
  inbox: ['Bandeja', 'Inbox'],
  http: ['Llamada HTTP', 'HTTP call'],
  timer: ['Temporizador', 'Timer'],
  mqtt: ['MQTT', 'MQTT'],
  'mqtt-publish': ['Publicación MQTT', 'MQTT publication'],
  forwarding: ['Reenvío', 'Forwarding'],
  llm: ['Modelo de lenguaje', 'Language model'],
  whatsapp: ['WhatsApp', 'WhatsApp'],
}

/** A channel as people call it; one that is not known as it is. */
export const channelWords = (channel: string, language: Language): string =>
  CHANNELS[channel]?.[language === 'es' ? 0 : 1] ?? channel

export const subscriptionIn = (target: string): string | undefined => /^subscription:(.+)$/.exec(target)?.[1]

/** What led to a delivery that tells of no event. */
export function originOf({
  cause,
  target,
}: Pick<Delivery, 'cause' | 'target'>): 'byRun' | 'byNotification' | 'tests' | 'byOther' {
  if (cause?.startsWith('run:')) return 'byRun'
  if (cause?.startsWith('notification:')) return 'byNotification'
  return subscriptionIn(target) === undefined ? 'byOther' : 'tests'
}
