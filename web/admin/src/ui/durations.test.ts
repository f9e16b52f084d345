import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { durationWords, isoOf, lengthWords, msOf, readDuration } from './durations.ts'

const es = (iso: string, business = false) => durationWords({ iso, business }, 'es')
const en = (iso: string, business = false) => durationWords({ iso, business }, 'en')

describe('durations in words', () => {
  it('says what a person would say', () => {
    assert.equal(es('PT4H'), '4 horas')
    assert.equal(es('PT4H', true), '4 horas hábiles')
    assert.equal(es('PT1H', true), '1 hora hábil')
    assert.equal(en('PT4H', true), '4 business hours')
    assert.equal(es('P1DT6H'), '1 día y 6 horas')
    assert.equal(en('P1DT6H30M'), '1 day, 6 hours, and 30 minutes')
    assert.equal(es('PT1440M'), '1 día')
    assert.equal(es('PT90M'), '1 hora y 30 minutos')
    assert.equal(es('P14D'), '2 semanas')
    assert.equal(es('PT12H', true), '12 horas hábiles')
    assert.equal(es('PT0S'), '0 minutos')
    assert.equal(es('P1M'), '1 mes')
  })

  it('shows what is no duration as it is', () => {
    assert.equal(es('soon'), 'soon')
    assert.equal(es('P'), 'P')
  })

  it('reads what people write, in both languages', () => {
    const iso = (text: string) => readDuration(text)?.iso
    assert.deepEqual(readDuration('4 horas hábiles'), { iso: 'PT4H', business: true })
    assert.deepEqual(readDuration('4 habiles horas'), { iso: 'PT4H', business: true })
    assert.deepEqual(readDuration('2 business days'), { iso: 'P2D', business: true })
    assert.equal(iso('1 día y 6 h'), 'P1DT6H')
    assert.equal(iso('90 min'), 'PT90M')
    assert.equal(iso('media hora'), 'PT30M')
    assert.equal(iso('half an hour'), 'PT30M')
    assert.equal(iso('1,5 horas'), 'PT1H30M')
    assert.equal(iso('un mes'), 'P1M')
    assert.equal(iso('1 day, 2 hours and 5 minutes'), 'P1DT2H5M')
    assert.equal(iso('pt4h'), 'PT4H')
    assert.equal(iso('3d'), 'P3D')
  })

  it('refuses what it did not understand as a whole', () => {
    for (const text of [
      '',
      '4',
      'horas',
      '4 lunas',
      '4 horas mañana',
      '0 horas',
      '4 horas 3 horas',
      '1,5 meses',
      'PT0S',
      '-4 h',
    ])
      assert.equal(readDuration(text), null, text)
  })

  it('reads its own words back', () => {
    const part = fc.integer({ min: 0, max: 23 })
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.constantFrom('es' as const, 'en' as const),
        fc.boolean(),
        (d, h, m, language, business) => {
          fc.pre(d + h + m > 0)
          const given = { iso: `P${d}DT${h}H${m}M`, business }
          const read = readDuration(durationWords(given, language))
          assert.ok(read)
          assert.equal(read.business, business)
          assert.equal(durationWords(read, language), durationWords(given, language))
        },
      ),
    )
  })

  it('counts what can be counted', () => {
    assert.equal(msOf('P1DT2H5M'), 93_900_000)
    assert.equal(msOf('P1W'), 604_800_000)
    assert.equal(msOf('PT1.5S'), 1_500)
    assert.equal(msOf('P1M'), null)
    assert.equal(msOf('4 horas'), null)
  })

  it('rounds a length to what matters', () => {
    assert.equal(lengthWords(3 * 3_600_000 + 125_000, 'es'), '3 horas y 2 minutos')
    assert.equal(lengthWords(9 * 3_600_000 + 125_000, 'es'), '9 horas')
    assert.equal(lengthWords(61_000, 'es'), '1 minuto')
    assert.equal(lengthWords(400, 'en'), 'less than a second')
    assert.equal(lengthWords(5 * 86_400_000 + 3_600_000, 'en'), '5 days')
    assert.equal(isoOf(90 * 60_000), 'PT1H30M')
  })
})
