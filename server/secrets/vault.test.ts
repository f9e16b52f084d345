import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { vault } from '#secrets/vault.ts'

const ours = vault(Buffer.alloc(32, 1))

test('what is sealed opens again, for its tenant and name only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (value, tenant, name) => {
      const text = value.toWellFormed()
      const sealed = ours.seal(tenant, name, text)
      assert.equal(ours.open(tenant, name, sealed), text)
      assert.throws(() => ours.open(`${tenant}x`, name, sealed))
      assert.throws(() => ours.open(tenant, `${name}x`, sealed))
      assert.throws(() => vault(Buffer.alloc(32, 2)).open(tenant, name, sealed))
      const broken = Buffer.from(sealed)
      broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1
      assert.throws(() => ours.open(tenant, name, broken))
    }),
  )
  assert.notDeepEqual(ours.seal('t', 'n', 'v'), ours.seal('t', 'n', 'v'), 'equal values look different')
})
