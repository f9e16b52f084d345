import type { Client } from './client.ts'
import { type Door, NOBODY, URL_OUTSIDE } from './door.ts'
import { FLOW_DOORS } from './flow-doors.ts'

const JSON_TYPE = 'application/json'
const WHEN = '2026-03-02T09:00:00Z'
const LATER = '2026-03-03T09:00:00Z'

const flat = {
  event_id: 'flat-1',
  type: 'encounter',
  subtype: 'note',
  encounter_id: 'e-1',
  datetime: 1_767_225_600_000,
  queue_id: 'q',
  patient_id: 'c',
  brand_id: 'b',
}
const enterprise = {
  eventId: 'enterprise-1',
  eventType: 'order.placed',
  occurredAt: '2026-01-01T00:00:00Z',
  payload: { n: 1, nested: { list: [1, 'two', null, true] } },
  schemaVersion: '1',
  tenantId: 'x',
  actorUserId: null,
}
const cloudEvent = {
  specversion: '1.0',
  id: 'cloud-1',
  source: 'urn:test',
  type: 'order.placed',
  subject: 's',
  time: '2026-01-01T00:00:00Z',
  datacontenttype: JSON_TYPE,
  dataschema: 'https://example.com/schema',
  partitionkey: 'p',
  data: { n: 1, nested: { list: [1, 'two', null, true] } },
}

const mqttRule = {
  name: 'Measures',
  enabled: true,
  topic: 'plant/+/measure',
  where: 'payload.n > 1',
  event: { type: '"plant.measured"', subject: 'topic', data: 'payload', id: 'payload.id' },
  republish: { topic: '"plant/told"', payload: '{"n": payload.n}', retain: false },
}
const mqttMessage = { topic: 'plant/1/measure', payload: { n: 2, id: 'x' }, properties: { a: 'b' }, responseTopic: 'r' }

const inboundEvent = {
  type: 'shop.order_placed',
  id: 'body.id',
  subject: 'body.order',
  conversation: 'body.chat',
  time: 'body.at',
  data: 'body',
}

const queue = {
  name: 'Q',
  brand: 'b',
  product: 'p',
  service: 's',
  continuity: true,
  max_inactive_patient_warning_time: 60,
  max_inactive_patient_time: 60,
  close_inactive_encounters: true,
  continuity_extension_time: 10,
  calendarId: 'cal',
  warningTexts: { es: 'Hola', en: 'Hi' },
  reopen_closed_encounters: true,
}

