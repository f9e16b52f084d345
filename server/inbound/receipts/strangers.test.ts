import assert from 'node:assert/strict'
import { it } from 'node:test'
import { strangersKept } from './strangers.ts'

it('keeps five a second of each endpoint, and trims each of them once a second whatever comes to others', () => {
  const strangers = strangersKept()
  const kept = { a: 0, b: 0 }
  const trimmed = { a: 0, b: 0 }
  for (let second = 0; second < 3; second++) {
    for (let i = 0; i < 20; i++) {
      for (const endpoint of ['a', 'b'] as const) {
        const { isKept, isTurnToTrim } = strangers.next(endpoint, second * 1_000 + i * 40)
        if (isKept) kept[endpoint] += 1
        if (isTurnToTrim) trimmed[endpoint] += 1
      }
    }
  }
  assert.deepEqual(
    [kept, trimmed],
    [
      { a: 15, b: 15 },
      { a: 3, b: 3 },
    ],
  )
})
