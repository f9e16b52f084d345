import assert from 'node:assert/strict'
import { test } from 'node:test'
import { winnerOf } from '#flows/proof/winners/rule.ts'

const tried = (...hits: readonly number[]) =>
  hits.map((n, i) => ({ arm: String.fromCharCode(97 + i), people: 1_000, hits: n }))

test('the winner is better than each other arm, beyond chance', () => {
  assert.equal(winnerOf(tried(300, 200), 0.95), 'a')
  assert.equal(winnerOf(tried(200, 300, 210), 0.95), 'b')
  assert.equal(winnerOf(tried(300, 290, 100), 0.95), null, 'better than one of them only')
  assert.equal(winnerOf(tried(300), 0.95), null, 'nobody to win against')
})

test('the more arms there are, the more it takes', () => {
  assert.equal(winnerOf(tried(240, 200), 0.95), 'a')
  assert.equal(winnerOf(tried(240, 200, 200, 200), 0.95), null)
})

test('among equal arms one is called the winner no more often than the rule allows', () => {
  let seed = 7
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const one = (arm: string) => {
    let hits = 0
    for (let i = 0; i < 200; i++) if (random() < 0.2) hits++
    return { arm, people: 200, hits }
  }
  let won = 0
  for (let i = 0; i < 2_000; i++) if (winnerOf(['a', 'b', 'c'].map(one), 0.95) !== null) won++
  assert.ok(won / 2_000 < 0.05, `${won / 2_000}`)
})
