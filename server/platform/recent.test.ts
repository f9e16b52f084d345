import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecent } from '#platform/recent.ts'

test('a value is given out once, and the oldest give way to the newest', () => {
  const recent = createRecent<number>(3, 100)
  for (const n of [1, 2, 3, 4]) recent.put(`k${n}`, n, 10)
  assert.equal(recent.take('k1'), undefined)
  assert.equal(recent.take('k2'), 2)
  assert.equal(recent.take('k2'), undefined)
  recent.put('k3', 33, 10)
  assert.equal(recent.take('k3'), 33)
  assert.equal(recent.take('k4'), 4)
})

test('much text leaves room for few', () => {
  const recent = createRecent<number>(10, 100)
  for (const n of [1, 2, 3]) recent.put(`k${n}`, n, 40)
  assert.deepEqual(
    [1, 2, 3].map((n) => recent.take(`k${n}`)),
    [undefined, 2, 3],
  )
  recent.put('huge', 4, 101)
  assert.equal(recent.take('huge'), undefined)
  recent.put('small', 5, 1)
  assert.equal(recent.take('small'), 5)
})
