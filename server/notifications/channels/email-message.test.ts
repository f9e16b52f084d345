import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emailMessage } from './email-message.ts'

const payload = { title: 'Aviso', body: 'Hola', html: null, link: null, data: {} }
const mail = { id: 'n-1', address: 'a@b.cl', from: 'Clínica <avisos@clinica.cl>', payload }

test('an e-mail says that a machine wrote it, and keeps one id over all attempts', () => {
  const message = emailMessage(mail, 1_700_000_000_000)
  assert.equal(message.messageId, '<n-1@clinica.cl>')
  assert.equal(message.headers['Auto-Submitted'], 'auto-generated')
  assert.equal(emailMessage(mail, 1_800_000_000_000).messageId, message.messageId)
  assert.equal(emailMessage({ ...mail, from: 'nobody' }, 0).messageId, '<n-1@localhost>')
})

test('the link is in both parts, once', () => {
  const link = 'https://c.example/r/tok?a=1&b=2'
  const added = emailMessage({ ...mail, payload: { ...payload, link } }, 0)
  assert.equal(added.text, `Hola\n\n${link}`)
  assert.match(added.html, /<a href="https:\/\/c.example\/r\/tok\?a=1&amp;b=2">/)
  const written = emailMessage({ ...mail, payload: { ...payload, body: `Vea ${link}.`, link } }, 0)
  assert.equal(written.text, `Vea ${link}.`)
  assert.match(written.html, /b=2<\/a>\./)
})

test('a text becomes HTML without becoming markup', () => {
  const { html } = emailMessage({ ...mail, payload: { ...payload, body: '<script>x</script>\n"javascript:x"' } }, 0)
  assert.ok(!html.includes('<script>'))
  assert.ok(!html.includes('href'))
  assert.match(html, /&lt;script&gt;x&lt;\/script&gt;<br>/)
})
