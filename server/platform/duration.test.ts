import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from './duration.ts'

test('ten years are the longest wait, however they are written', () => {
  for (const text of ['P10Y', 'P120M', 'P9Y12M', 'P3660D']) assert.notEqual(parseDuration(text), null, text)
  for (const text of ['P121M', 'P10YT1S', 'P3661D', 'P11Y']) assert.equal(parseDuration(text), null, text)
})
