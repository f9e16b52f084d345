import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTransport } from 'nodemailer'
import { readableMail } from './readable-mail.ts'

const composed = async (mail: object) => {
  const transport = createTransport({ streamTransport: true, buffer: true })
  return (await transport.sendMail({ from: 'a@b.cl', to: 'c@d.cl', ...mail })).message.toString()
}

test('what a mail program made is read as it was written', async () => {
  const subject = '¡Hola, María! Su conversación con la clínica sigue abierta y la esperamos cuando quiera volver'
  const text = `Hola, María:\n\nhttps://c.example/r/${'x'.repeat(120)}?a=1&b=2\n\nHasta pronto — ñandú 🙂`
  for (const html of [undefined, '<p>Hola</p>']) {
    const { subject: found, text: read } = readableMail(await composed({ subject, text, html }))
    assert.equal(found, subject)
    assert.equal(read.replaceAll('\r\n', '\n'), text)
  }
  const coded = readableMail(await composed({ subject: 'Año', text: 'ñ'.repeat(400), textEncoding: 'base64' }))
  assert.deepEqual(coded, { subject: 'Año', text: 'ñ'.repeat(400) })
})

test('what has no text, or is no message, has none', async () => {
  assert.deepEqual(readableMail(await composed({ subject: 'x', html: '<p>y</p>' })), { subject: 'x', text: '' })
  assert.deepEqual(readableMail(''), { subject: '', text: '' })
  assert.deepEqual(readableMail('no message'), { subject: '', text: '' })
})
