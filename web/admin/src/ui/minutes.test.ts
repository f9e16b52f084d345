import assert from 'node:assert/strict'
import { it } from 'node:test'
import { minutesOf, refusalOf } from './minutes.ts'

const plain = (iso: string) => ({ iso, business: false })

it('takes what is whole minutes, a year as 365 days', () => {
  for (const [iso, minutes] of [
    ['PT1M', 1],
    ['PT90M', 90],
    ['PT60S', 1],
    ['P1W', 10_080],
    ['P10Y', 5_256_000],
  ] as const) {
    assert.equal(minutesOf(plain(iso)), minutes)
    assert.equal(refusalOf(plain(iso), 5_256_000), null)
  }
  assert.equal(minutesOf(null), null)
})

it('refuses seconds, months, and what is longer than the longest', () => {
  assert.equal(refusalOf(plain('PT30S'), 100), 'wholeMinutes')
  assert.equal(refusalOf(plain('PT1M30S'), 100), 'wholeMinutes')
  assert.equal(refusalOf(plain('P1M'), 100), 'noMonths')
  assert.equal(refusalOf(plain('PT101M'), 100), 'atMost')
  assert.equal(refusalOf(plain('P11Y'), 5_256_000), 'atMost')
  assert.equal(refusalOf({ iso: 'PT0.5S', business: true }, 100), 'wholeMinutes')
})
