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

export const isUnderWay = ({ status }: Pick<Delivery, 'status'>): boolean => status === 'pending'

/** Attempts are no events: what shows how they went asks again and again. */
export const LOOK_MS = 5_000

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

const FAILURES: readonly (readonly [sign: RegExp, es: string, en: string])[] = [
  [/ECONNREFUSED/, 'Nadie contesta en esa dirección', 'Nobody answers at that address'],
  [/ENOTFOUND|EAI_AGAIN/, 'No se encuentra ese servidor', 'That server cannot be found'],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timed out|timeout/i, 'No contestó a tiempo', 'It did not answer in time'],
  [
    /ECONNRESET|EPIPE|socket hang up|other side closed|socket closed|unexpected close/i,
    'Cortó la conexión',
    'It cut the connection',
  ],
  [/^the receiver answered \d/, 'Contestó con un error', 'It answered with an error'],
  [/certificate|CERT_|self.signed/i, 'Su certificado no es de fiar', 'Its certificate is not to be trusted'],
  [
    /not public|no public address/,
    'Es una dirección privada, y no está permitida',
    'It is a private address, which is not allowed',
  ],
]

/** Why a delivery failed, as people say it, with what the machine said behind; that alone where there are no words for it. */
export function failureWords(error: string, language: Language): string {
  const known = FAILURES.find(([sign]) => sign.test(error))
  return known === undefined ? error : `${known[language === 'es' ? 1 : 2]} (${error})`
}

/** What led to a delivery that tells of no event. */
export function originOf({
  cause,
  target,
}: Pick<Delivery, 'cause' | 'target'>): 'byRun' | 'byNotification' | 'tests' | 'byOther' {
  if (cause?.startsWith('run:')) return 'byRun'
  if (cause?.startsWith('notification:')) return 'byNotification'
  return subscriptionIn(target) === undefined ? 'byOther' : 'tests'
}
