import assert from 'node:assert/strict'
import { it } from 'node:test'
import { jsonIn, jsonOrText, objectIn } from './json-text.ts'

it('reads any JSON, and tells nothing from none', () => {
  assert.deepEqual(jsonIn('[1]'), [1])
  assert.equal(jsonIn('null'), null)
  assert.equal(jsonIn('{'), undefined)
  assert.equal(jsonIn(''), undefined)
  assert.equal(jsonOrText('null'), null)
  assert.equal(jsonOrText('{ x'), '{ x')
})

it('takes objects where objects are asked for', () => {
  assert.deepEqual(objectIn(' '), {})
  assert.deepEqual(objectIn('{"vars":{"a":1}}'), { vars: { a: 1 } })
  for (const none of ['[1]', 'null', '1', '{']) assert.equal(objectIn(none), null, none)
})
