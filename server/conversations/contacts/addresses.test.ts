import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressFaults } from '#conversations/contacts/addresses.ts'
import type { Json } from '#platform/event.ts'

const paths = (addresses: Record<string, Json>) => addressFaults(addresses, '/addresses').map(({ path }) => path)

test('addresses that nobody could be reached at are named, one by one', () => {
  for (const email of ['foo', 'a@b.c, c@d.org', 'a@b.c\r\nBcc: x@y.z', '', 5, {}]) {
    assert.deepEqual(paths({ email }), ['/addresses/email'], JSON.stringify(email))
  }
  assert.deepEqual(paths({ email: ['a@b.c', 'foo', null], push: [] }), ['/addresses/email/1', '/addresses/email/2'])
  assert.deepEqual(paths({ email: 'x', push: 'a\nb' }), ['/addresses/email', '/addresses/push'])
  assert.deepEqual(paths({ push: 'p'.repeat(2_001) }), ['/addresses/push'])
})

test('one address, several, none, and kinds that are not sent to', () => {
  assert.deepEqual(paths({ email: 'maria@example.com', push: ['device-1', 'device-2'] }), [])
  assert.deepEqual(paths({ email: null, push: null, phone: '+56 9 1234 5678', other: { a: 1 } }), [])
  assert.deepEqual(paths({}), [])
})
