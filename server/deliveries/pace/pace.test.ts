import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn, type Paced } from './pace.ts'

const NOW = 1_000_000
const NEVER = Number.NEGATIVE_INFINITY
const row = (dueAt: number, spacingMs: number | null = 500): Paced => ({ dueAt, spacingMs })

test('of rows with a pace that all had to wait one goes, and the others from its turn on', () => {
  const rows = [row(NOW - 60_000), row(NOW - 59_500), row(NOW - 59_000)]
  assert.deepEqual(inTurn(rows.toReversed(), NEVER, NOW), {
    go: [rows[0]],
    wait: [rows[1], rows[2]],
    lastAt: NOW,
    from: NOW + 500,
  })
})

test('one has just gone: all wait, and the first turn is behind it', () => {
  const rows = [row(NOW - 60_000), row(NOW - 59_500)]
  assert.deepEqual(inTurn(rows, NOW - 100, NOW), { go: [], wait: rows, lastAt: NOW - 100, from: NOW + 400 })
})

test('what is claimed when it is due goes as it comes, and so does what has no pace', () => {
  const rows = [row(NOW - 80_000, null), row(NOW - 79_000, null), row(NOW - 900), row(NOW - 400)]
  assert.deepEqual(inTurn(rows, NOW - 10, NOW), { go: rows, wait: [], lastAt: NOW, from: NOW })
})
