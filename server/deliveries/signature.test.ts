import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { newKeyPair, newSecret, signingKey, signStandardWebhook, verifyStandardWebhook } from './signature.ts'

type Vector = {
  name: string
  secret?: string
  publicKey?: string
  secretKey?: string
  id: string
  timestamp: number | string
  body: string
  signature: string
  now: number
  valid: boolean
}

const { vectors } = JSON.parse(
  readFileSync(new URL('./vectors/standard-webhooks.vectors.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] }

test('every vector is accepted or refused as it says', () => {
  assert.equal(vectors.length, 19)
  for (const vector of vectors) {
    const key = signingKey(vector.secret ?? vector.publicKey ?? '')
    const headers = { id: vector.id, timestamp: String(vector.timestamp), signature: vector.signature }
    const refused = verifyStandardWebhook([key], headers, vector.body, vector.now)
    assert.equal(refused === null, vector.valid, `${vector.name}: ${refused}`)
  }
})

test('signing gives the value of the vectors that hold one valid signature', () => {
  let signed = 0
  for (const vector of vectors) {
    const secret = vector.secret ?? vector.secretKey
    if (!vector.valid || secret === undefined || vector.signature.includes(' ')) continue
    const header = signStandardWebhook([signingKey(secret)], vector.id, Number(vector.timestamp), vector.body)
    assert.equal(header, vector.signature, vector.name)
    signed += 1
  }
  assert.equal(signed, 7)
})

test('the reference library accepts what we sign, with the old and with the new secret of a rotation', () => {
  const [old, fresh, other] = [newSecret(randomBytes(24)), newSecret(randomBytes(64)), newSecret(randomBytes(32))]
  const body = '{"text":"¡Hola!\\r\\n✨"}\r\n'
  const timestamp = Math.floor(Date.now() / 1000)
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signStandardWebhook([signingKey(fresh), signingKey(old)], 'msg_1', timestamp, body),
  }
  const raw = (text: string) => new Webhook(text).verify(body, headers)
  assert.doesNotThrow(() => raw(old))
  assert.doesNotThrow(() => raw(fresh))
  assert.throws(() => raw(other))
  assert.throws(() => new Webhook(fresh).verify(body.trim(), headers))
})

test('we accept what the reference library signs', () => {
  const secret = newSecret(randomBytes(32))
  const at = new Date()
  const signature = new Webhook(secret).sign('msg_2', at, '{"a":1}')
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const verify = (body: string) =>
    verifyStandardWebhook([signingKey(secret)], { id: 'msg_2', timestamp, signature }, body, Number(timestamp))
  assert.equal(verify('{"a":1}'), null)
  assert.equal(verify('{"a": 1}'), 'bad-signature')
})

test('a key pair: what the private half signs the public one verifies, in the form of the vectors', () => {
  const { secretKey, publicKey: known } = vectors.find((vector) => vector.secretKey !== undefined) ?? {}
  const seed = Buffer.from(secretKey?.slice(5) ?? '', 'base64').subarray(0, 32)
  assert.deepEqual(newKeyPair(seed), { secret: secretKey, publicKey: known })
  const { secret, publicKey } = newKeyPair(randomBytes(32))
  const signature = signStandardWebhook([signingKey(secret)], 'm', 1, 'body')
  const verify = (key: string) =>
    verifyStandardWebhook([signingKey(key)], { id: 'm', timestamp: '1', signature }, 'body', 1)
  assert.equal(verify(publicKey), null)
  assert.equal(verify(newKeyPair(randomBytes(32)).publicKey), 'bad-signature')
  assert.throws(() => newKeyPair(randomBytes(31)))
})

test('damaged secrets and missing headers are refused', () => {
  for (const secret of ['', 'whsec_', 'whsec_not base64', 'whsk_AAAA', 'whpk_AAAA']) {
    assert.throws(() => signingKey(secret), Error, secret)
  }
  assert.throws(() => newSecret(randomBytes(23)))
  const key = signingKey(newSecret(randomBytes(24)))
  for (const headers of [
    { id: undefined, timestamp: '1', signature: 'v1,x' },
    { id: 'a', timestamp: undefined, signature: 'v1,x' },
    { id: 'a', timestamp: '1', signature: '' },
  ]) {
    assert.equal(verifyStandardWebhook([key], headers, '', 1), 'missing-header')
  }
})
