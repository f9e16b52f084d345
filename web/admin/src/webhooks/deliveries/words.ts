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
  callback: ['Temporizador', 'Timer'],
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

/** What the program itself says, which reads in Spanish as it does in English. */
const OURS: readonly (readonly [says: RegExp, es: string])[] = [
  [/^the receiver answered (\d+)$/, 'El receptor respondió $1'],
  [/^the receiver answered 410 Gone$/, 'El receptor respondió que ya no existe (410)'],
  [/^every attempt failed for (\d+) hours$/, 'Todos los intentos fallaron durante $1 horas'],
  [/^disabled by its owner$/, 'La apagó alguien del equipo'],
  [/^disabled in the backup$/, 'Estaba apagada en la copia de seguridad'],
  [/^no answer within ([\d.]+) s$/, 'No respondió en $1 s'],
  [
    /^the target was not well for longer than the schedule lasts$/,
    'El destino no estuvo en condiciones de responder mientras se podía intentar',
  ],
  [/^the attempt failed$/, 'El intento falló'],
  [/^the program stops$/, 'El programa se detenía'],
  [/^the call was \w+$/, 'La llamada no llegó a hacerse'],
  [/^the lease of this node ran out$/, 'Este nodo dejó de tener la entrega a su cargo'],
  [/^the delivery could not be prepared$/, 'La entrega no se pudo preparar'],
  [/^the details could not be stored$/, 'Los detalles no se pudieron guardar'],
  [/^the event is no longer kept$/, 'El evento ya no se guarda'],
  [/^the subscription is deleted or disabled$/, 'El webhook se eliminó o está desactivado'],
  [/^the subscription needs no probe$/, 'El webhook ya no necesita que se pruebe'],
  [/^the replay was stopped$/, 'Se detuvo el reenvío antes de que saliera'],
  [/^forwarding is switched off$/, 'El reenvío está apagado'],
  [/^the delivery names no notification$/, 'La entrega no dice de qué notificación es'],
  [/^it went on by (\S+)$/, 'Siguió por $1'],
  // Of requests.
  [/^the host is not public$/, 'Ese servidor no es público, y no está permitido'],
  [/^the host has no public address$/, 'Ese servidor tiene una dirección privada, y no está permitida'],
  [/^the address is not public$/, 'Es una dirección privada, y no está permitida'],
  [/^no address for (\S+)$/, 'No se encuentra el servidor $1'],
  [/^the answer is too long$/, 'La respuesta es demasiado larga'],
  [/^port (\d+) is not for web requests$/, 'El puerto $1 no es para peticiones web'],
  [/^the header (\S+) is set by the connection$/, 'La cabecera $1 la pone la conexión'],
  [/^the redirect leads nowhere$/, 'La redirección no lleva a ninguna parte'],
  [
    /^the redirect leads to another place, and the request carries a secret$/,
    'La redirección lleva a otro sitio, y la petición lleva un secreto',
  ],
  [/^the redirect must not be (?:a private address|this machine)$/, 'La redirección lleva a una dirección privada'],
  [/^the redirect .+$/, 'La redirección lleva a una dirección que no sirve'],
  [/^there is no secret (\S+) any more$/, 'Ya no existe el secreto $1'],
  [/^the secret (\S+) holds what a header cannot$/, 'El secreto $1 contiene lo que una cabecera no puede'],
  // Of language models and mail servers.
  [/^LLM_URL is not set$/, 'Falta LLM_URL: no hay un modelo de lenguaje configurado'],
  [/^the language model refused: (.*)$/s, 'El modelo de lenguaje se negó: $1'],
  [/^the language model answered no completion$/, 'El modelo de lenguaje no respondió nada que se pueda usar'],
  [/^the language model answered (\d+)$/, 'El modelo de lenguaje respondió $1'],
  [/^the language model answered (\d+): (.*)$/s, 'El modelo de lenguaje respondió $1: $2'],
  [/^the answer of the language model is too long$/, 'La respuesta del modelo de lenguaje es demasiado larga'],
  [/^the mail server refused the login of SMTP_URL$/, 'El servidor de correo rechazó la contraseña de SMTP_URL'],
  // Of brokers.
  [/^no queue is bound for it$/, 'Ninguna cola lo recibe'],
  [/^the broker takes no more for the moment$/, 'El broker no acepta más por el momento'],
  [/^the broker refused it: (.+)$/s, 'El broker lo rechazó: $1'],
  [/^the broker refused a message to (\S+): (.+)$/s, 'El broker rechazó un mensaje para $1: $2'],
  [/^the broker did not confirm within (\d+) ms$/, 'El broker no confirmó en $1 ms'],
  [/^the broker confirmed nothing for (\d+) s$/, 'El broker no confirmó nada en $1 s'],
  [/^too many messages wait for the broker$/, 'Demasiados mensajes esperan al broker'],
  [/^the broker is away$/, 'El broker no está'],
  [/^the broker is not opened yet$/, 'Todavía no hay conexión con el broker'],
  [/^the broker (?:does|did) not answer$/, 'El broker no responde'],
  [/^the broker is short of (.+)$/, 'Al broker le falta $1'],
  [/^there is no connection to the MQTT broker yet$/, 'Todavía no hay conexión con el broker MQTT'],
  [/^the link is stopped$/, 'La conexión está detenida'],
  [/^the connection was lost$/, 'Se perdió la conexión'],
  [/^the (?:channel|connection) was closed$/, 'Se cerró la conexión'],
  [/^it was interrupted$/, 'Se interrumpió'],
  [/^(\w+) cannot be: this program is not set up with (?:an? )?(.+) \((\w+)\)$/, 'No hay conexión con $2: falta $3'],
  [/^(\w+) cannot be: this tenant has no connection to (?:an? )?(.+)$/, 'Este espacio no tiene conexión con $2'],
  [/^nobody is subscribed to (\S+)$/, 'Nadie está suscrito a $1'],
]

