import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type HmacSettings, hmac } from './hmac.ts'
import { secretPath } from './secret-path.ts'
import { standardWebhooks } from './standard.ts'
import { token } from './token.ts'

type Vector = {
  name: string
  secret?: string
  publicKey?: string
  id: string
  timestamp: number | string
  body: string
  signature: string
  now: number
  valid: boolean
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../deliveries/vectors/standard-webhooks.vectors.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] }

const BODY = Buffer.from('{"text":"¡Hola María! ✨"}\r\n')
const NOW = 1_775_322_600

for (const vector of vectors) {
  test(`Standard Webhooks: ${vector.name}`, () => {
    const { id, timestamp, signature, now, valid } = vector
    const secret = vector.secret ?? vector.publicKey ?? ''
    assert.equal(standardWebhooks.secretFault?.(secret), null)
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
    const message = { headers, body: Buffer.from(vector.body) }
    const { proven, refusal } = standardWebhooks.verify({ kind: 'standard-webhooks' }, [secret], message, now)
    assert.equal(proven !== undefined, valid, refusal)
    if (valid) assert.deepEqual(proven, { messageId: id, signedId: true, fingerprint: null })
  })
}

test('a private key stays with the sender', () => {
  assert.match(String(standardWebhooks.secretFault?.(`whsk_${Buffer.alloc(64).toString('base64')}`)), /private key/)
})

const settings: HmacSettings = { kind: 'hmac', header: 'X-Signature' }
const macOf = (content: string | Buffer, algorithm = 'sha256', secret = 'a secret of the sender') =>
  createHmac(algorithm, secret).update(content)
const see = (
  given: HmacSettings,
  headers: Record<string, string>,
  body: Buffer = BODY,
  secrets = ['a secret of the sender'],
) => hmac.verify(given, secrets, { headers, body }, NOW)

test('an HMAC over the raw body, in each hash and spelling', () => {
  for (const algorithm of ['sha256', 'sha512', 'sha1'] as const) {
    for (const encoding of ['hex', 'base64'] as const) {
      const signature = macOf(BODY, algorithm).digest(encoding)
      const form = { ...settings, algorithm, encoding, prefix: `${algorithm}=` }
      const right = see(form, { 'x-signature': `${algorithm}=${signature}` })
      assert.ok(right.proven?.fingerprint, `${algorithm} ${encoding}`)
      assert.equal(see(form, { 'x-signature': signature }).refusal, 'bad-signature', 'without its prefix')
      assert.equal(see(form, {}).refusal, 'missing-header')
      assert.equal(
        see(form, { 'x-signature': `${algorithm}=${signature}` }, Buffer.from('{}')).refusal,
        'bad-signature',
      )
      for (const spoilt of [signature.slice(2), `${signature}00`, '', '!!', `${signature} `]) {
        assert.equal(see(form, { 'x-signature': `${algorithm}=${spoilt}` }).refusal, 'bad-signature', spoilt)
      }
    }
  }
})

test('a body that was written anew is refused', () => {
  const signature = macOf(BODY).digest('hex')
  const again = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())))
  assert.equal(see(settings, { 'x-signature': signature }, again).refusal, 'bad-signature')
})

test('while secrets overlap each of them proves', () => {
  const signature = macOf(BODY, 'sha256', 'the one before').digest('hex')
  assert.ok(see(settings, { 'x-signature': signature }, BODY, ['the newest one', 'the one before']).proven)
  assert.equal(see(settings, { 'x-signature': signature }, BODY, ['the newest one']).refusal, 'bad-signature')
})

test('a signed time is held to its tolerance, in seconds and milliseconds', () => {
  const timed: HmacSettings = { ...settings, timestamp: { header: 'X-Time' }, content: 'v0:{timestamp}:{body}' }
  const at = (time: string) =>
    see(timed, { 'x-time': time, 'x-signature': macOf(`v0:${time}:${BODY}`).digest('hex') }).refusal
  assert.equal(at(String(NOW - 300)), undefined)
  assert.equal(at(String(NOW + 300)), undefined)
  assert.equal(at(String(NOW - 301)), 'bad-timestamp')
  assert.equal(at(String(NOW + 301)), 'bad-timestamp')
  assert.equal(at(`${NOW}000`), undefined)
  assert.equal(at('soon'), 'bad-timestamp')
  assert.equal(at('1e9'), 'bad-timestamp')
  const moved = { 'x-time': String(NOW), 'x-signature': macOf(`v0:${NOW - 200}:${BODY}`).digest('hex') }
  assert.equal(see(timed, moved).refusal, 'bad-signature', 'a time that was not signed')
  assert.equal(see(timed, { 'x-signature': macOf(BODY).digest('hex') }).refusal, 'missing-header')
})

test('a name that is signed is told from one that is not', () => {
  const named: HmacSettings = { ...settings, idHeader: 'X-Id' }
  const loose = see(named, { 'x-signature': macOf(BODY).digest('hex'), 'x-id': 'm1' })
  assert.deepEqual([loose.proven?.messageId, loose.proven?.signedId], ['m1', false])
  const tight: HmacSettings = { ...named, content: '{id}.{body}' }
  const signature = macOf(`m1.${BODY}`).digest('hex')
  assert.equal(see(tight, { 'x-signature': signature, 'x-id': 'm1' }).proven?.signedId, true)
  assert.equal(see(tight, { 'x-signature': signature, 'x-id': 'm2' }).refusal, 'bad-signature')
  assert.equal(see(tight, { 'x-signature': signature }).refusal, 'missing-header')
})

test('what would prove nothing is no setting', () => {
  const paths = (given: Partial<HmacSettings>) => hmac.faults({ ...settings, ...given }).map(({ path }) => path)
  assert.deepEqual(paths({}), [])
  assert.deepEqual(paths({ timestamp: { header: 'X-Time' } }), [], 'signed unless it is said how')
  assert.deepEqual(paths({ content: 'constant' }), ['/content'])
  assert.deepEqual(paths({ content: '{body}{body}' }), ['/content'])
  assert.deepEqual(paths({ content: '{url}{body}' }), ['/content'])
  assert.deepEqual(paths({ content: '{body}', timestamp: { header: 'X-Time' } }), ['/content'])
  assert.deepEqual(paths({ content: '{timestamp}.{body}' }), ['/timestamp'])
  assert.deepEqual(paths({ content: '{id}.{body}' }), ['/idHeader'])
})

test('a token in a header', () => {
  const bearer = { kind: 'token', prefix: 'Bearer ' } as const
  const shown = (authorization: string) =>
    token.verify(bearer, ['token-of-the-sender'], { headers: { authorization }, body: BODY }, NOW).refusal
  assert.equal(shown('Bearer token-of-the-sender'), undefined)
  assert.equal(shown('bearer token-of-the-sender'), undefined)
  assert.equal(shown('token-of-the-sender'), 'bad-token')
  assert.equal(shown('Bearer token-of-the-sende'), 'bad-token')
  assert.equal(shown('Bearer '), 'bad-token')
  assert.equal(shown(''), 'missing-header')
  const named = { kind: 'token', header: 'X-Api-Key', idHeader: 'X-Id' } as const
  const { proven } = token.verify(named, ['k'], { headers: { 'x-api-key': 'k', 'x-id': '7' }, body: BODY }, NOW)
  assert.deepEqual(proven, { messageId: '7', signedId: false, fingerprint: null })
  assert.deepEqual(token.secretHeaders(named), ['x-api-key'])
})

test('a secret path proves by itself', () => {
  assert.ok(secretPath.verify({ kind: 'secret-path' }, [], { headers: {}, body: BODY }, NOW).proven)
})
