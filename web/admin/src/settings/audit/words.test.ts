import assert from 'node:assert/strict'
import { it } from 'node:test'
import { actWords, changesOf, knownActs, nameIn, onlyOne } from './words.ts'

it('says an act in words, and shows one that it does not know as it is', () => {
  assert.equal(actWords('user.logged-in', 'es'), 'Usuario: entró')
  assert.equal(actWords('subscription.created', 'en'), 'Subscription: created')
  assert.equal(actWords('moon.risen', 'es'), 'moon.risen')
})

it('names what there is only one of', () => {
  assert.equal(onlyOne('sending-rules', 'es'), 'Cuándo se puede avisar')
  assert.equal(onlyOne('queue:coach', 'es'), undefined)
})

it('offers every act that it knows by its name', () => {
  for (const language of ['es', 'en'] as const)
    for (const { value, label } of knownActs(language)) assert.notEqual(label, value)
})

it('lists what changed, and only that', () => {
  assert.deepEqual(changesOf({ a: 1, b: { c: 1 } }, { a: 1, b: { c: 2 }, d: null }), [
    { field: 'b', before: { c: 1 }, after: { c: 2 } },
    { field: 'd', before: undefined, after: null },
  ])
  assert.equal(changesOf(null, { a: 1 }), null)
})

it('knows what something was called from what the act left or took away', () => {
  assert.equal(nameIn({ name: 'Rosa' }), 'Rosa')
  for (const side of [null, undefined, 'Rosa', {}, { name: ' ' }, { name: { es: 'Rosa' } }])
    assert.equal(nameIn(side), undefined)
})
