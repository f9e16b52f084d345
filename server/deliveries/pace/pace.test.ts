import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn, nextAskAt, type Paced } from './pace.ts'

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

test('a second after a pause has no more than the pace, also of what became due within it', () => {
  // Due each 200 ms through half a minute in which nothing could go; asked for when a turn has come.
  const rows = Array.from({ length: 150 }, (_, i) => row(NOW - 30_000 + i * 200, 200))
  const went: number[] = []
  let [left, last, at] = [rows, NEVER as number, NOW]
  while (left.length > 0) {
    const turn = inTurn(
      left.filter(({ dueAt }) => dueAt <= at),
      last,
      at,
    )
    went.push(...turn.go.map(() => at))
    left = left.filter((each) => !turn.go.includes(each))
    last = turn.lastAt
    at = nextAskAt(last, 200)
  }
  for (const from of went) assert.ok(went.filter((each) => each >= from && each < from + 1_000).length <= 5, `${from}`)
  assert.ok((went.at(-1) ?? 0) - NOW >= 149 * 200)
})

test('what is claimed when it is due goes as it comes, and so does what has no pace', () => {
  const rows = [row(NOW - 80_000, null), row(NOW - 79_000, null), row(NOW - 240, 100), row(NOW - 140, 100)]
  const rest = row(NOW - 40, 200)
  assert.deepEqual(inTurn([...rows, rest], NOW - 340, NOW), {
    go: rows,
    wait: [rest],
    lastAt: NOW - 140,
    from: NOW + 60,
  })
})

test('it is asked again when the next turn comes, or when some have come where they are quick', () => {
  assert.equal(nextAskAt(NOW, 500), NOW + 501)
  assert.equal(nextAskAt(NOW, 100), NOW + 201)
  assert.equal(nextAskAt(NOW, 5), NOW + 251)
})
