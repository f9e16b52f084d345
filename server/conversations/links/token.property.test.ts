import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { linkSigner, readToken, signToken } from '#conversations/links/token.ts'

const key = Buffer.alloc(32, 7)
const id = fc.string({ minLength: 1, maxLength: 255, unit: 'binary' }).filter((text) => text.isWellFormed())
const claims = fc.record({
  tenant: id,
  encounterId: id,
  contactId: fc.option(id),
  expiresAt: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  nonce: fc.uuid(),
  oneUse: fc.boolean(),
})

describe('a link token', () => {
  it('gives back what it was made of, and is the same for the same claims', () => {
    fc.assert(
      fc.property(claims, (claims) => {
        const token = signToken(key, claims)
        if (token.length <= 4_096) assert.deepEqual(readToken(key, token), { ...claims })
        assert.equal(signToken(key, claims), token)
      }),
    )
  })

  it('is refused after any change, and under any other key', () => {
    fc.assert(
      fc.property(claims, fc.nat(), fc.integer({ min: 1, max: 255 }), (claims, at, change) => {
        const bytes = Buffer.from(signToken(key, claims), 'base64url')
        const i = at % bytes.length
        bytes[i] = (bytes[i] as number) ^ change
        assert.equal(readToken(key, bytes.toString('base64url')), null)
        assert.equal(readToken(Buffer.alloc(32, 8), signToken(key, claims)), null)
      }),
    )
  })

  it('has one spelling, and is refused when it is none at all', () => {
    const token = signToken(key, {
      tenant: 't',
      encounterId: 'e',
      contactId: null,
      expiresAt: 1_000,
      nonce: '0'.repeat(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      oneUse: false,
    })
    const last = token.at(-1) as string
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const other of alphabet) if (other !== last) assert.equal(readToken(key, token.slice(0, -1) + other), null)
    for (const bad of ['', 'x', `${token}A`, `${token}=`, token.replace('A', '+'), 'A'.repeat(100_000)]) {
      assert.equal(readToken(key, bad), null)
    }
  })

  it('shows nothing of what it says', () => {
    const one = {
      tenant: 'clinica-sur',
      encounterId: 'enc-17',
      contactId: '12345678-9',
      expiresAt: 1_000,
      oneUse: true,
    }
    const bytes = Buffer.from(signToken(key, { ...one, nonce: '01a201db-6e04-7e79-a739-1852b0798be1' }), 'base64url')
    for (const text of [one.tenant, one.encounterId, one.contactId]) assert.ok(!bytes.includes(text), text)
    const other = Buffer.from(signToken(key, { ...one, nonce: '01a201db-6e04-7e79-a739-1852b0798be2' }), 'base64url')
    const same = bytes.filter((byte, i) => byte === other[i]).length
    assert.ok(same < bytes.length / 4, `${same} of ${bytes.length} bytes are those of another link`)
  })

  it('of before, which was only signed, is still good, and still refused after any change', () => {
    const token = 'AQN3NZQAAaIB224EfnmnORhSsHmL4QAHZGVmYXVsdAADZS0xAAVtYXJpYcIjsKfCDODAaHu-vH5_rCs'
    assert.deepEqual(readToken(key, token), {
      tenant: 'default',
      encounterId: 'e-1',
      contactId: 'maria',
      expiresAt: 2_000_000_000_000,
      nonce: '01a201db-6e04-7e79-a739-1852b0798be1',
      oneUse: true,
    })
    const bytes = Buffer.from(token, 'base64url')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] as number) ^ 1
      assert.equal(readToken(key, changed.toString('base64url')), null)
    }
  })

  it('becomes a URL without any I/O', () => {
    const sign = linkSigner(key, () => 'https://c.example')
    const made = sign({
      tenant: 't',
      encounterId: 'e',
      contactId: null,
      expiresAt: Date.parse('2026-03-01T00:00:00.900Z'),
      nonce: '01a201db-6e04-7e79-a739-1852b0798be1',
      oneUse: true,
    })
    assert.match(made.url, /^https:\/\/c\.example\/r\/[\w-]+$/)
    assert.equal(made.expiresAt, '2026-03-01T00:00:00.000Z')
  })
})
