import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { readToken, signToken } from '#conversations/links/token.ts'
import { linkVeil } from '#conversations/links/veil.ts'

const key = randomBytes(32)
const veil = linkVeil({ read: async (token) => readToken(key, token) })
const claims = { tenant: 'acme', encounterId: 'enc-1', contactId: null, expiresAt: 1_800_000_000_000, oneUse: false }
const token = signToken(key, { ...claims, nonce: '0190a0b0-0000-7000-8000-000000000000' })

test('a link is hidden however it is written', async () => {
  const link = `https://example.org/r/${token}`
  const written = [
    link,
    JSON.stringify({ link }),
    JSON.stringify({ text: `Hola\n${link}\n` }),
    JSON.stringify({ request: JSON.stringify({ body: JSON.stringify({ link }) }) }),
    link.replaceAll('/', '\\/'),
    link.replaceAll('/', '\\u002f'),
    encodeURIComponent(link),
    encodeURIComponent(encodeURIComponent(link)),
    `<a href="${link}">x</a>`,
    `${link}?sent=1`,
    link.slice(0, -3),
    `${link}, ${link}`,
  ]
  for (const text of written) {
    const hidden = await veil.hide(text)
    assert.ok(!hidden.includes(token.slice(0, 20)), text)
    assert.ok(hidden.includes('***'), text)
  }
  assert.equal(await veil.hide(`a ${link} b`), 'a https://example.org/r/*** b')
})

test('a token alone is hidden, behind whatever it stands', async () => {
  for (const before of ['', '"', 'app://', 'x=', '%3D', '\\n', '\\\\n', '\\u003d', ' ']) {
    assert.equal(await veil.hide(`${before}${token}"`), `${before}***"`)
  }
})

test('what is no link stays as it is', async () => {
  const other = signToken(randomBytes(32), { ...claims, nonce: '0190a0b0-0000-7000-8000-000000000000' })
  const texts = ['', 'https://example.org/r/sample', `A${'x'.repeat(80)}`, other, `${'a'.repeat(200)}/r/x`, '/r/***']
  for (const text of texts) assert.equal(await veil.hide(text), text)
})
