import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dataOf, toCloudEvent } from '#events/cloudevents-out.ts'
import { enterpriseText, flatText } from '#events/enterprise.ts'
import { readEvents } from '#events/forms.ts'
import { elementTexts, memberTexts } from '#events/json-slices.ts'
import { Problem } from '#platform/problem.ts'
import vectors from './vectors/cloudevents.vectors.json' with { type: 'json' }

const NOW = Date.parse('2026-04-04T17:10:00Z')
const ctx = { tenant: 't', now: NOW, origin: 'rest', traceparent: null, defaultSource: 'cauce:events' }
const TYPES = [
  undefined,
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'text/plain',
  'image/png',
]

const flatSeed =
  '{"event_id":"abc","type":"encounter","subtype":"x","encounter_id":"e","queue_id":null,"datetime":1712345678000,"n":[1e10,{"a":"\\u00e9"}]}'
const enterpriseSeed =
  '{"eventId":"e","eventType":"T","occurredAt":"2026-04-04T17:10:00Z","payload":{"a":1},"schemaVersion":"1"}'
const seeds = [flatSeed, enterpriseSeed, ...vectors.vectors.map((vector) => vector.input.body)].filter(
  (seed) => seed !== '',
)

const noise = fc.constantFrom(
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  '1e999',
  '-',
  '\u0000',
  'é',
  '😀',
  '__proto__',
  '*',
  '#',
  '"specversion":"1.0",',
)
const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: noise })

const headerValue = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('1.0', '%', '%C0%A0', '"', '""', '/s', 'a b', '\u00e9'),
)
const headers = fc.dictionary(
  fc.constantFrom('ce-id', 'ce-type', 'ce-source', 'ce-specversion', 'ce-time', 'ce-data', 'ce-__proto__', 'ce-'),
  headerValue,
)

test('a spoilt body is refused with a Problem, or its events are sound', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(mutation, { maxLength: 5 }),
      fc.constantFrom(...TYPES),
      headers,
      fc.boolean(),
      (seed, mutations, contentType, given, asBytes) => {
        let text = seed
        for (const { at, cut, put } of mutations) {
          const place = Math.floor(at * text.length)
          text = text.slice(0, place) + put + text.slice(place + cut)
        }
        const body = asBytes ? Buffer.from(text) : text
        let events: ReturnType<typeof readEvents>
        try {
          events = readEvents({ contentType, headers: given, body }, ctx)
        } catch (error) {
          assert.ok(error instanceof Problem, String(error))
          assert.ok([400, 413, 415].includes(error.status))
          assert.ok(error.status === 415 || error.faults.length > 0)
          return
        }
        for (const event of events) {
          assert.ok(event.id !== '' && event.type !== '' && event.subject !== '' && event.source !== '')
          assert.deepEqual(dataOf(event.form, event.raw), event.data)
          assert.ok(!JSON.stringify(event.data).includes('\\u0000') && event.raw.isWellFormed())
          JSON.parse(toCloudEvent(event))
          JSON.parse(enterpriseText(event))
        }
      },
    ),
    { numRuns: 4000 },
  )
})

test('random bytes never do more than be refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...TYPES), (bytes, contentType) => {
      try {
        readEvents({ contentType, headers: {}, body: Buffer.from(bytes) }, ctx)
      } catch (error) {
        assert.ok(error instanceof Problem, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})

const id = fc.string({
  minLength: 1,
  maxLength: 20,
  unit: fc.constantFrom('a', 'Z', '0', '-', 'ñ', '😀', '"', '\\', '/'),
})
const typeWord = fc.string({ minLength: 1, maxLength: 10, unit: fc.constantFrom('a', 'b', '.', '_') })
const flat = fc
  .record(
    {
      event_id: id,
      type: typeWord,
      subtype: typeWord,
      encounter_id: id,
      queue_id: fc.option(id),
      patient_id: fc.option(id),
      brand_id: fc.option(id),
      datetime: fc.integer({ min: 946_684_800_000, max: NOW }),
      // Names that the other form uses must survive as well.
      payload: fc.jsonValue({ maxDepth: 3 }),
      encounterId: id,
      extra: fc.jsonValue({ maxDepth: 3 }),
    },
    { requiredKeys: ['event_id', 'type', 'subtype', 'encounter_id', 'datetime'] },
  )
  .map((event) => JSON.parse(JSON.stringify(event)))

const one = (body: string) =>
  readEvents({ contentType: 'application/json', headers: {}, body }, ctx)[0] ?? assert.fail()

test('flat to enterprise and back is the identity', () => {
  fc.assert(
    fc.property(flat, (event) => {
      const draft = one(JSON.stringify(event))
      const enterprise = one(enterpriseText(draft))
      assert.equal(enterprise.type, draft.type)
      assert.equal(enterprise.subject, draft.subject)
      assert.deepEqual(JSON.parse(flatText(enterprise) ?? 'null'), event)
    }),
    { numRuns: 1000 },
  )
})

test('slices parse to what the whole parses to', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 4 })),
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.nat(3),
      (list, object, space) => {
        assert.deepEqual(
          elementTexts(JSON.stringify(list, null, space)).map((text) => JSON.parse(text)),
          JSON.parse(JSON.stringify(list)),
        )
        const members = memberTexts(JSON.stringify(object, null, space))
        assert.deepEqual(
          [...members].map(([name, text]) => [name, JSON.parse(text)]),
          Object.entries(JSON.parse(JSON.stringify(object))),
        )
      },
    ),
    { numRuns: 1000 },
  )
})
