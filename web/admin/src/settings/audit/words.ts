/** Acts of the audit log in words: `user.logged-in` is "Usuario: entró". What is not known is shown as it is. */

import type { Language } from '../../app/language.ts'
import { isObject } from '../../ui/json-text.ts'

const NOUNS: Record<string, readonly [es: string, en: string]> = {
  approval: ['Aprobación', 'Approval'],
  calendar: ['Calendario', 'Calendar'],
  'conversation-texts': ['Textos de conversación', 'Conversation texts'],
  'event-type': ['Tipo de evento', 'Event type'],
  flag: ['Interruptor', 'Flag'],
  flow: ['Flujo', 'Flow'],
  'flow-case': ['Caso de un flujo', 'Case of a flow'],
  'inbound-endpoint': ['Entrada', 'Inbound endpoint'],
  'inbound-receipt': ['Mensaje entrante', 'Inbound message'],
  key: ['Clave de API', 'API key'],
  'mqtt-message': ['Mensaje de MQTT', 'MQTT message'],
  'mqtt-rule': ['Regla de MQTT', 'MQTT rule'],
  outbox: ['Evento apartado', 'Set-aside event'],
  quarantine: ['Evento en cuarentena', 'Event kept apart'],
  queue: ['Cola', 'Queue'],
  'refused-message': ['Mensaje rechazado', 'Refused message'],
  run: ['Ejecución', 'Run'],
  runs: ['Ejecuciones', 'Runs'],
  secret: ['Secreto', 'Secret'],
  'sending-rules': ['Cuándo se puede avisar', 'When to notify'],
  sources: ['Fuentes', 'Sources'],
  subscription: ['Suscripción', 'Subscription'],
  switch: ['Cambio de vía', 'Switch'],
  template: ['Plantilla', 'Template'],
  tenant: ['Organización', 'Organisation'],
  timer: ['Temporizador', 'Timer'],
  token: ['Pase de una persona', "A person's token"],
  user: ['Usuario', 'User'],
}

/** What an act did agrees with it in Spanish. */
const FEMININE: ReadonlySet<string> = new Set([
  'approval',
  'inbound-endpoint',
  'key',
  'mqtt-rule',
  'queue',
  'run',
  'subscription',
  'template',
  'tenant',
])
const agreeing = (what: string, noun: string): string =>
  FEMININE.has(noun) ? what.replace(/^(\S+[ai]d)o\b/, '$1a') : what

const VERBS: Record<string, readonly [es: string, en: string]> = {
  'address-changed': ['dirección nueva', 'new address'],
  approved: ['aprobada', 'approved'],
  'canary-changed': ['prueba con una parte, cambiada', 'trial on a part changed'],
  'canary-promoted': ['la versión a prueba queda publicada', 'version on trial published'],
  'canary-returned': ['vuelve la versión publicada', 'back to the published version'],
  'canary-started': ['a prueba con una parte', 'trial on a part begun'],
  'canary-stopped': ['prueba con una parte, terminada', 'trial on a part ended'],
  cancel: ['anulación de varias', 'cancelled in bulk'],
  cancelled: ['cancelado', 'cancelled'],
  changed: ['cambio', 'changed'],
  created: ['alta', 'created'],
  deleted: ['eliminado', 'deleted'],
  discarded: ['descartado', 'discarded'],
  dissolved: ['separadas', 'dissolved'],
  'draft-discarded': ['borrador descartado', 'draft discarded'],
  edited: ['corregido', 'put right'],
  forked: ['otra desde un paso', 'forked'],
  imported: ['importado', 'imported'],
  'logged-in': ['entró', 'signed in'],
  'logged-out': ['salió', 'signed out'],
  'password-changed': ['contraseña nueva', 'new password'],
  'previous-secret-ended': ['el secreto anterior deja de valer', 'former secret ended'],
  published: ['publicado', 'published'],
  'publish-undone': ['publicación deshecha', 'publish undone'],
  refed: ['procesado de nuevo', 'fed in again'],
  registered: ['registrado', 'registered'],
  rejected: ['rechazada', 'rejected'],
  removed: ['eliminado', 'removed'],
  renamed: ['nombre nuevo', 'renamed'],
  replaced: ['valor nuevo', 'replaced'],
  replay: ['repetición', 'replay'],
  replayed: ['entregas enviadas de nuevo', 'deliveries sent again'],
  'replay-stopped': ['reenvío detenido', 'replay stopped'],
  retried: ['reintentado', 'retried'],
  retry: ['reintento de varias', 'retried in bulk'],
  revoked: ['revocada', 'revoked'],
  'rolled-back': ['vuelta a una versión anterior', 'rolled back'],
  saved: ['guardado', 'saved'],
  'secret-rotated': ['secreto nuevo', 'new secret'],
  'set-up': ['preparada', 'set up'],
  switched: ['conmutadas', 'switched'],
  tested: ['evento de prueba enviado', 'test event sent'],
  unpublished: ['retirado', 'unpublished'],
  'version-added': ['versión nueva', 'new version'],
  'winner-promoted': ['el ganador queda para todos', 'winner for everybody'],
}

