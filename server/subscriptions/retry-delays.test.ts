import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '#platform/problem.ts'
import { isoDelay, readDelays } from './retry-delays.ts'

test('delays are whole seconds, from one to a day, a week in all; each fault is named', () => {
  assert.deepEqual(readDelays(['PT1S', 'PT5M', 'PT2H', 'P1D', 'PT24H'], '/d').seconds, [1, 300, 7_200, 86_400, 86_400])
  assert.deepEqual(readDelays([], '/d').seconds, [])
  const bad = ['PT0S', 'PT0.5S', 'PT24H1S', 'P1M', 'soon', '', '5', '-PT5S']
  assert.deepEqual(
    readDelays(['PT5S', ...bad], '/d').faults?.map(({ path }) => path),
    bad.map((_, i) => `/d/${i + 1}`),
  )
  assert.equal(readDelays(Array(7).fill('P1D'), '/d').faults, undefined)
  assert.deepEqual(readDelays([...Array(7).fill('P1D'), 'PT1S'], '/d').faults, [
    { path: '/d', ...says('must come to P7D or less in all', 'debe sumar 7 días o menos') },
  ])
})

test('what is shown is read back as it was', () => {
  for (const seconds of [1, 59, 60, 90, 3_600, 3_660, 86_400]) {
    assert.deepEqual(readDelays([isoDelay(seconds)], '/d').seconds, [seconds])
  }
})
