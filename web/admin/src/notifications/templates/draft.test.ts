import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inserted, isSame, NOTHING, sentOf, textsOf } from './draft.ts'

it('sends only what a channel has a place for', () => {
  const texts = { title: ' ', body: 'b', html: '<p>b</p>' }
  assert.deepEqual(sentOf('push', texts), { body: 'b' })
  assert.deepEqual(sentOf('email', { ...texts, title: 's' }), { title: 's', body: 'b', html: '<p>b</p>' })
})

it('knows whether something was changed', () => {
  const kept = textsOf({ title: null, body: 'b', html: null })
  assert.ok(isSame(kept, { title: '', body: 'b', html: '' }))
  assert.ok(!isSame(kept, { ...kept, body: 'c' }))
  assert.equal(textsOf(undefined), NOTHING)
})

it('inserts where the cursor stands', () => {
  assert.deepEqual(inserted('Hola , vuelva', '{{ n }}', 5, 5), { text: 'Hola {{ n }}, vuelva', at: 12 })
  assert.deepEqual(inserted('abc', 'X', 1, 2), { text: 'aXc', at: 2 })
  assert.deepEqual(inserted('abc', 'X', null, null), { text: 'abcX', at: 4 })
})
