import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isStrict } from '#flows/llm/strict.ts'

const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }

test('a schema is strict where every object in it is closed and asks for all it names', () => {
  assert.ok(isStrict(closed))
  assert.ok(isStrict({ enum: ['a', 'b'] }))
  assert.ok(isStrict({ type: 'array', items: closed }))
  assert.ok(isStrict({ ...closed, properties: { a: { anyOf: [closed, { type: 'null' }] } } }))
  for (const [what, schema] of Object.entries({
    open: { ...closed, additionalProperties: undefined },
    'open by a schema': { ...closed, additionalProperties: closed },
    'with a choice': { ...closed, required: [] },
    'without its word': { properties: closed.properties, required: ['a'] },
    'one of two types': { type: ['object', 'null'] },
    'within a list': { type: 'array', items: { type: 'object' } },
    'within a member': { ...closed, properties: { a: { type: 'object' } } },
    'within a choice': { anyOf: [closed, { type: 'object' }] },
    'by its name': { ...closed, $defs: { b: { type: 'object' } } },
  })) {
    assert.ok(!isStrict(JSON.parse(JSON.stringify(schema))), what)
  }
})
