import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoOptions } from './options.ts'

test('what is not understood is named', () => {
  assert.deepEqual(demoOptions(['--keep', '--break=link']), { broken: 'link', keep: true })
  assert.equal(demoOptions(['--break=foo']), '--break is one of push, webhook, link, not "foo"')
  assert.equal(demoOptions(['--break']), '--break is one of push, webhook, link, not ""')
  assert.equal(demoOptions(['--keep', 'now']), '"now" is no option')
})
