import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DISABLE_AFTER_MS, disablesAt, judge, lookAt, probeDelayMs, WARN_AFTER_MS } from './stages.ts'

const HOUR = 3_600_000
const fresh = { since: 0, warnings: 0, warnedAt: null }

test('warnings come with the hours over which an endpoint was seen to fail, each once', () => {
  assert.deepEqual(judge(fresh, HOUR - 1), { kind: 'wait' })
  assert.deepEqual(judge(fresh, HOUR), { kind: 'warn', warnings: 1 })
  assert.deepEqual(judge({ since: 0, warnings: 1, warnedAt: HOUR }, 2 * HOUR), { kind: 'wait' })
  // Who was not tried for long gets the warning that is due, not those before it.
  assert.deepEqual(judge(fresh, 80 * HOUR), { kind: 'warn', warnings: 3 })
})

test('nobody is disabled without a warning half a day before', () => {
  const late = 200 * HOUR
  assert.deepEqual(judge(fresh, late), { kind: 'warn', warnings: 4 })
  const warned = { since: 0, warnings: 4, warnedAt: late }
  assert.deepEqual(judge(warned, late + 12 * HOUR - 1), { kind: 'wait' })
  assert.deepEqual(judge(warned, late + 12 * HOUR), { kind: 'disable' })
  assert.equal(disablesAt(warned, late), late + 12 * HOUR)
  assert.equal(disablesAt({ since: 0, warnings: 1, warnedAt: HOUR }, 2 * HOUR), DISABLE_AFTER_MS)
})

test('whenever attempts fail: warnings rise, and the end comes after 120 h and never unannounced', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 30 * HOUR }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(gaps, (gapsMs) => {
      let failing: { since: number; warnings: number; warnedAt: number | null } = fresh
      let at = 0
      for (const gapMs of gapsMs) {
        at += gapMs
        const judgement = judge(failing, at)
        if (judgement.kind === 'disable') {
          assert.ok(at >= DISABLE_AFTER_MS && failing.warnedAt !== null && at - failing.warnedAt >= 12 * HOUR)
          assert.ok(at >= disablesAt(failing, at))
          return
        }
        if (judgement.kind === 'wait') continue
        assert.ok(judgement.warnings > failing.warnings && judgement.warnings <= WARN_AFTER_MS.length)
        failing = { since: 0, warnings: judgement.warnings, warnedAt: at }
      }
      assert.ok(at < DISABLE_AFTER_MS + 12 * HOUR + 60 * HOUR, `fails for ${at / HOUR} h and is not disabled`)
    }),
  )
})

test('probes come hourly at first, then seldom, and end', () => {
  assert.equal(probeDelayMs(0), HOUR)
  let sent = 0
  let days = 0
  for (let delay = probeDelayMs(0); delay !== null; delay = probeDelayMs(++sent)) days += delay / 24 / HOUR
  assert.equal(days, 30)
  assert.equal(probeDelayMs(sent), null)
})

test('a look comes within five minutes after an attempt, at the same moment for a whole tenant', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 4_102_444_800_000 }), (tenant, at) => {
      const look = lookAt(tenant, at)
      assert.ok(look > at && look <= at + 300_000)
      assert.equal(lookAt(tenant, look - 1), look)
    }),
  )
})
