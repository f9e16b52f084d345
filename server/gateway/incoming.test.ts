import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { marksOf } from '#gateway/buses.ts'
import { readMessage } from '#gateway/incoming.ts'
import { messageOf } from '#gateway/outgoing.ts'
import type { Incoming } from '#platform/brokers/bus.ts'
import { attributesOf } from '#platform/brokers/rabbitmq/message.ts'
import type { EventDraft } from '#platform/event.ts'
import type { Problem } from '#platform/problem.ts'

const NOW = 1_790_000_000_000
const FLAT = {
  event_id: 'e-1',
  type: 'encounter',
  subtype: 'tmipw_expired',
  encounter_id: 'enc-1',
  datetime: 1_780_000_000_000,
}
const ENTERPRISE = {
  eventId: 'e-2',
  eventType: 'TicketCreated',
  occurredAt: '2026-04-04T17:10:00Z',
  payload: { encounterId: 'enc-2', n: 1 },
  schemaVersion: 1,
}
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const CLOUD = { specversion: '1.0', id: 'e-3', source: '/clinic', type: 'encounter.closed', subject: 'enc-3', data: {} }

function message(body: string | object, more: Partial<Omit<Incoming, 'body'>> = {}): Incoming {
  return {
    door: 'events',
    id: undefined,
    key: 'encounter.tmipw_expired',
    contentType: 'application/json',
    contentEncoding: undefined,
    attributes: new Map(),
    traceparent: undefined,
    live: true,
    accept() {},
    refuse() {},
    ...more,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  }
}
const read = (body: string | object, more?: Partial<Omit<Incoming, 'body'>>, bus = 'rabbitmq') =>
  readMessage(message(body, more), { tenant: 'default', now: NOW, ...marksOf(bus) })
const identity = ({ id, source, type, subject, form }: EventDraft) => ({ id, source, type, subject, form })
const refusal = (fn: () => unknown): Problem => {
  try {
    fn()
  } catch (error) {
    return error as Problem
  }
  throw new Error('it was taken')
}

