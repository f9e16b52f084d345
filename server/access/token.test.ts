import assert from 'node:assert/strict'
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { signToken, TOKEN_LIFETIME_MS, verifyToken } from '#access/token.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const nowS = NOW / 1000
const secret = Buffer.alloc(32, 7)
const person = { kind: 'user', id: '0190' } as const

const good = (await signToken(secret, { tenant: 'acme', person, version: 3 }, NOW)).token
const [head = '', body = '', signature = ''] = good.split('.')

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
/** A token with our own good signature over whatever stands before it. */
function forged(header: unknown, payload: unknown, key: Buffer | string = secret): string {
  const text = `${b64(header)}.${b64(payload)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

const header = { alg: 'HS256', typ: 'at+jwt' }
const claims = { tenant: 'acme', ver: 3, sub: 'user:0190', iss: 'cauce', aud: 'cauce-api', iat: nowS, exp: nowS + 3600 }
const without = (name: keyof typeof claims) =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
function rsaSigned(): string {
  const text = `${b64({ alg: 'RS256', typ: 'at+jwt' })}.${b64(claims)}`
  return `${text}.${createSign('sha256').update(text).sign(rsa.privateKey).toString('base64url')}`
}

const withKeyInHeader = { jwk: { kty: 'oct', k: b64('attacker-key-attacker-key-attack') } }
const attackerKey = Buffer.from('attacker-key-attacker-key-attack')

const attacks: Record<string, string> = {
  'alg none': `${b64({ alg: 'none', typ: 'at+jwt' })}.${b64(claims)}.`,
  'alg None': `${b64({ alg: 'None', typ: 'at+jwt' })}.${b64(claims)}.`,
  'alg NONE': `${b64({ alg: 'NONE', typ: 'at+jwt' })}.${b64(claims)}.`,
  'alg nOnE with a signature': `${b64({ alg: 'nOnE', typ: 'at+jwt' })}.${b64(claims)}.${signature}`,
  'no alg': forged({ typ: 'at+jwt' }, claims),
  RS256: rsaSigned(),
  'HS256 keyed with a public key': forged(header, claims, publicPem),
  'HS384 label': forged({ ...header, alg: 'HS384' }, claims),
  'HS512 label': forged({ ...header, alg: 'HS512' }, claims),
  'empty signature': `${head}.${body}.`,
  'no signature': `${head}.${body}`,
  'empty key': forged(header, claims, ''),
  'another secret': forged(header, claims, Buffer.alloc(32, 8)),
  'a changed claim': `${head}.${b64({ ...claims, tenant: 'default' })}.${signature}`,
  'a changed header': `${b64({ ...header, kid: 'x' })}.${body}.${signature}`,
  'a truncated signature': good.slice(0, -2),
  'a longer signature': `${good}AA`,
  'embedded jwk': forged({ ...header, ...withKeyInHeader }, claims, attackerKey),
  jku: forged({ ...header, jku: 'https://attacker.example/keys' }, claims, attackerKey),
  x5u: forged({ ...header, x5u: 'https://attacker.example/cert' }, claims, attackerKey),
  'kid with a path': forged({ ...header, kid: '../../dev/null' }, claims, ''),
  'kid with SQL': forged({ ...header, kid: "' or 1=1 --" }, claims, attackerKey),
  'kid null': forged({ ...header, kid: null }, claims, attackerKey),
  'critical extension': forged({ ...header, crit: ['exp'], exp: 1 }, claims),
  'unencoded payload': forged({ ...header, b64: false, crit: ['b64'] }, claims),
  'type JWT': forged({ alg: 'HS256', typ: 'JWT' }, claims),
  'no type': forged({ alg: 'HS256' }, claims),
  'type of an identity token': forged({ alg: 'HS256', typ: 'id+jwt' }, claims),
  'wrong issuer': forged(header, { ...claims, iss: 'other' }),
  'no issuer': forged(header, without('iss')),
  'wrong audience': forged(header, { ...claims, aud: 'links' }),
  'no audience': forged(header, without('aud')),
  'no exp': forged(header, without('exp')),
  'exp as text': forged(header, { ...claims, exp: String(nowS + 3600) }),
  'exp now': forged(header, { ...claims, exp: nowS }),
  'exp in years, issued long ago': forged(header, { ...claims, iat: nowS - 43_201, exp: nowS + 10 * 365 * 86_400 }),
  'issued in ten years': forged(header, { ...claims, iat: nowS + 10 * 365 * 86_400, exp: nowS + 11 * 365 * 86_400 }),
  'no iat': forged(header, without('iat')),
  'nbf in the future': forged(header, { ...claims, nbf: nowS + 60 }),
  'no subject': forged(header, without('sub')),
  'subject of another kind': forged(header, { ...claims, sub: 'key:1' }),
  'no tenant': forged(header, without('tenant')),
  'tenant as a list': forged(header, { ...claims, tenant: ['acme'] }),
  'version as text': forged(header, { ...claims, ver: '3' }),
  'payload that is no object': forged(header, '"x"'),
  'payload that is no JSON': forged(header, 'x'),
  'nested token': forged({ ...header, cty: 'JWT' }, b64(claims)),
  'two dots only': '..',
  empty: '',
  'a megabyte': `${head}.${'A'.repeat(1_000_000)}.${signature}`,
  'encrypted form': 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA',
}

test('a token of ours says who it speaks for', async () => {
  assert.deepEqual(await verifyToken(secret, good, NOW), {
    tenant: 'acme',
    person,
    version: 3,
    expiresAtMs: NOW + TOKEN_LIFETIME_MS,
  })
  assert.deepEqual((await verifyToken(secret, forged(header, claims), NOW))?.version, 3)
})

for (const [name, token] of Object.entries(attacks)) {
  test(`not accepted: ${name}`, async () => assert.equal(await verifyToken(secret, token, NOW), null))
}

test('a claim named twice counts once, as signed', async () => {
  const twice = JSON.stringify(claims).replace('{', '{"tenant":"default",')
  assert.equal((await verifyToken(secret, forged(header, twice), NOW))?.tenant, 'acme')
})

test('it ends after 12 hours, to the second', async () => {
  assert.ok(await verifyToken(secret, good, NOW + TOKEN_LIFETIME_MS - 1_000))
  assert.equal(await verifyToken(secret, good, NOW + TOKEN_LIFETIME_MS), null)
})

test('a short secret is refused, for signing and for checking', async () => {
  await assert.rejects(signToken(Buffer.alloc(31), { tenant: 'a', person, version: 1 }, NOW), /32 bytes/)
  await assert.rejects(verifyToken(Buffer.alloc(31), good, NOW), /32 bytes/)
})

test('a token of the same secret made for something else is none of ours', async () => {
  const link = await new SignJWT({ ...claims, aud: undefined })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(secret)
  assert.equal(await verifyToken(secret, link, NOW), null)
})