/** What machines say, with what they said behind it. */
const FAILURES: readonly (readonly [sign: RegExp, es: string, en: string])[] = [
  [/ECONNREFUSED/, 'Nadie contesta en esa dirección', 'Nobody answers at that address'],
  [/ENOTFOUND|EAI_AGAIN/, 'No se encuentra ese servidor', 'That server cannot be found'],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timed out|timeout/i, 'No contestó a tiempo', 'It did not answer in time'],
  [
    /ECONNRESET|EPIPE|socket hang up|other side closed|socket closed|unexpected close/i,
    'Cortó la conexión',
    'It cut the connection',
  ],
  [/certificate|CERT_|self.signed/i, 'Su certificado no es de fiar', 'Its certificate is not to be trusted'],
]

/** Why a delivery failed, as people say it; where there are no words for it, what the machine said. */
export function failureWords(error: string, language: Language): string {
  const ours = OURS.find(([says]) => says.test(error))
  if (ours !== undefined) return language === 'es' ? error.replace(...ours) : error
  const known = FAILURES.find(([sign]) => sign.test(error))
  return known === undefined ? error : `${known[language === 'es' ? 1 : 2]} (${error})`
}

/** Why an attempt failed, and the code of its answer unless that is said already. */
export const withCode = (why: string | null, status: number | null, code: string): string =>
  [why, status === null || why?.includes(String(status)) ? null : code].filter(Boolean).join(' · ')

/** What led to a delivery that tells of no event. */
export function originOf({
  cause,
  target,
}: Pick<Delivery, 'cause' | 'target'>): 'byRun' | 'byNotification' | 'byTimer' | 'tests' | 'byOther' {
  if (cause?.startsWith('run:')) return 'byRun'
  if (cause?.startsWith('notification:')) return 'byNotification'
  if (cause?.startsWith('timer:')) return 'byTimer'
  return subscriptionIn(target) === undefined ? 'byOther' : 'tests'
}
