import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '#platform/problem.ts'
import { exactlyOne, oneOfFaults } from '#platform/schema/one-of.ts'

test('of some fields exactly one is needed: the first stands for none, each one too many is named', () => {
  const names = ['a', 'b', 'c']
  assert.deepEqual(exactlyOne({ b: null, c: undefined }, names), [])
  assert.deepEqual(exactlyOne({ d: 1 }, names), [
    {
      path: '/a',
      ...says('is missing: exactly one of a, b and c is needed', 'falta una de estas cosas, y solo una: a, b o c'),
    },
  ])
  assert.deepEqual(
    exactlyOne({ a: 1, b: 2, c: 3 }, names).map(({ path }) => path),
    ['/b', '/c'],
  )
  assert.deepEqual(oneOfFaults({ a: 1, b: 2 }, names)[0]?.says, {
    en: 'cannot go with a: exactly one of a, b and c is needed',
    es: 'no puede ir con a: hace falta una de estas cosas, y solo una: a, b o c',
  })
})
