import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { durationWords, lengthWords, readDuration } from './durations.ts'
import { isoOfParts } from './iso-duration.ts'

const es = (iso: string, business = false) => durationWords({ iso, business }, 'es')
const en = (iso: string, business = false) => durationWords({ iso, business }, 'en')

describe('durations in words', () => {
  it('says what is stated, in both languages', () => {
    assert.equal(es('PT4H'), '4 horas')
    assert.equal(es('P1DT6H'), '1 día y 6 horas')
    assert.equal(en('P1DT6H30M'), '1 day, 6 hours, and 30 minutes')
    assert.equal(es('PT90M'), '90 minutos')
    assert.equal(es('P14D'), '14 días')
    assert.equal(es('P1M'), '1 mes')
    assert.equal(es('PT1M'), '1 minuto')
    assert.equal(es('PT0S'), '0 segundos')
    assert.equal(es('P0DT4H'), '4 horas')
    assert.equal(es('PT1.5S'), '1,5 segundos')
    assert.equal(en('PT12000H'), '12000 hours')
  })

  it('says business time once for all units', () => {
    assert.equal(es('PT4H', true), '4 horas hábiles')
    assert.equal(es('PT1H', true), '1 hora hábil')
    assert.equal(es('PT1H30M', true), '1 hora y 30 minutos hábiles')
    assert.equal(en('PT4H', true), '4 business hours')
    assert.equal(en('PT1H30M', true), '1 business hour and 30 minutes')
  })

  it('shows what is no duration as it is', () => {
    for (const none of ['', 'soon', 'P', 'P1H']) assert.equal(es(none), none)
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
    const part = fc.integer({ min: 0, max: 20_000 })
    const language = fc.constantFrom('es' as const, 'en' as const)
    fc.assert(
      fc.property(part, part, part, language, fc.boolean(), (day, hour, minute, language, business) => {
        fc.pre(day + hour + minute > 0)
        const given = { iso: isoOfParts({ day, hour, minute }), business }
        assert.deepEqual(readDuration(durationWords(given, language)), given)
      }),
    )
    assert.equal(readDuration(es('PT1.5S'))?.iso, 'PT1.5S')
  })

  it('tells how long something took in two units that matter', () => {
    assert.equal(lengthWords(3 * 3_600_000 + 125_000, 'es'), '3 horas y 2 minutos')
    assert.equal(lengthWords(9.5 * 3_600_000, 'es'), '9 horas y 30 minutos')
    assert.equal(lengthWords(90_061_000, 'es'), '1 día y 1 hora')
    assert.equal(lengthWords(86_400_000 + 300_000, 'en'), '1 day and 5 minutes')
    assert.equal(lengthWords(-61_000, 'es'), '1 minuto y 1 segundo')
    assert.equal(lengthWords(45 * 60_000 + 14_000, 'es'), '45 minutos')
    assert.equal(lengthWords(3_600_000 + 5_000, 'es'), '1 hora')
    assert.equal(lengthWords(3_599_900, 'es'), '1 hora')
    assert.equal(lengthWords(14 * 86_400_000, 'en'), '2 weeks')
    assert.equal(lengthWords(400, 'en'), 'less than a second')
  })
})
