import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepable } from '#conversations/fields.ts'

test('what is kept of a person is a bounded number of bytes', () => {
  assert.deepEqual(keepable({ note: 'x'.repeat(65_000) }, '/attributes').note?.toString().length, 65_000)
  assert.throws(
    () => keepable({ note: 'ñ'.repeat(33_000) }, '/attributes'),
    /\/attributes: must have at most 65536 bytes/,
  )
})
