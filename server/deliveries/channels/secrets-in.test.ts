import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleaned, filled, secretsOf } from './secrets-in.ts'

const values = new Map([
  ['crm', 's3cr3t "key"'],
  ['pem', 'line\nline'],
])
const secretOf = (name: string) => values.get(name)

test('a request gets the values of its secrets, escaped where they stand in JSON', () => {
  const asked = {
    headers: { authorization: ['Bearer ', { secret: 'crm' }], plain: 'x' },
    body: ['{"key":"', { secret: 'crm', json: true as const }, '"}'],
  }
  assert.deepEqual(secretsOf(asked), ['crm'])
  const { headers, body, secrets, refused } = filled(asked, secretOf)
  assert.equal(refused, null)
  assert.deepEqual(headers, { authorization: 'Bearer s3cr3t "key"', plain: 'x' })
  assert.deepEqual(JSON.parse(body ?? ''), { key: 's3cr3t "key"' })
  assert.deepEqual(secrets, ['s3cr3t "key"'])
})

test('a secret that is gone, or that no header can hold, refuses the call by name', () => {
  assert.equal(filled({ body: [{ secret: 'gone' }] }, secretOf).refused, 'there is no secret gone any more')
  assert.match(filled({ headers: { a: [{ secret: 'pem' }] } }, secretOf).refused ?? '', /^the secret pem holds/)
  assert.equal(filled({ body: [{ secret: 'pem' }] }, secretOf).body, 'line\nline')
})

test('an answer shows no secret, in whatever form it comes back, also where it was cut', () => {
  const secrets = ['s3cr3t "key"', 's3cr3t']
  const answer = (body: string, truncated = false) => ({
    status: 200,
    headers: { location: `/?k=${encodeURIComponent('s3cr3t "key"')}` },
    body,
    truncated,
  })
  const { body, headers } = cleaned(answer(`{"got":${JSON.stringify('s3cr3t "key"')},"raw":"s3cr3t"}`), secrets)
  assert.equal(body, '{"got":"[secret]","raw":"[secret]"}')
  assert.equal(headers.location, '/?k=[secret]')
  assert.equal(cleaned(answer('all of it: s3cr', true), secrets).body, 'all of it: [secret]')
  assert.equal(cleaned(answer('all of it: s3cr'), secrets).body, 'all of it: s3cr')
  const nested = JSON.stringify(JSON.stringify({ got: 's3cr3t "key"' }))
  assert.equal(JSON.parse(JSON.parse(cleaned(answer(nested), secrets).body)).got, '[secret]')
  assert.equal(cleaned(answer('"k\\u00fcmmel"'), ['kümmel']).body, '"[secret]"')
  assert.equal(cleaned(answer('s3cr3t'), []).body, 's3cr3t')
})
