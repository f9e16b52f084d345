import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBinary } from '#events/cloudevents-binary-out.ts'
import { readEvents } from '#events/forms.ts'
import vectors from './vectors/cloudevents.vectors.json' with { type: 'json' }

const ctx = { tenant: 't', now: 0, origin: 'rest', traceparent: null, defaultSource: 'cauce:events' }
const read = (headers: Readonly<Record<string, string>>, body: string | Buffer) =>
  readEvents({ contentType: headers['content-type'], headers, body }, ctx)
const event = (more: object) => JSON.stringify({ specversion: '1.0', id: 'i', source: '/s', type: 'a.b', ...more })

/** What the binary mode does not keep: of attributes their type, and that a null or a type for JSON was left out. */
function asSent(raw: string): unknown {
  const entries = Object.entries(JSON.parse(raw) as object).flatMap(([name, value]) => {
    if (name === 'data') return [[name, value]]
    return value === null ? [] : [[name, String(value)]]
  })
  const members = Object.fromEntries(entries)
  return 'data' in members ? { datacontenttype: 'application/json', ...members } : members
}

test('every event of the vectors that is one comes back as it was', () => {
  let count = 0
  const all = vectors.vectors as unknown as { name: string; input: { headers: Record<string, string>; body: string } }[]
  for (const { name, input } of all) {
    let raws: string[]
    try {
      raws = read(input.headers, input.body).map(({ raw }) => raw)
    } catch {
      continue
    }
    for (const raw of raws) {
      const binary = toBinary(raw)
      assert.ok(binary !== null, name)
      const [back] = read(binary.headers, binary.body)
      assert.deepEqual(asSent(back?.raw ?? ''), asSent(raw), name)
      count += 1
    }
  }
  assert.ok(count >= 15, `${count} events`)
})

test('attributes are headers, percent-encoded; the data is the body, as it was written', () => {
  const raw =
    '{"specversion":"1.0","id":"Ö 1%","source":"/s","type":"a.b","n":7,"gone":null,"data":{"b":1.50, "a":9007199254740993}}'
  assert.deepEqual(toBinary(raw), {
    headers: {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '%C3%96%201%25',
      'ce-source': '/s',
      'ce-type': 'a.b',
      'ce-n': '7',
    },
    body: '{"b":1.50, "a":9007199254740993}',
  })
  assert.deepEqual(toBinary(event({ datacontenttype: 'text/plain', data: 'a"b' }))?.body, 'a"b')
  const bytes = toBinary(event({ data_base64: '/wA=' }))
  assert.deepEqual([bytes?.body, bytes?.headers['content-type']], [Buffer.from([255, 0]), undefined])
  assert.equal(toBinary(event({}))?.body, '')
})

test('what no header can hold, or would be taken for something else, has no binary form', () => {
  assert.equal(toBinary(event({ long: 'x'.repeat(6_144) })), null)
  assert.equal(toBinary(event({ datacontenttype: 'text/plain; name=ñ', data: 'x' })), null)
  assert.equal(toBinary(event({ datacontenttype: 'Application/CloudEvents+json', data: {} })), null)
})

test('text that says it is in another charset than UTF-8 has no binary form: it would be read as other letters', () => {
  assert.equal(toBinary(event({ datacontenttype: 'application/xml; charset=iso-8859-1', data: '<a>é</a>' })), null)
  assert.equal(toBinary(event({ datacontenttype: 'application/json; Charset="UTF-16"', data: { a: 'é' } })), null)
  assert.equal(toBinary(event({ datacontenttype: 'text/plain; charset=UTF-8', data: 'é' }))?.body, 'é')
  const bytes = event({ datacontenttype: 'text/plain; charset=iso-8859-1', data_base64: '6Q==' })
  assert.deepEqual(toBinary(bytes)?.body, Buffer.from([0xe9]))
})

test('an attribute whose name is longer than a header of AMQP may be has no binary form', () => {
  assert.equal(toBinary(event({ ['a'.repeat(244)]: 'x' })), null)
  assert.notEqual(toBinary(event({ ['a'.repeat(200)]: 'x' })), null)
})