const ACTS: Readonly<Record<string, string>> = {
  approval: 'approved rejected',
  calendar: 'changed removed',
  'conversation-texts': 'changed',
  'event-type': 'registered version-added changed',
  flag: 'changed',
  flow: `created imported saved renamed published publish-undone unpublished rolled-back draft-discarded
    canary-started canary-changed canary-promoted canary-returned canary-stopped winner-promoted`,
  'flow-case': 'created changed deleted',
  'inbound-endpoint': 'created changed removed address-changed secret-rotated',
  'inbound-receipt': 'refed',
  key: 'created revoked',
  'mqtt-message': 'retried discarded',
  'mqtt-rule': 'created changed removed',
  outbox: 'edited retried discarded',
  quarantine: 'retried discarded',
  queue: 'changed',
  'refused-message': 'retried deleted',
  run: 'cancelled retried forked',
  runs: 'cancel retry replay',
  secret: 'created replaced deleted',
  'sending-rules': 'changed',
  sources: 'changed switched dissolved',
  subscription: 'created imported changed removed secret-rotated previous-secret-ended tested replayed replay-stopped',
  template: 'published',
  tenant: 'created changed set-up',
  token: 'created',
  user: 'created changed removed password-changed logged-in logged-out',
}

/** The acts that are known here, as the log writes them and in words, in the order of the words. */
export const knownActs = (language: Language): { value: string; label: string }[] =>
  Object.entries(ACTS)
    .flatMap(([noun, verbs]) => verbs.split(/\s+/).map((verb) => `${noun}.${verb}`))
    .map((value) => ({ value, label: actWords(value, language) }))
    .toSorted((a, b) => a.label.localeCompare(b.label, language))

export function actWords(action: string, language: Language): string {
  const at = language === 'es' ? 0 : 1
  const [noun = '', verb = ''] = action.split('.')
  const thing = NOUNS[noun]?.[at]
  const what = VERBS[verb]?.[at]
  return thing && what ? `${thing}: ${language === 'es' ? agreeing(what, noun) : what}` : action
}

/** What an act was done on, where there is but one of it: `sending-rules`. */
export const onlyOne = (target: string, language: Language): string | undefined =>
  Object.hasOwn(NOUNS, target) ? NOUNS[target]?.[language === 'es' ? 0 : 1] : undefined

/** Whose id is the name by which people call it. */
const NAMED = ['calendar', 'event-type', 'flag', 'queue', 'secret', 'sources', 'switch', 'template']

/** What an act was done on by its name, as far as the log itself knows it. */
export function namedIn(
  act: { target: string; before?: unknown; after?: unknown },
  language: Language,
): string | undefined {
  const [kind = '', id] = act.target.split(/:(.*)/s)
  const said = onlyOne(act.target, language) ?? nameIn(act.after) ?? nameIn(act.before)
  if (said !== undefined || !id) return said
  // A run has no name of its own, and the beginning of its id tells it from others.
  if (kind === 'run') return `${NOUNS.run?.[language === 'es' ? 0 : 1]} ${id.slice(0, 8)}`
  return NAMED.includes(kind) ? id : undefined
}

export type Changed = { readonly field: string; readonly before: unknown; readonly after: unknown }

/** The fields that an act left otherwise than they were. Null where they cannot be put beside each other. */
export function changesOf(before: unknown, after: unknown): Changed[] | null {
  if (!isObject(before) || !isObject(after)) return null
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }))
}

/** What something was called before or after an act: of those that are gone nobody else knows it. */
export function nameIn(side: unknown): string | undefined {
  const name = isObject(side) ? side.name : undefined
  return typeof name === 'string' && name.trim() !== '' ? name : undefined
}