describe('a message of a broker', () => {
  it('is an event of any of the three forms, told by its body', () => {
    assert.deepEqual(identity(read(FLAT)), {
      id: 'e-1',
      source: 'cauce:events',
      type: 'encounter.tmipw_expired',
      subject: 'enc-1',
      form: 'flat',
    })
    assert.equal(read(ENTERPRISE).form, 'enterprise')
    const structured = read(CLOUD, { contentType: 'application/cloudevents+json; charset=utf-8' })
    assert.deepEqual(identity(structured), {
      id: 'e-3',
      source: '/clinic',
      type: 'encounter.closed',
      subject: 'enc-3',
      form: 'cloudevents',
    })
    assert.equal(structured.origin, 'amqp')
  })

  it('keeps its text as it came, integers over 2^53 and the order of keys too', () => {
    const text = `{ "datetime": 1780000000000, "big": 12345678901234567890, "event_id": "e-1",\n "type": "encounter", "subtype": "x", "encounter_id": "e" }`
    assert.equal(read(text).raw, text)
  })

  it('is read as JSON whatever a plain producer says of it: text, bytes, nothing', () => {
    for (const contentType of [undefined, 'text/plain', 'application/octet-stream', 'application/json;charset=utf-8']) {
      assert.equal(read(FLAT, { contentType, contentEncoding: 'UTF-8' }).id, 'e-1')
    }
  })

  it('is a CloudEvent in the binary mode when attributes stand beside the body, with either separator', () => {
    for (const separator of ['_', ':']) {
      const headers = {
        [`cloudEvents${separator}specversion`]: '1.0',
        [`cloudEvents${separator}id`]: 'e-4',
        [`cloudEvents${separator}source`]: '/clinic',
        [`cloudEvents${separator}type`]: 'encounter.closed',
        [`cloudEvents${separator}time`]: { '!': 'timestamp', value: 1_775_322_600 },
        [`cloudEvents${separator}attempt`]: 3,
        unrelated: 'x',
      }
      const draft = read({ encounter_id: 'enc-4' }, { attributes: attributesOf(headers) })
      assert.deepEqual(
        { ...identity(draft), at: draft.occurredAt, encounter: draft.encounterId },
        {
          id: 'e-4',
          source: '/clinic',
          type: 'encounter.closed',
          subject: 'e-4',
          form: 'cloudevents',
          at: 1_775_322_600_000,
          encounter: 'enc-4',
        },
      )
      assert.equal(JSON.parse(draft.raw).attempt, 3)
    }
  })

  it('lends its own id to a body that has none, of each form', () => {
    const without = <T extends object>(object: T, name: keyof T) => {
      const { [name]: _, ...rest } = object
      return rest
    }
    assert.equal(read(without(FLAT, 'event_id'), { id: 'm-1' }).id, 'm-1')
    assert.equal(JSON.parse(read(without(FLAT, 'event_id'), { id: 'm-1' }).raw).event_id, 'm-1')
    assert.equal(read({ ...FLAT, event_id: null }, { id: 'm-1' }).id, 'm-1')
    assert.equal(read(`\ufeff${JSON.stringify(without(FLAT, 'event_id'))}`, { id: 'm-1' }).id, 'm-1')
    assert.equal(read(without(ENTERPRISE, 'eventId'), { id: 'm-2' }).id, 'm-2')
    const contentType = 'application/cloudevents+json'
    assert.equal(read(without(CLOUD, 'id'), { id: 'm-3', contentType }).id, 'm-3')
    const attributes = new Map([
      ['specversion', '1.0'],
      ['source', '/x'],
      ['type', 'a.b'],
    ])
    assert.equal(read({}, { id: 'm-4', attributes }).id, 'm-4')
    assert.equal(read(FLAT, { id: 'other' }).id, 'e-1', 'the one in the body wins')
  })

  it('is refused with what is wrong with it', () => {
    assert.deepEqual(
      refusal(() => read({ ...FLAT, datetime: 'yesterday' }, { id: 'm' })).faults.map(({ path }) => path),
      ['/datetime'],
    )
    assert.deepEqual(
      refusal(() => read({ type: 'encounter', subtype: 'x' }, { id: 'm' })).faults.map(({ path }) => path),
      ['/event_id', '/encounter_id', '/datetime'],
    )
    assert.equal(refusal(() => read('not JSON')).status, 400)
    assert.equal(refusal(() => read(FLAT, { contentEncoding: 'gzip' })).status, 415)
    const batch = { contentType: 'application/cloudevents-batch+json' }
    assert.match(refusal(() => read([CLOUD, { ...CLOUD, id: 'e-5' }], batch)).message, /one event/)
    assert.equal(refusal(() => read('x'.repeat(1_048_577))).status, 413)
    const attributes = new Map([['type', 'a.b']])
    assert.deepEqual(
      refusal(() => read({}, { attributes })).faults.map(({ path }) => path),
      ['cloudEvents_specversion', 'cloudEvents_id', 'cloudEvents_source'],
    )
    assert.deepEqual(
      refusal(() => read({}, { attributes }, 'kafka')).faults.map(({ path }) => path),
      ['ce_specversion', 'ce_id', 'ce_source'],
    )
  })

  it('goes out with its trace as the two attributes that it is made of', () => {
    const { attributes } = messageOf(read(FLAT, { traceparent: TRACE, tracestate: 'vendor=a:1' }))
    assert.deepEqual([attributes?.traceparent, attributes?.tracestate], [TRACE, 'vendor=a:1'])
  })

  it('with something else for a trace has none', () => {
    for (const more of [
      { traceparent: 'nonsense', tracestate: 'a=1' },
      { attributes: new Map([['traceparent', `${TRACE} and more`]]) },
    ]) {
      assert.equal(read(FLAT, more).traceparent, null)
    }
  })

  it('that another of ours sent is the same event again, in its form', () => {
    for (const draft of [
      read(FLAT, { traceparent: TRACE }),
      read(FLAT, { traceparent: TRACE, tracestate: 'vendor=a:1,other=2' }),
      read(ENTERPRISE),
      read(CLOUD, { contentType: 'application/cloudevents+json' }),
    ]) {
      const sent = messageOf(draft)
      const again = read(sent.body, {
        id: sent.id,
        contentType: sent.contentType,
        attributes: new Map(Object.entries(sent.attributes ?? {})),
      })
      assert.deepEqual(again, draft)
    }
  })
})
