import { createCatalogue } from '../server/events/catalogue/catalogue.ts'
import { recognizer, sighted } from '../server/events/sources/pair.ts'
import type { EventDraft, Json } from '../server/platform/event.ts'
import type { Db } from '../server/platform/work.ts'

/*
 * What an event passes between door and log, alone, on one core: CPU time for each event.
 * Limits: 0.5 µs where nothing is judged, 5 µs for a schema of a dozen parts.
 */

const line = {
  type: 'object',
  required: ['sku', 'count'],
  properties: { sku: { type: 'string' }, count: { type: 'integer' } },
}
const order = (id: object) => ({
  type: 'object',
  required: ['total', 'customer', 'lines'],
  properties: {
    total: { type: 'number', minimum: 0 },
    customer: { type: 'object', required: ['id'], properties: { id, email: { type: 'string', format: 'email' } } },
    lines: { type: 'array', maxItems: 100, items: line },
    at: { type: 'string', format: 'date-time' },
  },
})
const schemas: Record<string, object> = {
  'order.placed': order({ type: 'string', maxLength: 40 }),
  'order.coded': order({ type: 'string', maxLength: 40, pattern: '^[A-Z]{3}-\\d+$' }),
}
const db: Db = {
  query: async <Row>(text: string, values: readonly unknown[] = []) =>
    (text.includes('max(minor)')
      ? Object.keys(schemas).map((type) => ({ type, major: 1, minor: 0 }))
      : [{ schema: schemas[String(values[1])] }]) as Row[],
}

const data = {
  total: 40,
  customer: { id: 'ABC-123', email: 'ana@example.org' },
  lines: [
    { sku: 'x', count: 1 },
    { sku: 'y', count: 2 },
  ],
  at: '2026-04-04T17:10:00Z',
}
const flat = {
  event_id: 'e',
  type: 'encounter',
  subtype: 'message_received',
  encounter_id: 'enc',
  queue_id: 'q',
  patient_id: 'p',
  brand_id: 'b',
  datetime: 1_775_322_600_000,
}
const draft = (type: string, of: Json, form: EventDraft['form'] = 'cloudevents'): EventDraft => ({
  tenant: 't',
  id: 'e',
  source: 's',
  type,
  subject: 'x',
  form,
  raw: JSON.stringify(of),
  data: of,
  occurredAt: 0,
  encounterId: null,
  traceparent: null,
  cause: null,
  hops: 0,
  origin: 'rest',
})

const ROUNDS = 300_000

function measure(name: string, limitUs: number, work: () => unknown): void {
  for (let i = 0; i < ROUNDS / 10; i++) work()
  const began = process.cpuUsage()
  for (let i = 0; i < ROUNDS; i++) work()
  const { user, system } = process.cpuUsage(began)
  console.log(`${name.padEnd(34)} ${((user + system) / ROUNDS).toFixed(2).padStart(6)} µs  (at most ${limitUs})`)
}

const catalogue = createCatalogue(db)
for (const [name, limitUs, event] of [
  ['a type that nobody registered', 0.5, draft('robot.danced', data)],
  ['encounter.message_received', 1, draft('encounter.message_received', flat, 'flat')],
  ['a schema of a dozen parts', 5, draft('order.placed', data)],
  ['the same with a pattern', 7, draft('order.coded', data)],
] as const) {
  await catalogue.judge(event)
  measure(name, limitUs, () => catalogue.judge(event))
}

const recognize = recognizer([
  {
    id: 'p',
    namespace: 'n',
    systems: [
      { name: 'netcomp', knownBy: { keys: ['k1'] } },
      { name: 'pet-cloud', knownBy: { headers: { 'x-system': 'pet-cloud' } } },
    ],
  },
])
const event = draft('encounter.message_received', flat, 'flat')
const stranger = { actor: 'key:other', headers: { 'x-system': 'other' } }
const found = recognize?.(event, { actor: 'key:k1' })
measure('no system of a pair', 0.5, () => recognize?.(event, stranger))
if (found) measure('one of a pair, with its digest', 10, () => sighted(event, found))