/** Every way in that takes a body, and the questions that take a query. */
export const DOORS: readonly Door[] = [
  { method: 'POST', path: '/api/v1/events', body: flat },
  { method: 'POST', path: '/api/v1/events', body: enterprise },
  { method: 'POST', path: '/api/v1/events', body: cloudEvent, type: 'application/cloudevents+json' },
  {
    method: 'POST',
    path: '/api/v1/events',
    body: [cloudEvent, { ...cloudEvent, id: 'cloud-2' }],
    type: 'application/cloudevents-batch+json',
  },
  {
    method: 'POST',
    path: '/api/v1/events',
    body: { n: 1, list: ['a'] },
    headers: {
      'ce-specversion': '1.0',
      'ce-id': 'binary-1',
      'ce-source': 'urn:test',
      'ce-type': 'order.placed',
      'ce-subject': 's',
      'ce-time': '2026-01-01T00:00:00Z',
    },
  },
  {
    method: 'POST',
    path: '/api/v1/event-types',
    body: {
      name: 'order.placed',
      family: 'order',
      owner: 'sales',
      description: 'Somebody bought.',
      schema: {
        type: 'object',
        required: ['n'],
        properties: { n: { type: 'integer', minimum: 0 }, code: { type: 'string', pattern: '^[A-Z]{3}$' } },
        $defs: { line: { enum: [1, 'two', null] } },
        additionalProperties: { $ref: '#/$defs/line' },
      },
      examples: [{ n: 1 }],
    },
  },
  {
    method: 'POST',
    path: '/api/v1/event-types/TicketClosed/versions',
    body: { schema: { type: 'object', required: ['ticketId'] }, examples: [{ ticketId: 't' }], major: 2 },
  },
  {
    method: 'PATCH',
    path: '/api/v1/event-types/TicketClosed',
    body: { description: 'Over.', deprecated: { reason: 'old', replacedBy: 'TicketEnded' } },
  },
  {
    method: 'PUT',
    path: '/api/v1/sources/pair',
    body: {
      namespace: 'urn:pair',
      window: 'PT15M',
      systems: [
        { name: 'netcomp', role: 'leader', knownBy: { sources: ['/netcomp/*'], headers: { 'x-system': 'a' } } },
        { name: 'pet-cloud', role: 'follower', knownBy: { brokerUsers: ['cloud'] } },
      ],
    },
  },
  { method: 'POST', path: '/api/v1/sources/pair/switch', body: { to: 'pet-cloud', window: 'PT1H', preview: true } },
  { method: 'PUT', path: '/api/v1/flags/pet_flows_events_url', body: { value: 'https://example.com/api/v1/events' } },
  { method: 'POST', path: '/backoffice/events/quarantine/retry', body: { filter: { type: 'a.b' }, force: false } },
  { method: 'POST', path: '/backoffice/events/quarantine/discard', body: { ids: ['a'] } },
  {
    method: 'POST',
    path: '/api/v1/subscriptions',
    body: { routingKeyPattern: 'a.*.#', webhookUrl: URL_OUTSIDE, format: 'cloudevents' },
  },
  {
    method: 'POST',
    path: '/api/v1/subscriptions/import',
    body: [{ id: 's-1', routingKeyPattern: 'a.#', webhookUrl: URL_OUTSIDE, createdAt: WHEN, status: 'ACTIVE' }],
  },
  { method: 'PATCH', path: '/api/v1/subscriptions/s', body: { status: 'ACTIVE', format: 'as-received' } },
  { method: 'POST', path: '/api/v1/subscriptions/s/rotate-secret', body: { overlapHours: 1 } },
  {
    method: 'POST',
    path: '/api/v1/subscriptions/s/replay',
    body: { since: WHEN, until: LATER, exclude: ['00000000-0000-4000-8000-000000000001'], dryRun: true },
  },
  {
    method: 'POST',
    path: '/api/v1/deliveries/replay',
    body: { status: 'failed', channel: 'webhook', since: WHEN, until: LATER, dryRun: true },
  },
  { method: 'PUT', path: '/api/v1/queues/q', body: queue },
  { method: 'POST', path: '/api/v1/queues/q/preview', body: queue },
  {
    method: 'POST',
    path: '/api/v1/calendars/cal/preview',
    body: { timeZone: 'America/Santiago', week: { mon: [{ from: '09:00', to: '13:00' }] } },
  },
  {
    method: 'PUT',
    path: '/api/v1/conversation-texts',
    body: {
      items: [
        {
          on: 'warning',
          locale: 'es',
          text: 'Hola',
          brand: 'b',
          product: 'p',
          queue: 'q',
          service: 's',
        },
      ],
    },
  },
  {
    method: 'PUT',
    path: '/api/v1/sending-rules',
    body: {
      timeZone: 'America/Santiago',
      quietHours: [
        {
          name: 'Noches',
          from: '21:00',
          to: '08:00',
          days: ['mon'],
          channels: ['push'],
          categories: ['a'],
          exceptCategories: ['b'],
          action: 'hold',
        },
      ],
      caps: [{ name: 'Tope', most: 2, per: 'P1D', channels: ['email'], first: ['a'], action: 'drop' }],
    },
  },
  {
    method: 'PUT',
    path: '/api/v1/calendars/cal',
    body: {
      name: 'Cal',
      timeZone: 'America/Santiago',
      week: { mon: [{ from: '09:00', to: '13:00' }] },
      holidays: [{ date: '2026-01-01' }],
      exceptions: [{ date: '2026-12-24', openings: [{ from: '09:00', to: '12:00' }] }],
    },
  },
  {
    method: 'PUT',
    path: '/api/v1/contacts/c',
    body: {
      name: 'C',
      locale: 'es',
      timeZone: 'UTC',
      addresses: { push: 'd', email: ['c@example.com'] },
      attributes: { vip: true, tags: ['a'] },
    },
  },
  {
    method: 'POST',
    path: '/api/v1/encounters',
    body: { id: 'e-new', queueId: 'q', contactId: 'c', channel: 'webchat' },
  },
  { method: 'POST', path: '/api/v1/encounters/e/messages', body: { from: 'patient', text: 'hello' } },
  { method: 'POST', path: '/api/v1/encounters/e/link', body: { oneUse: true, expiresInS: 60 } },
  { method: 'POST', path: '/api/v1/encounters/e/close', body: { reason: 'done' } },
  { method: 'POST', path: '/api/v1/encounters/e/visit', body: { how: 'widget' } },
  { method: 'POST', path: '/api/v1/encounters/e/assign', body: { team: 't', user: 'u' } },
  { method: 'POST', path: '/api/v1/encounters/e/transfer', body: { queueId: 'q' } },
  { method: 'POST', path: '/api/v1/encounters/e/return', body: {} },
  { method: 'POST', path: '/api/v1/encounters/e/snooze', body: { until: '2030-01-01T00:00:00Z' } },
  ...FLOW_DOORS,
  {
    method: 'PUT',
    path: '/api/v1/templates/t',
    body: {
      channel: 'email',
      locale: 'es',
      title: 'Hola',
      body: '{{ contact.name }}',
      html: '<p>{{ contact.name }}</p>',
    },
  },
  {
    method: 'POST',
    path: '/api/v1/templates/t/preview',
    body: {
      channel: 'email',
      locale: 'es',
      texts: { title: 'x', body: '{{ contact.name }}' },
      contactId: 'c',
      sample: { vars: { a: 1 } },
    },
  },
  {
    method: 'POST',
    path: '/api/v1/notifications',
    body: {
      to: { contactId: 'c' },
      content: { title: 't', body: 'b' },
      channels: ['inbox'],
      deepLink: { encounterId: 'e' },
      data: { a: [1] },
      category: 'x',
      critical: false,
      dedupeKey: 'd',
      sendAt: WHEN,
    },
  },
  {
    method: 'POST',
    path: '/api/v1/push',
    body: { to: 'c', title: 't', body: 'b', deepLink: 'https://example.com/x', data: { a: 1 } },
  },
  { method: 'POST', path: '/notifications/read', body: { ids: ['00000000-0000-4000-8000-000000000001'] } },
  { method: 'POST', path: '/api/v1/timers', body: { delay: 'P1D', callbackUrl: URL_OUTSIDE, payload: { a: [1, 2] } } },
  {
    method: 'POST',
    path: '/api/v1/timers',
    body: { dueAt: '2030-01-01T00:00:00Z', event: { type: 'a.b', subject: 's', data: { a: 1 } } },
  },
  { method: 'PATCH', path: '/api/v1/timers/tm', body: { delay: 'P2D' } },
  {
    method: 'POST',
    path: '/backoffice/events/retry',
    body: { filter: { consumer: 'flows', type: 'a.b', olderThan: WHEN } },
  },
  { method: 'POST', path: '/backoffice/events/discard', body: { ids: ['a'], reason: 'sent by mistake' } },
  {
    method: 'POST',
    path: '/api/v1/login',
    body: { email: 'a@example.com', password: 'no such password', tenant: 'default' },
  },
  {
    method: 'POST',
    path: '/api/v1/users',
    body: { email: 'u@example.com', name: 'U', role: 'agent', password: 'a long password 123' },
  },
  {
    method: 'POST',
    path: '/api/v1/keys',
    body: { name: 'K', scopes: ['events:write'], expiresAt: '2030-01-01T00:00:00Z' },
  },
  { method: 'POST', path: '/api/v1/tokens', body: { contactId: 'c' } },
  { method: 'POST', path: '/api/v1/tenants', body: { id: 'other', name: 'Other' } },
  { method: 'PATCH', path: '/api/v1/tenants/nobody', body: { name: 'Nobody', status: 'active' } },
  {
    method: 'POST',
    path: '/api/v1/session',
    body: { email: 'a@example.com', password: 'no such password', tenant: 'default' },
  },
  {
    method: 'POST',
    path: '/api/v1/set-up',
    body: { name: 'The clinic', currentPassword: 'no such password', newPassword: 'another long password' },
  },
  {
    method: 'POST',
    path: '/api/v1/me/password',
    body: { currentPassword: 'no such password', newPassword: 'another long password' },
  },
  {
    method: 'PATCH',
    path: `/api/v1/users/${NOBODY}`,
    body: { name: 'U', role: 'viewer', status: 'active', password: 'a long password 123' },
  },
  { method: 'PUT', path: '/api/v1/secrets/api_key', body: { value: 'not to be seen' } },
  { method: 'POST', path: '/api/v1/switches/none', body: { active: 'http', shadow: false } },
  { method: 'PUT', path: '/backoffice/events/failures/a', body: { data: { n: 1 }, reason: 'n was missing' } },
  { method: 'PUT', path: '/backoffice/events/quarantine/a', body: { data: { n: 1 }, reason: 'n was missing' } },
  { method: 'POST', path: `/backoffice/brokers/refused/${NOBODY}/retry`, body: { body: '{"n":1}' } },
  {
    method: 'POST',
    path: '/api/v1/inbound-endpoints',
    body: {
      name: 'Shop',
      enabled: true,
      verification: {
        kind: 'hmac',
        header: 'x-signature',
        algorithm: 'sha256',
        encoding: 'hex',
        prefix: 'sha256=',
        timestamp: { header: 'x-timestamp', toleranceS: 300 },
        idHeader: 'x-id',
        content: '{timestamp}.{body}',
      },
      event: inboundEvent,
      headers: ['x-shop'],
      networks: ['203.0.113.0/24'],
      secret: 'a secret of the other system, long enough',
    },
  },
  {
    method: 'PUT',
    path: `/api/v1/inbound-endpoints/${NOBODY}`,
    body: { name: 'Shop', enabled: false, verification: { kind: 'token', header: 'x-token' }, event: inboundEvent },
  },
  {
    method: 'POST',
    path: `/api/v1/inbound-endpoints/${NOBODY}/rotate-secret`,
    body: { secret: 'a newer secret of the other system', overlapHours: 1 },
  },
  {
    method: 'POST',
    path: `/api/v1/inbound-endpoints/${NOBODY}/test`,
    body: { event: inboundEvent, message: { contentType: JSON_TYPE, headers: { 'x-shop': '1' }, body: { id: 1 } } },
  },
  {
    method: 'POST',
    path: `/api/v1/inbound-endpoints/${NOBODY}/refeed`,
    body: {
      status: 'refused',
      code: 'unmapped',
      since: WHEN,
      until: WHEN,
      exclude: [NOBODY],
      perSecond: 10,
      dryRun: true,
    },
  },
  {
    method: 'POST',
    path: '/api/v1/conversation-texts/read',
    body: {
      on: 'warning',
      locale: 'es',
      queue: 'q',
      brand: null,
      items: [{ on: 'warning', locale: 'es', text: 'Are you there?', brand: 'b', queue: 'q' }],
    },
  },
  { method: 'POST', path: '/api/v1/mqtt/rules', body: { id: 'r', ...mqttRule } },
  { method: 'PUT', path: '/api/v1/mqtt/rules/r', body: mqttRule },
  { method: 'POST', path: '/api/v1/mqtt/rules/r/test', body: mqttMessage },
  { method: 'POST', path: '/api/v1/mqtt/rules/test', body: { rule: mqttRule, message: mqttMessage } },
  { method: 'POST', path: '/api/v1/mqtt/requests', body: { topic: 'search/x', data: { a: 1 }, timeout: 'PT1S' } },
  {
    method: 'POST',
    path: '/api/v1/whatsapp/commands',
    body: { line: 'clientes', to: '+56912345678', message: 'Hola', messageId: 'm1', data: { a: 1 } },
  },
  {
    method: 'POST',
    path: '/wa-clientes/send',
    body: { wa_number_to: '+56912345678', wa_message: 'Hola', message_id: 'm2' },
  },
  {
    method: 'POST',
    path: '/wa-proveedores/send',
    body: { wa_number_to: '+56912345678', wa_message: 'Hola', message_id: 'm3' },
  },
  { method: 'POST', path: '/api/v1/contacts/behind', body: { subjects: ['e', 'c'] } },
  { method: 'POST', path: '/api/v1/encounters/e/bot', body: {} },
  { method: 'POST', path: '/api/v1/encounters/e/extend', body: { minutes: 30 } },
]

