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
  run: ['Recorrido', 'Run'],
  runs: ['Recorridos', 'Runs'],
  secret: ['Secreto', 'Secret'],
  sources: ['Fuentes', 'Sources'],
  subscription: ['Suscripción', 'Subscription'],
  switch: ['Cambio de vía', 'Switch'],
  template: ['Plantilla', 'Template'],
  tenant: ['Organización', 'Organisation'],
  timer: ['Temporizador', 'Timer'],
  token: ['Pase de una persona', "A person's token"],
  user: ['Usuario', 'User'],
}

const VERBS: Record<string, readonly [es: string, en: string]> = {
  approved: ['aprobada', 'approved'],
  cancel: ['cancelar', 'cancel'],
  cancelled: ['cancelado', 'cancelled'],
  changed: ['cambio', 'changed'],
  created: ['alta', 'created'],
  deleted: ['eliminado', 'deleted'],
  discarded: ['descartado', 'discarded'],
  dissolved: ['separadas', 'dissolved'],
  'draft-discarded': ['borrador descartado', 'draft discarded'],
  edited: ['corregido', 'put right'],
  forked: ['bifurcado', 'forked'],
  imported: ['importado', 'imported'],
  'logged-in': ['entró', 'signed in'],
  'logged-out': ['salió', 'signed out'],
  'password-changed': ['contraseña nueva', 'new password'],
  published: ['publicado', 'published'],
  'publish-undone': ['publicación deshecha', 'publish undone'],
  refed: ['procesado de nuevo', 'fed in again'],
  rejected: ['rechazada', 'rejected'],
  removed: ['eliminado', 'removed'],
  renamed: ['nombre nuevo', 'renamed'],
  replay: ['repetir', 'replay'],
  retried: ['reintentado', 'retried'],
  retry: ['reintentar', 'retry'],
  revoked: ['revocada', 'revoked'],
  saved: ['guardado', 'saved'],
  switched: ['conmutadas', 'switched'],
  unpublished: ['retirado', 'unpublished'],
}

export function actWords(action: string, language: Language): string {
  const at = language === 'es' ? 0 : 1
  const [noun = '', verb = ''] = action.split('.')
  const thing = NOUNS[noun]?.[at]
  const what = VERBS[verb]?.[at]
  return thing && what ? `${thing}: ${what}` : action
}

export type Changed = { readonly field: string; readonly before: unknown; readonly after: unknown }

/** The fields that an act left otherwise than they were. Null where they cannot be put beside each other. */
export function changesOf(before: unknown, after: unknown): Changed[] | null {
  if (!isObject(before) || !isObject(after)) return null
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }))
}
