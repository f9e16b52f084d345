import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesTag } from './entity-tag.ts'

test('a version is named by its tag, also where a proxy made it weak, among others, or by a star', () => {
  for (const given of ['"7"', 'W/"7"', '"6", W/"7"', '*', ' * ']) assert.ok(namesTag(given, '"7"'), given)
  assert.ok(namesTag('"7"', 'W/"7"'))
  for (const given of ['', '"6"', '7', '"77"', 'w/"7"', '"*"']) assert.ok(!namesTag(given, '"7"'), given)
})
