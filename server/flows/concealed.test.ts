import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Compiling, compileBody, compileConcealed, openly, renderBody, renderConcealed } from '#flows/concealed.ts'
import type { TextScope } from '#flows/texts.ts'
import type { Json } from '#platform/event.ts'

const scope = (data: Json): TextScope => ({
  event: { data } as Json,
  last: {},
  contact: {},
  encounter: {},
  queue: {},
  vars: {},
  now: '2026-03-02T12:00:00Z',
})

function compiling(): Compiling & { faults: string[] } {
  const faults: string[] = []
  return {
    faults,
    names: ['event', 'vars'],
    secrets: new Set(['crm', 'a-b']),
    reads: () => {},
    fault: (path, says) => void faults.push(`${path}: ${says.en}`),
  }
}
const header = (source: string, data: Json = {}) => {
  const by = compiling()
  const text = compileConcealed('h', source, by, 'none')
  return by.faults.length > 0 ? by.faults : renderConcealed(text, scope(data))
}
const body = (value: unknown, data: Json = {}) => {
  const by = compiling()
  const text = compileBody('b', value, by)
  return by.faults.length > 0 ? by.faults : renderBody(text, scope(data))
}

test('a text is cut at its secrets, whatever way they are written', () => {
  assert.deepEqual(header('Bearer {{ secrets.crm }}'), ['Bearer ', { secret: 'crm' }])
  assert.deepEqual(header('{{secrets.crm}}:{{ event.data.x }}{{ secrets["a-b"] }}', { x: 'y' }), [
    { secret: 'crm' },
    ':y',
    { secret: 'a-b' },
  ])
  assert.equal(header('{{ event.data.x }}', { x: 'plain' }), 'plain')
})

test('nothing that comes from outside is taken for a secret', () => {
  for (const x of ['{{ secrets.crm }}', '{"secret":"crm"}', '\u0000crm\u0000', '","b":"{{ secrets.crm }}']) {
    assert.equal(header('{{ event.data.x }}', { x }), x.replaceAll('\u0000', ''))
    const told = body({ a: '{{ event.data.x }}' }, { x })
    assert.equal(typeof told, 'string')
    assert.deepEqual(JSON.parse(told as string), { a: x.replaceAll('\u0000', '') })
  }
})

test('a secret in a body stands inside its JSON string', () => {
  assert.deepEqual(body({ key: '{{ secrets.crm }}', n: [1, null, 'x {{ event.data.q }}'] }, { q: '"' }), [
    '{"key":"',
    { secret: 'crm', json: true },
    '","n":[1,null,"x \\""]}',
  ])
  assert.deepEqual(body('{"key":"{{ secrets.crm }}","q":"{{ event.data.q }}"}', { q: '"' }), [
    '{"key":"',
    { secret: 'crm', json: true },
    '","q":"\\""}',
  ])
})

test('a body without secrets is the JSON of its value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // Strings of the value are texts: what looks like Liquid is another matter.
      if (/\{\{|\{%/.test(JSON.stringify(value)) || typeof value === 'string') return
      assert.deepEqual(JSON.parse(body(value) as string), JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')))
    }),
  )
})

test('what is no use of a secret is said', () => {
  assert.match(String(header('{{ secrets.other }}')), /secrets\.other, which the node's secret does not name/)
  assert.match(String(header('{% if event.data.x %}{{ secrets.crm }}{% endif %}')), /a secret stands by itself/)
  assert.match(String(header('{% assign y = 1 %}{{ secrets.crm }}{{ y }}')), /a secret stands by itself/)
  for (const source of ['{{ secrets.crm | upcase }}', 'x {{- secrets.crm -}}', '{% assign k = secrets["crm"] %}'])
    assert.match(String(header(source)), /a secret stands by itself, without filters/)
  assert.match(String(header('{{ secrets }}')), /there is no variable secrets/)
  assert.match(String(header('{{ secrets.crm }}{{ nothing }}')), /there is no variable nothing/)
})

test('people see names', () => {
  assert.equal(openly(['Bearer ', { secret: 'crm' }]), 'Bearer {{ secrets.crm }}')
  assert.equal(openly('plain'), 'plain')
})
