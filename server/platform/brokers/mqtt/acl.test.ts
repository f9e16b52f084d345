import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseAcl } from './acl.ts'

const acl = parseAcl(`
# rules before the first "user" line: anonymous clients
topic read public/#
user alice
topic readwrite alice/#
topic deny alice/secret/#
topic write drop
pattern readwrite dev/%c/#
pattern read inbox/%u/#
`)
const alice = { user: 'alice', clientId: 'a1' }
const bob = { user: 'bob', clientId: 'b1' }
const nobody = { user: null, clientId: 'x' }

describe('an access list in Mosquitto’s grammar', () => {
  it('grants what it names and nothing else', () => {
    assert.equal(acl.mayRead(alice, 'alice/x'), true)
    assert.equal(acl.mayWrite(alice, 'alice/x'), true)
    assert.equal(acl.mayWrite(alice, 'drop'), true)
    assert.equal(acl.mayRead(alice, 'drop'), false)
    assert.equal(acl.mayRead(bob, 'alice/x'), false)
    assert.equal(acl.mayRead(alice, 'public/x'), false)
    assert.equal(acl.mayRead(nobody, 'public/x'), true)
    assert.equal(acl.mayWrite(nobody, 'public/x'), false)
  })

  it('denies before it grants', () => {
    assert.equal(acl.mayRead(alice, 'alice/secret/x'), false)
    assert.equal(acl.mayWrite(alice, 'alice/secret'), false)
  })

  it('puts user and client id into patterns, and never more than a level of them', () => {
    assert.equal(acl.mayWrite(bob, 'dev/b1/x'), true)
    assert.equal(acl.mayWrite(bob, 'dev/a1/x'), false)
    assert.equal(acl.mayRead(bob, 'inbox/bob/x'), true)
    assert.equal(acl.mayRead(nobody, 'inbox/bob/x'), false)
    for (const clientId of ['+', '#', 'a/b', '']) {
      assert.equal(acl.mayWrite({ user: 'eve', clientId }, 'dev/a1/x'), false, clientId)
    }
  })

  it('lets nobody subscribe to more than was granted', () => {
    assert.equal(acl.maySubscribe(alice, 'alice/#'), true)
    assert.equal(acl.maySubscribe(alice, 'alice/+/x'), true)
    assert.equal(acl.maySubscribe(alice, 'alice/secret/#'), false)
    for (const filter of ['#', '+/#', 'alice', '$SYS/#', '+/x', 'dev/#']) {
      assert.equal(acl.maySubscribe(alice, filter), filter === 'alice', filter)
    }
  })

  it('is refused with the line that is at fault', () => {
    assert.throws(() => parseAcl('user a\ntopic read a/#/b'), /line 2 may hold # only/)
    assert.throws(() => parseAcl('topics a'), /line 1 is neither/)
  })
})
