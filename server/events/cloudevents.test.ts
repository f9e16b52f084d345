import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudEventView, dataOf, toCloudEvent } from '#events/cloudevents-out.ts'
import { readEvents } from '#events/forms.ts'
import { Problem } from '#platform/problem.ts'
import vectors from './vectors/cloudevents.vectors.json' with { type: 'json' }

const NOW = Date.parse('2026-04-04T17:10:00Z')
const ctx = { tenant: 't', now: NOW, origin: 'rest', traceparent: null, defaultSource: 'cauce:events' }

type Vector = {
  name: string
  input: { headers: { [name: string]: string }; body: string }
  expect: { ok: boolean; reason?: string; count?: number; dataBytesUtf8?: string; event?: { [name: string]: unknown } }
}

const read = (headers: { [name: string]: string }, body: string | Buffer) =>
  readEvents({ contentType: headers['content-type'], headers, body }, ctx)

/** What the caller learns of a refusal. */
function refusal(fn: () => unknown): Problem {
  try {
    fn()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('was accepted')
}

for (const { name, input, expect } of vectors.vectors as unknown as Vector[]) {
  test(`vector: ${name}`, () => {
    const { headers, body } = input
    if (!expect.ok) {
      const problem = refusal(() => read(headers, body))
      assert.equal(problem.status, 400)
      assert.ok(problem.faults.length > 0)
      return
    }
    for (const given of [body, Buffer.from(body)]) {
      const events = read(headers, given)
      assert.equal(events.length, expect.count ?? 1)
      const event = events[0]
      if (expect.event !== undefined && event !== undefined) {
        const kept = JSON.parse(event.raw)
        for (const [attribute, value] of Object.entries(kept))
          if (value === null && attribute !== 'data') delete kept[attribute]
        assert.deepEqual(kept, expect.event)
        assert.equal(event.id, expect.event.id)
        assert.deepEqual(event.data, 'data' in expect.event ? expect.event.data : null)
        assert.deepEqual(dataOf('cloudevents', event.raw), event.data)
        assert.equal(toCloudEvent(event), event.raw)
      }
      if (expect.dataBytesUtf8 !== undefined) {
        assert.equal(Buffer.from(String(event?.data), 'base64').toString(), expect.dataBytesUtf8)
      }
    }
  })
}

const ATTRIBUTES = { specversion: '1.0', id: '1', source: '/s', type: 'encounter.closed' }
const structured = (more: object) =>
  read({ 'content-type': 'application/cloudevents+json' }, JSON.stringify({ ...ATTRIBUTES, ...more }))[0]

test('the subject is subject, else partitionkey, else the id', () => {
  assert.equal(structured({ subject: 's', partitionkey: 'p' })?.subject, 's')
  assert.equal(structured({ partitionkey: 'p' })?.subject, 'p')
  assert.equal(structured({})?.subject, '1')
})

test('the encounter is named by the data, else by the subject of encounter.*', () => {
  assert.equal(structured({ subject: 's', data: { encounter_id: 'e', encounterId: 'f' } })?.encounterId, 'e')
  assert.equal(structured({ subject: 's', data: { encounterId: 'f' } })?.encounterId, 'f')
  assert.equal(structured({ subject: 's' })?.encounterId, 's')
  assert.equal(structured({})?.encounterId, null)
  assert.equal(structured({ type: 'ticket.closed', subject: 's' })?.encounterId, null)
})

test('time is when it happened, else when it came', () => {
  assert.equal(structured({ time: '2026-04-04T14:10:00.25-03:00' })?.occurredAt, NOW + 250)
  assert.equal(structured({})?.occurredAt, NOW)
})

test('the trace and the cause of the event itself are kept', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  assert.equal(structured({ traceparent })?.traceparent, traceparent)
  assert.equal(structured({ traceparent: 'nonsense' })?.traceparent, null)
  assert.equal(structured({ causationid: 'c' })?.cause, 'c')
})

test('every bad attribute is named', () => {
  const problem = refusal(() =>
    structured({
      id: '',
      source: 'a b',
      type: 'a.*',
      time: '2026-02-30T00:00:00Z',
      subject: '',
      dataschema: '/x',
      retries: 1.5,
    }),
  )
  const paths = problem.faults.map((fault) => fault.path).sort()
  assert.deepEqual(paths, ['/dataschema', '/id', '/retries', '/source', '/subject', '/time', '/type'])
})

test('a batch is refused whole, naming members and fields', () => {
  const good = { ...ATTRIBUTES }
  const { id: _, ...noId } = ATTRIBUTES
  const body = JSON.stringify([good, noId, 7])
  const problem = refusal(() => read({ 'content-type': 'application/cloudevents-batch+json' }, body))
  assert.deepEqual(
    problem.faults.map((fault) => fault.path),
    ['/1/id', '/2'],
  )
})

test('members of a batch keep their text: big integers, key order, spaces', () => {
  const first = '{ "data": {"b":1,"a":12345678901234567890}, "specversion":"1.0","id":"1" ,"source":"/s","type":"t"}'
  const second = '{"specversion":"1.0","id":"]},\\"","source":"/s","type":"t"}'
  const events = read({ 'content-type': 'application/cloudevents-batch+json' }, ` [ ${first},\n${second} ] `)
  assert.deepEqual(
    events.map((event) => event.raw),
    [first, second],
  )
})

test('the body of the binary mode is kept as text inside the structured form', () => {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/s',
    'ce-type': 't',
    'content-type': 'application/json',
  }
  const body = '{"b":1,"a":12345678901234567890}'
  const [event] = read(headers, body)
  assert.equal(
    event?.raw,
    `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/json","data":${body}}`,
  )
  const [bytes] = read({ ...headers, 'content-type': 'image/png' }, Buffer.from([0xff, 0x00]))
  assert.equal(JSON.parse(bytes?.raw ?? '').data_base64, '/wA=')
  const [text] = read({ ...headers, 'content-type': 'text/plain; charset=utf-8' }, 'hola')
  assert.equal(text?.data, 'hola')
})

test('the binary mode names bad headers and refuses what belongs in the body', () => {
  const headers = {
    'ce-specversion': '1.0',
    'ce-source': '/s',
    'ce-type': 'a#',
    'ce-data': 'x',
    'ce-__proto__': 'x',
    'content-type': 'application/json',
  }
  const paths = refusal(() => read(headers, '{}'))
    .faults.map((fault) => fault.path)
    .sort()
  assert.deepEqual(paths, ['ce-__proto__', 'ce-data', 'ce-id', 'ce-type'])
})

test('formats that nobody reads are refused with 415', () => {
  for (const type of [
    'application/cloudevents+avro',
    'application/cloudevents',
    'application/cloudevents-batch+avro',
    'text/plain',
  ]) {
    assert.equal(refusal(() => read({ 'content-type': type }, '{}')).status, 415, type)
  }
})

test('the view of flows', () => {
  const event = structured({ subject: 's', time: '2026-04-04T17:10:00Z', data: { a: 1 } })
  assert.deepEqual(event && cloudEventView(event), {
    id: '1',
    source: '/s',
    type: 'encounter.closed',
    subject: 's',
    time: '2026-04-04T17:10:00.000Z',
    data: { a: 1 },
  })
})
