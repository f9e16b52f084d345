import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEnough, liftsOf, spreadOf } from '#flows/proof/report.ts'
import type { ArmRow } from '#flows/proof/store.ts'

const row = (arm: string, observed: number, observedRecovered: number, more: Partial<ArmRow> = {}): ArmRow => ({
  ...{
    version: 1,
    arm,
    holdout: arm === 'none',
    promoted: false,
    entered: observed,
    sent: 0,
    delivered: 0,
    followed: 0,
  },
  ...{ recovered: observedRecovered, closed: 0, observed, observedRecovered, medianMs: null, p90Ms: null },
  ...more,
})

test('each arm is held against the holdout, and all of them together', () => {
  const lifts = liftsOf([row('a', 400, 160), row('b', 400, 80), row('none', 100, 20)], null)
  assert.deepEqual(
    lifts.map(({ arm, verdict, treated }) => [arm, verdict, treated.people]),
    [
      [null, 'better', 800],
      ['a', 'better', 400],
      ['b', 'noDifference', 400],
    ],
  )
  assert.equal(lifts[1]?.difference?.value.toFixed(3), '0.200')
  assert.equal(lifts[1]?.relative?.toFixed(3), '1.000')
  assert.match(lifts[1]?.says.es ?? '', /^Con esto lo logran más personas: 20,0 puntos/)
  assert.equal(liftsOf([row('a', 400, 40), row('none', 400, 120)], null)[0]?.verdict, 'worse')
  assert.deepEqual(liftsOf([row('a', 400, 40)], null), [], 'nothing to be held against')
})

test('a holdout that nobody came to yet is a comparison without enough data', () => {
  const arms = [
    { handle: 'a', weight: 90, holdout: false },
    { handle: 'none', weight: 10, holdout: true },
  ]
  const [lift, ...others] = liftsOf([row('a', 400, 40)], arms)
  assert.deepEqual(
    [lift?.arm, lift?.verdict, lift?.holdout, others],
    ['a', 'notEnoughData', { hits: 0, people: 0 }, []],
  )
  assert.deepEqual(liftsOf([row('a', 400, 40)], arms.slice(0, 1)), [])
})

test('too few say nothing, by the rule that is stated', () => {
  assert.ok(isEnough({ hits: 8, people: 50 }, { hits: 2, people: 50 }))
  assert.ok(!isEnough({ hits: 8, people: 500 }, { hits: 2, people: 49 }))
  assert.ok(!isEnough({ hits: 7, people: 500 }, { hits: 2, people: 500 }))
  assert.ok(!isEnough({ hits: 495, people: 500 }, { hits: 496, people: 500 }))
  const [lift] = liftsOf([row('a', 500, 300), row('none', 49, 1)], null)
  assert.deepEqual([lift?.verdict, lift?.difference, lift?.relative], ['notEnoughData', null, null])
})

test('arms are compared within one phase: before a winner took all, if anybody entered then', () => {
  const after = { promoted: true }
  const phases = [row('a', 200, 50), row('none', 100, 25), row('a', 900, 9, after), row('none', 100, 90, after)]
  assert.equal(liftsOf(phases, null)[0]?.verdict, 'noDifference')
  assert.equal(liftsOf(phases.slice(2), null)[0]?.verdict, 'worse')
})

test('a spread of people that the weights do not explain is told; what a winner took is none of it', () => {
  const arms = [
    { handle: 'a', weight: 90, holdout: false },
    { handle: 'off', weight: 0, holdout: false },
    { handle: 'none', weight: 10, holdout: true },
  ]
  assert.equal(spreadOf([row('a', 905, 0), row('none', 95, 0)], arms).suspicious, false)
  assert.equal(spreadOf([row('a', 850, 0), row('none', 150, 0)], arms).suspicious, true)
  assert.equal(
    spreadOf([row('a', 905, 0), row('none', 95, 0), row('a', 900, 0, { promoted: true })], arms).suspicious,
    false,
  )
  assert.deepEqual(spreadOf([row('a', 20, 0)], arms), { chance: null, suspicious: false, says: null })
})
