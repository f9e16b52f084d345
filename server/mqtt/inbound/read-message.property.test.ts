import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import { Problem } from '#platform/problem.ts'
import { answerTo } from '../requests/respond.ts'
import { concerns, outcomeOf, readForRules } from '../rules/plan.ts'
import { compileRule } from '../rules/rule.ts'
import { readCommand } from '../whatsapp-commands/command.ts'
import { hopsOf, readMessage } from './read-message.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')

const EVENT = {
  specversion: '1.0',
  id: 'e',
  source: '/s',
  type: 'a.b',
  subject: 's',
  time: '2026-01-01T00:00:00Z',
  hops: 1,
  data: { encounter_id: 'x', correlation_id: 'c', reply_to: 't' },
}
const KEYS = [
  ...Object.keys(EVENT),
  'event_id',
  'eventId',
  'datacontenttype',
  'data_base64',
  'a-b',
  '__proto__',
  'to',
  'message',
  'message_id',
]

/** Things near an event, and things that are nothing like one. */
const PAYLOAD = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc
    .dictionary(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 })
    .map((changes) => Buffer.from(JSON.stringify({ ...EVENT, ...changes }))),
  fc
    .constantFrom('', '{', '[]', 'null', '"\\ud800"', '{"a":1e999}', '{"a":1,"a":2}', '\ufeff{}', '['.repeat(70))
    .map((text) => Buffer.from(text)),
)
const CONTENT_TYPE = fc.option(
  fc.constantFrom(
    'application/json',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'text/plain',
    'x',
    '',
  ),
  { nil: undefined },
)
const ATTRIBUTES = { specversion: '1.0', id: 'e', source: '/s', type: 'a.b' }
const PROPERTIES = fc
  .tuple(
    fc.constantFrom({}, {}, ATTRIBUTES),
    fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(fc.string(), fc.constantFrom('1.0', '/s', '-1', '1e9')), {
      maxKeys: 1,
    }),
  )
  .map(([whole, changes]) => new Map<string, string>(Object.entries({ ...whole, ...changes })))

const MESSAGE: fc.Arbitrary<MqttMessage> = fc
  .record({
    payload: PAYLOAD,
    contentType: CONTENT_TYPE,
    userProperties: PROPERTIES,
    topic: fc.constantFrom('a', 'a/request', '/', 'ñ/😀'),
  })
  .map((parts) => ({
    ...parts,
    qos: 1,
    retained: false,
    redelivered: false,
    packetId: 1,
    responseTopic: 'cauce/answers/x',
  }))

/** What it gives, or undefined where it was refused as something that a sender can mend. */
function refusedOr<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    assert.ok(error instanceof Problem, String((error as Error).stack))
    assert.ok(error.status >= 400 && error.status < 500, String(error.status))
    return undefined
  }
}

describe('whatever comes over MQTT', () => {
  it('is an event or is refused with a reason', () => {
    let taken = 0
    fc.assert(
      fc.property(MESSAGE, (message) => {
        const drafts = refusedOr(() => readMessage(message, { tenant: 't', now: NOW })) ?? []
        for (const draft of drafts) {
          taken += 1
          assert.equal(draft.origin, 'mqtt')
          assert.ok(Number.isInteger(draft.hops) && draft.hops >= 0)
          JSON.parse(draft.raw)
        }
      }),
      { numRuns: 5_000 },
    )
    assert.ok(taken > 100, `only ${taken} were events`)
  })

  it('is something for a rule or is refused with a reason', () => {
    const made = compileRule({
      id: 'r',
      name: 'R',
      enabled: true,
      topic: '#',
      where: 'has(payload.id) || true',
      event: { type: '"a.b"', subject: 'payload.subject', data: 'payload', id: 'payload.id' },
      republish: { topic: '"b/" + payload.type', payload: '{"was": payload}' },
      reply: 'payload.data',
    })
    assert.ok(made.rule)
    const { rule } = made
    fc.assert(
      fc.property(MESSAGE, fc.constantFrom('5' as const, '3.1.1' as const), (message, protocol) => {
        const read = readForRules(message, NOW)
        concerns(rule, read)
        const outcome = refusedOr(() => outcomeOf(rule, read, 't', protocol))
        if (outcome === undefined) return
        JSON.parse(outcome.event?.raw(outcome.event.id ?? 'x') ?? '')
        answerTo(read, outcome.reply ?? null, () => true, protocol)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is a command or is refused with a reason', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        refusedOr(() => readCommand(value as never, 'CL'))
      }),
      { numRuns: 2_000 },
    )
  })

  it('never says less than nothing of its way', () => {
    fc.assert(
      fc.property(PROPERTIES, fc.jsonValue(), (userProperties, members) => {
        const hops = hopsOf({ userProperties }, members)
        assert.ok(Number.isInteger(hops) && hops >= 0 && hops <= 1_000)
      }),
    )
  })
})
