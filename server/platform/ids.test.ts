import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidv7 } from './ids.ts'

test('ids are of version 7, tell their time, and sort by it and within it in the order of making', () => {
  const at = Date.parse('2026-01-02T03:04:05.678Z')
  const made = [at, at, at + 1, ...Array<number>(2_000).fill(at + 1)].map(uuidv7)
  for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt(made[0]?.replace('-', '').slice(0, 12) as string, 16), at)
  assert.deepEqual(made.toSorted(), made)
})

test('more ids than a millisecond has counters for are still all different', () => {
  const made = Array.from({ length: 10_000 }, () => uuidv7(1))
  assert.equal(new Set(made).size, made.length)
})
