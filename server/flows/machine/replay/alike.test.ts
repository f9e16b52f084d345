import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alike } from '#flows/machine/replay/alike.ts'

test('values are alike when they differ only in moments that are near each other', () => {
  const at = (time: string) => ({ n: 1, said: [`A las ${time}`, null] })
  const [one, near, far] = ['2026-01-05T12:00:00.000Z', '2026-01-05T12:00:07.001Z', '2026-01-05T13:00:00.000Z'] as const
  assert.equal(alike(at(one), at(near), 10_000), true)
  assert.equal(alike(at(one), at(near), 1_000), false)
  assert.equal(alike(at(one), at(far), 10_000), false)
  assert.equal(alike(at(one), { ...at(near), n: 2 }, 10_000), false)
  assert.equal(alike(at(one), { n: 1 }, 10_000), false)
  assert.equal(alike({ a: 1, b: [2] }, { b: [2], a: 1 }, 0), true)
  assert.equal(alike([], {}, 0), false)
  assert.equal(alike('a', 'b', 10_000), false)
})