/** Questions: what is wrong stands in the path or the query. */
export const QUESTIONS: readonly string[] = [
  '/api/v1/events?limit=5&type=a.*&subject=s&conversation=e&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z',
  '/api/v1/events/flat-1?source=urn:x',
  '/api/v1/event-types?family=encounter&pattern=encounter.*&deprecated=false&limit=5',
  '/api/v1/event-types/TicketClosed',
  '/api/v1/sources/pair/held?system=netcomp&unpublished=true&limit=5',
  '/api/v1/sources/pair/comparison?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z',
  '/api/v1/switches/none/comparison',
  '/backoffice/events/quarantine?type=a.b&reason=invalid&limit=5',
  '/backoffice/events/outbox?status=pending&type=a.b&olderThan=2026-01-01T00:00:00Z&limit=5',
  '/api/v1/deliveries?status=failed&channel=webhook&since=2026-01-01T00:00:00Z&limit=5',
  '/api/v1/deliveries/00000000-0000-4000-8000-000000000001',
  '/api/v1/subscriptions/s/deliveries?status=failed&since=2026-01-01T00:00:00Z',
  '/api/v1/encounters?status=open&queueId=q&contactId=c&limit=5',
  '/api/v1/encounters/e/messages?limit=5',
  '/api/v1/contacts?limit=5',
  '/api/v1/conversations?waitsFor=us&queueId=q&q=a&limit=5',
  '/api/v1/queues/q',
  '/api/v1/calendars/cal',
  '/api/v1/flows/{flow}/versions/1',
  '/api/v1/flows/{flow}/runs?status=waiting&subject=s&limit=5',
  '/api/v1/runs/00000000-0000-4000-8000-000000000001',
  '/api/v1/notifications?status=sent&contactId=c&limit=5',
  '/api/v1/templates/t/versions?channel=email&locale=es',
  '/api/v1/timers?status=scheduled&limit=5',
  '/api/v1/timers/tm',
  '/api/v1/audit?actor=a&action=b&target=c&from=2026-01-01T00:00:00Z&limit=5',
  '/api/v1/users?limit=5',
  '/r/not-a-token',
]

/** What the doors speak of. @returns the id of the flow */
export async function furnish({ persist }: Client): Promise<string> {
  const named = (path: string) => DOORS.find((door) => door.path === path)?.body
  await persist('PUT', '/api/v1/calendars/cal', named('/api/v1/calendars/cal'))
  await persist('PUT', '/api/v1/queues/q', named('/api/v1/queues/q'))
  await persist('PUT', '/api/v1/contacts/c', named('/api/v1/contacts/c'))
  await persist('POST', '/api/v1/encounters', { id: 'e', queueId: 'q', contactId: 'c', channel: 'webchat' })
  const [entry] = named('/api/v1/subscriptions/import') as object[]
  await persist('POST', '/api/v1/subscriptions/import', [{ ...entry, id: 's', routingKeyPattern: 'none.such' }])
  await persist('POST', '/api/v1/timers', { id: 'tm', dueAt: '2030-01-01T00:00:00Z', event: { type: 'a.b' } })
  await persist('PUT', '/api/v1/templates/t', named('/api/v1/templates/t'))
  const { id } = await persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Door' })
  return id
}
