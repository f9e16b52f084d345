import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '#platform/problem.ts'
import { eventsOf } from './events-of.ts'
import { type Mapping, mappingFaults } from './mapping.ts'

const BECOMING = { tenant: 't', endpoint: 'e', now: 1_800_000_000_000, id: 'message-1', again: null }

const kept = (body: string | Buffer, contentType: string | null = 'application/json', headers = {}) => ({
  contentType,
  headers,
  body: Buffer.from(body),
  trace: null,
})

function mapped(mapping: Mapping, body: string | Buffer, contentType?: string | null, headers = {}) {
  assert.deepEqual(mappingFaults(mapping), [])
  const [draft] = eventsOf(kept(body, contentType, headers), mapping, BECOMING)
  assert.ok(draft)
  return draft
}

function refusal(make: () => unknown): Problem {
  try {
    make()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('it was not refused')
}

test('a fixed type: the body is the data, as it came', () => {
  const draft = mapped({ type: 'order.paid' }, '{"n": 12345678901234567890, "b":1,"a":2}')
  assert.deepEqual([draft.type, draft.id, draft.subject], ['order.paid', 'message-1', 'message-1'])
  assert.ok(draft.raw.includes('"data":{"n": 12345678901234567890, "b":1,"a":2}'), draft.raw)
  assert.equal(draft.source, 'cauce:inbound:e')
})

test('type, subject, conversation, time and data out of body and headers', () => {
  const draft = mapped(
    {
      typeFrom: '"shop." + headers["x-topic"]',
      id: 'body.id',
      subject: 'body.customer',
      conversation: 'body.chat',
      time: 'body.at',
      data: '{"total": body.total}',
    },
    '{"id":7,"customer":"c1","chat":"enc-1","at":"2026-04-04T17:10:00+02:00","total":3.5}',
    'application/json',
    { 'x-topic': 'paid' },
  )
  assert.deepEqual(
    [draft.type, draft.id, draft.subject, draft.encounterId, draft.occurredAt, draft.data],
    ['shop.paid', '7', 'c1', 'enc-1', Date.parse('2026-04-04T15:10:00Z'), { total: 3.5 }],
  )
})

test('a number whose digits are lost is no id: two of them would be one event', () => {
  const mapping: Mapping = { type: 'order.paid', id: 'body.id' }
  for (const id of ['9007199254740991', '9007199254740993', '12345678901234567890']) {
    assert.equal(mapped(mapping, `{"id":${id}}`).id, id, 'a whole number has them all')
  }
  for (const id of ['9007199254740993.0', '1e300']) {
    const { code, message } = refusal(() => mapped(mapping, `{"id":${id}}`))
    assert.equal(code, 'inbound/mapping')
    assert.match(message, /gives no id: is a number of so many digits/)
  }
})

test('a conversation is the subject, so that its events stay in order', () => {
  assert.equal(mapped({ type: 'a.b', conversation: 'body.c' }, '{"c":"enc-1"}').subject, 'enc-1')
})

test('forms, texts and bytes have data too', () => {
  const form = mapped({ type: 'a.b', subject: 'body.From' }, 'From=%2B569&a=1&a=2', 'application/x-www-form-urlencoded')
  assert.deepEqual([form.subject, form.data], ['+569', { From: '+569', a: ['1', '2'] }])
  assert.equal(mapped({ type: 'a.b' }, 'good morning', 'text/plain').data, 'good morning')
  const bytes = Buffer.from([0, 255, 1])
  assert.ok(mapped({ type: 'a.b' }, bytes, null).raw.includes(`"data_base64":"${bytes.toString('base64')}"`))
  assert.equal(mapped({ type: 'a.b' }, '', null).data, null)
})

test('under another mapping a message becomes one more event, which names the first', () => {
  const again = (revision: string) => {
    const [draft] = eventsOf(kept('{}'), { type: 'a.c' }, { ...BECOMING, again: revision })
    return draft
  }
  assert.notEqual(again('2')?.id, 'message-1')
  assert.equal(again('2')?.id, again('2')?.id)
  assert.notEqual(again('2')?.id, again('3')?.id)
  assert.ok(again('2')?.raw.includes('"refedfrom":"message-1"'))
})

test('a mapping that gives nothing of use says which member', () => {
  const said = (mapping: Mapping, body: string) => refusal(() => mapped(mapping, body))
  for (const [mapping, body, member] of [
    [{ typeFrom: 'body.kind' }, '{}', 'type'],
    [{ typeFrom: 'body.kind' }, '{"kind":"a.*"}', 'event'],
    [{ type: 'a.b', subject: 'body.s' }, '{"s":{}}', 'subject'],
    [{ type: 'a.b', time: 'body.t' }, '{"t":"yesterday"}', 'event'],
    [{ type: 'a.b', id: 'body.id' }, `{"id":"${'x'.repeat(256)}"}`, 'id'],
  ] as const) {
    const problem = said(mapping, body)
    assert.equal(problem.status, 422)
    assert.equal(problem.code, 'inbound/mapping')
    assert.match(problem.message, new RegExp(`gives no ${member}:`))
  }
})

test('without a mapping the message is an event', () => {
  const structured = '{"specversion":"1.0","id":"1","source":"/s","type":"a.b","data":{"x":1}}'
  const [event] = eventsOf(kept(structured, 'application/cloudevents+json'), null, BECOMING)
  assert.deepEqual([event?.id, event?.type, event?.raw], ['1', 'a.b', structured])
  const binary = { 'ce-specversion': '1.0', 'ce-id': '2', 'ce-source': '/s', 'ce-type': 'a.b' }
  assert.equal(eventsOf(kept('{"x":1}', 'application/json', binary), null, BECOMING)[0]?.id, '2')
  const batch = eventsOf(kept(`[${structured}]`, 'application/cloudevents-batch+json'), null, BECOMING)
  assert.equal(batch.length, 1)
  const problem = refusal(() => eventsOf(kept('{"x":1}'), null, BECOMING))
  assert.equal(problem.status, 400)
  assert.ok(problem.faults.length > 0)
})

test('a mapping is judged when it is written', () => {
  const paths = (mapping: object) => mappingFaults({ ...mapping }).map(({ path }) => path)
  assert.deepEqual(paths({}), ['/type'])
  assert.deepEqual(paths({ type: 'a.b', typeFrom: '"a"' }), ['/typeFrom'])
  assert.deepEqual(paths({ type: 'a.*' }), ['/type'])
  assert.deepEqual(paths({ type: 'a.b', subject: 'body.' }), ['/subject'])
  assert.deepEqual(paths({ type: 'a.b', data: 'process.env' }), ['/data'])
  assert.deepEqual(paths({ typeFrom: '1 + 1' }), ['/typeFrom'])
})

test('one that was stored by a less strict program makes events as long as it does not come to what is at fault', () => {
  const mapping = { type: 'a.b', data: 'body.old ? timestamp("2026-13-01T00:00:00Z") : body.x' }
  assert.deepEqual(
    mappingFaults(mapping).map(({ path }) => path),
    ['/data'],
  )
  const [draft] = eventsOf(kept('{"old":false,"x":1}'), mapping, BECOMING)
  assert.equal(draft?.data, 1)
  assert.equal(refusal(() => eventsOf(kept('{"old":true}'), mapping, BECOMING)).code, 'inbound/mapping')
})
