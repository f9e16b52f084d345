/** What each role may do, in the words of who gives it. `roles.test.ts` holds it to what the program allows. */

import type { Both } from '../app/language.ts'
import type { Permission, Role } from '../app/session.ts'

export const ROLES = ['owner', 'admin', 'designer', 'agent', 'viewer'] as const satisfies readonly Role[]

export const ROLE_NAMES: Record<Role, Both> = {
  owner: { es: 'Propietaria', en: 'Owner' },
  admin: { es: 'Administradora', en: 'Administrator' },
  designer: { es: 'Diseñadora', en: 'Designer' },
  agent: { es: 'Agente', en: 'Agent' },
  viewer: { es: 'Lectora', en: 'Viewer' },
}

export const ROLE_ABOUT: Record<Role, Both> = {
  owner: {
    es: 'Todo, y además nombra a otras propietarias.',
    en: 'Everything, and makes other owners.',
  },
  admin: {
    es: 'Además administra usuarios, claves y secretos, y cambia cómo corre el programa.',
    en: 'Also administers users, keys and secrets, and changes how the program runs.',
  },
  designer: {
    es: 'Además diseña flujos y plantillas, y ajusta colas, webhooks y temporizadores.',
    en: 'Also designs flows and templates, and sets queues, webhooks and timers.',
  },
  agent: {
    es: 'Además escribe a las personas, inicia flujos y decide lo que piden.',
    en: 'Also writes to people, begins flows and decides what they ask for.',
  },
  viewer: { es: 'Ve el trabajo y no cambia nada.', en: 'Sees the work and changes nothing.' },
}

/** What can be done, by the role from which on it can. The owner is above all of them. */
export const ABILITIES: readonly { from: Role; what: Both; permission: Permission }[] = [
  {
    from: 'viewer',
    permission: 'conversations:read',
    what: { es: 'Ver conversaciones y personas', en: 'See conversations and people' },
  },
  {
    from: 'viewer',
    permission: 'flows:read',
    what: { es: 'Ver flujos y sus recorridos', en: 'See flows and their runs' },
  },
  {
    from: 'viewer',
    permission: 'events:read',
    what: { es: 'Ver eventos y entregas', en: 'See events and deliveries' },
  },
  {
    from: 'agent',
    permission: 'conversations:write',
    what: { es: 'Escribir y cerrar conversaciones', en: 'Write in and close conversations' },
  },
  {
    from: 'agent',
    permission: 'conversations:write',
    what: { es: 'Registrar y cambiar personas', en: 'Register and change people' },
  },
  { from: 'agent', permission: 'flows:run', what: { es: 'Iniciar flujos a mano', en: 'Begin flows by hand' } },
  {
    from: 'agent',
    permission: 'approvals:decide',
    what: { es: 'Aprobar o rechazar lo que un flujo pide', en: 'Approve or reject what a flow asks for' },
  },
  {
    from: 'designer',
    permission: 'flows:write',
    what: { es: 'Diseñar y publicar flujos', en: 'Design and publish flows' },
  },
  { from: 'designer', permission: 'templates:write', what: { es: 'Escribir plantillas', en: 'Write templates' } },
  {
    from: 'designer',
    permission: 'queues:write',
    what: { es: 'Ajustar colas y calendarios', en: 'Set queues and calendars' },
  },
  { from: 'designer', permission: 'subscriptions:write', what: { es: 'Suscribir webhooks', en: 'Subscribe webhooks' } },
  {
    from: 'designer',
    permission: 'inbound:write',
    what: { es: 'Recibir webhooks de otros sistemas', en: 'Receive webhooks of other systems' },
  },
  {
    from: 'designer',
    permission: 'mqtt:write',
    what: { es: 'Escribir reglas de MQTT', en: 'Write rules of MQTT' },
  },
  {
    from: 'designer',
    permission: 'timers:write',
    what: { es: 'Poner y quitar temporizadores', en: 'Set and remove timers' },
  },
  {
    from: 'admin',
    permission: 'users:write',
    what: { es: 'Invitar y retirar usuarios', en: 'Invite and remove users' },
  },
  { from: 'admin', permission: 'keys:write', what: { es: 'Hacer y revocar claves', en: 'Make and revoke keys' } },
  { from: 'admin', permission: 'secrets:write', what: { es: 'Guardar secretos', en: 'Keep secrets' } },
  {
    from: 'admin',
    permission: 'flags:write',
    what: { es: 'Encender y apagar funciones', en: 'Switch functions on and off' },
  },
  {
    from: 'admin',
    permission: 'sources:write',
    what: { es: 'Emparejar sistemas y pasar el mando', en: 'Pair systems and switch which one leads' },
  },
  {
    from: 'admin',
    permission: 'backoffice:write',
    what: { es: 'Corregir y descartar eventos apartados', en: 'Put set-aside events right, or discard them' },
  },
  {
    from: 'admin',
    permission: 'tenants:write',
    what: {
      es: 'Renombrar y suspender organizaciones, en la que opera el programa',
      en: 'Rename and suspend organisations, in the one that runs the program',
    },
  },
  { from: 'admin', permission: 'audit:read', what: { es: 'Leer el registro de actos', en: 'Read the audit log' } },
]

/** Whether a role may do what can be done from another one on. */
export const reaches = (role: Role, from: Role): boolean => ROLES.indexOf(role) <= ROLES.indexOf(from)
