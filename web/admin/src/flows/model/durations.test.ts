import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { amountOf, durationWords, elapsedWords, isoFromMs, isoOf, UNITS } from './durations.ts'

describe('durations in words', () => {
  it('says them in both languages, in business time too', () => {
    assert.equal(durationWords('PT4H', 'es', true), '4 horas hábiles')
    assert.equal(durationWords('PT1H', 'es', true), '1 hora hábil')
    assert.equal(durationWords('PT4H', 'en', true), '4 business hours')
    assert.equal(durationWords('P1DT6H', 'es'), '1 día y 6 horas')
    assert.equal(durationWords('P1Y2M3D', 'en'), '1 year, 2 months and 3 days')
    assert.equal(durationWords('P1M', 'es'), '1 mes')
    assert.equal(durationWords('PT1M', 'es'), '1 minuto')
    assert.equal(durationWords('PT0S', 'es'), '0 segundos')
  })

  it('leaves alone what is none', () => {
    for (const wrong of ['', 'P', 'PT', '4 hours', 'P1H', 'PT1D']) assert.equal(durationWords(wrong, 'es'), wrong)
  })

  it('gives a form one number and its unit, and writes back what it showed', () => {
    assert.deepEqual(amountOf('PT90M'), { count: 90, unit: 'minutes' })
    assert.deepEqual(amountOf('P1DT12H'), { count: 36, unit: 'hours' })
    assert.deepEqual(amountOf('P2W'), { count: 2, unit: 'weeks' })
    assert.deepEqual(amountOf('P1DT24H'), { count: 2, unit: 'days' })
    assert.equal(amountOf('P1M3D'), null)
    assert.equal(amountOf('soon'), null)
    for (const unit of UNITS) {
      for (const count of [0, 1, 7, 45]) assert.deepEqual(amountOf(isoOf({ count, unit })), { count, unit })
    }
  })

  it('tells how long something took', () => {
    assert.equal(isoFromMs(0), 'PT0S')
    assert.equal(isoFromMs(90_061_000), 'P1DT1H1M1S')
    assert.equal(elapsedWords(90_061_000, 'es'), '1 día y 1 hora')
    assert.equal(elapsedWords(300, 'en'), 'at once')
  })
})
