import assert from 'node:assert/strict'
import { it } from 'node:test'
import { percent } from './percent.ts'

it('says shares so that somebody is never nobody', () => {
  assert.match(percent(0.624, 'es'), /^62\s?%$/)
  assert.match(percent(0.001, 'es'), /^< 1\s?%$/)
  assert.match(percent(0, 'en'), /^0%$/)
  assert.match(percent(1 / 3, 'es', 1), /^33,3\s?%$/)
  assert.match(percent(0.95, 'en', 1), /^95%$/)
  assert.match(percent(0.0004, 'en', 1), /^< 0.1%$/)
})

it('says shares so that nearly everybody is not everybody', () => {
  assert.match(percent(4013 / 4014, 'es'), /^99,9\s?%$/)
  assert.match(percent(0.996, 'en'), /^99.6%$/)
  assert.match(percent(0.9999, 'en', 1), /^99.9%$/)
  assert.match(percent(1, 'es'), /^100\s?%$/)
})
