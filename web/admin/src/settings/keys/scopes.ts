/** Scopes of keys, grouped by what they are about, in the words of who gives them. */

import type { Both } from '../../app/language.ts'
import type { Permission } from '../../app/session.ts'

export type ScopeGroup = { about: Both; scopes: readonly { scope: Permission; what: Both }[] }

const both = (es: string, en: string): Both => ({ es, en })

export const SCOPE_GROUPS: readonly ScopeGroup[] = [
  {
    about: both('Eventos', 'Events'),
    scopes: [
      { scope: 'events:write', what: both('Enviar eventos', 'Send events') },
      { scope: 'events:read', what: both('Leer eventos', 'Read events') },
      { scope: 'catalogue:write', what: both('Registrar tipos', 'Register types') },
      { scope: 'sources:read', what: both('Ver fuentes pareadas', 'See paired sources') },
      { scope: 'sources:write', what: both('Parear y conmutar fuentes', 'Pair and switch sources') },
    ],
  },
  {
    about: both('Conversaciones', 'Conversations'),
    scopes: [
      { scope: 'conversations:read', what: both('Leer', 'Read') },
      { scope: 'conversations:write', what: both('Abrir, escribir y cerrar', 'Open, write and close') },
      { scope: 'queues:read', what: both('Ver colas y calendarios', 'See queues and calendars') },
      { scope: 'queues:write', what: both('Ajustar colas y calendarios', 'Set queues and calendars') },
    ],
  },
  {
    about: both('Flujos', 'Flows'),
    scopes: [
      { scope: 'flows:read', what: both('Ver', 'See') },
      { scope: 'flows:run', what: both('Iniciar', 'Begin') },
      { scope: 'flows:write', what: both('Diseñar y publicar', 'Design and publish') },
      { scope: 'approvals:read', what: both('Ver aprobaciones', 'See approvals') },
      { scope: 'approvals:decide', what: both('Decidir aprobaciones', 'Decide approvals') },
      { scope: 'timers:read', what: both('Ver temporizadores', 'See timers') },
      { scope: 'timers:write', what: both('Poner temporizadores', 'Set timers') },
    ],
  },
  {
    about: both('Avisos', 'Notifications'),
    scopes: [
      { scope: 'notifications:read', what: both('Ver', 'See') },
      { scope: 'notifications:write', what: both('Enviar', 'Send') },
      { scope: 'templates:read', what: both('Ver plantillas', 'See templates') },
      { scope: 'templates:write', what: both('Escribir plantillas', 'Write templates') },
    ],
  },
  {
    about: both('Conexiones', 'Connections'),
    scopes: [
      { scope: 'subscriptions:read', what: both('Ver webhooks', 'See webhooks') },
      { scope: 'subscriptions:write', what: both('Suscribir webhooks', 'Subscribe webhooks') },
      { scope: 'deliveries:read', what: both('Ver entregas', 'See deliveries') },
      { scope: 'deliveries:write', what: both('Repetir entregas', 'Repeat deliveries') },
      { scope: 'inbound:read', what: both('Ver entradas', 'See inbound endpoints') },
      { scope: 'inbound:write', what: both('Abrir entradas', 'Open inbound endpoints') },
      { scope: 'mqtt:read', what: both('Ver reglas de MQTT', 'See MQTT rules') },
      { scope: 'mqtt:write', what: both('Escribir reglas de MQTT', 'Write MQTT rules') },
    ],
  },
  {
    about: both('Administración', 'Administration'),
    scopes: [
      { scope: 'users:read', what: both('Ver usuarios', 'See users') },
      { scope: 'users:write', what: both('Administrar usuarios', 'Administer users') },
      { scope: 'keys:read', what: both('Ver claves', 'See keys') },
      { scope: 'keys:write', what: both('Hacer claves', 'Make keys') },
      { scope: 'secrets:read', what: both('Ver nombres de secretos', 'See names of secrets') },
      { scope: 'secrets:write', what: both('Guardar secretos', 'Keep secrets') },
      { scope: 'flags:read', what: both('Ver interruptores', 'See flags') },
      { scope: 'flags:write', what: both('Cambiar interruptores', 'Switch flags') },
      { scope: 'audit:read', what: both('Leer el registro', 'Read the audit log') },
      { scope: 'backoffice:read', what: both('Ver eventos apartados', 'See set-aside events') },
      { scope: 'backoffice:write', what: both('Reparar eventos apartados', 'Mend set-aside events') },
      { scope: 'metrics:read', what: both('Leer métricas', 'Read metrics') },
      { scope: 'tenants:read', what: both('Ver organizaciones', 'See organisations') },
      { scope: 'tenants:write', what: both('Administrar organizaciones', 'Administer organisations') },
    ],
  },
]

export const ALL_SCOPES: readonly Permission[] = SCOPE_GROUPS.flatMap(({ scopes }) => scopes.map(({ scope }) => scope))

export type Purpose = 'producer' | 'reader' | 'all' | 'own'
/** What keys are usually made for; `own` is whatever else one ticks. */
export const PURPOSES: Record<Exclude<Purpose, 'own'>, readonly Permission[]> = {
  producer: ['events:write'],
  reader: ALL_SCOPES.filter(
    (scope) => scope.endsWith(':read') && !/^(users|keys|secrets|audit|metrics|tenants):/.test(scope),
  ),
  all: ALL_SCOPES,
}

/** Which purpose these scopes are, for somebody who may give `held`. */
export function purposeOf(scopes: readonly string[], held: readonly string[]): Purpose {
  const same = (wanted: readonly string[]) => {
    const possible = wanted.filter((scope) => held.includes(scope))
    return possible.length === scopes.length && possible.every((scope) => scopes.includes(scope))
  }
  return (Object.keys(PURPOSES) as (keyof typeof PURPOSES)[]).find((name) => same(PURPOSES[name])) ?? 'own'
}
