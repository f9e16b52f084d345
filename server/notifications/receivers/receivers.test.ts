import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTransport } from 'nodemailer'
import { signingKey, signStandardWebhook } from '#deliveries/index.ts'
import { type PushSink, startPushSink } from './push-sink.ts'
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts'
import { startWebhookSink, type WebhookSink } from './webhook-sink.ts'

const NOW_MS = 1_800_000_000_000

let push: PushSink
let webhook: WebhookSink
let smtp: SmtpSink

before(async () => {
  push = await startPushSink()
  webhook = await startWebhookSink(() => NOW_MS)
  smtp = await startSmtpSink()
})
after(() => Promise.all([push?.close(), webhook?.close(), smtp?.close()]))

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('the push provider takes what its contract says and nothing else', async () => {
  const url = `${push.url}/api/v1/push`
  const good = { to: 'c', title: 'T', body: 'B', deepLink: 'app://x', data: { a: 1 } }
  for (let repeat = 0; repeat < 2; repeat++) {
    assert.equal((await post(url, good, { 'idempotency-key': 'k' })).status, 202)
  }
  assert.deepEqual(
    push.received.all.map(({ first }) => first),
    [true, false],
  )
  const bad: unknown[] = ['{', [], {}, { to: 'c' }, { to: '', body: 'x' }, { to: 'c', body: 1 }, { ...good, extra: 1 }]
  bad.push({ ...good, deepLink: 'nowhere' }, { ...good, data: [] }, { ...good, title: 5 })
  for (const body of bad) assert.equal((await post(url, body)).status, 400, JSON.stringify(body))
  assert.equal((await post(`${push.url}/push`, good)).status, 404)
  assert.equal((await fetch(url)).status, 405)
  push.breakWith(503)
  assert.equal((await post(url, good)).status, 503)
  push.breakWith(null)
  assert.equal(push.received.all.length, 2)
  assert.equal(push.refused, bad.length + 3)
  await assert.rejects(
    push.received.waitFor(({ to }) => to === 'nobody', 5),
    /2 others did/,
  )
})

test('the webhook receiver verifies once it has the secret', async () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const body = '{"type":"a.b"}'
  const signed = (id: string, timestampS: number) => ({
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signStandardWebhook([signingKey(secret)], id, timestampS, body),
  })
  assert.equal((await post(`${webhook.url}/open`, body)).status, 200)
  webhook.expectSignature(secret)
  assert.equal((await post(`${webhook.url}/hook`, body, signed('one', NOW_MS / 1000))).status, 200)
  assert.equal((await post(`${webhook.url}/hook`, body)).status, 401)
  assert.equal((await post(`${webhook.url}/hook`, `${body} `, signed('two', NOW_MS / 1000))).status, 401)
  assert.equal((await post(`${webhook.url}/hook`, body, signed('old', NOW_MS / 1000 - 301))).status, 401)
  const got = await webhook.received.waitFor(({ id }) => id === 'one')
  assert.deepEqual([got.path, got.verified, got.body], ['/hook', true, { type: 'a.b' }])
  assert.deepEqual(
    webhook.received.all.map(({ verified }) => verified),
    [null, true],
  )
})

test('the mail server keeps what it took, refuses and hangs up when told to', async () => {
  const transport = createTransport({ url: smtp.url })
  const mail = { from: 'a@b.cl', to: 'c@d.cl', subject: 'Año', text: 'Hola' }
  await transport.sendMail(mail)
  assert.deepEqual([smtp.received.all[0]?.from, smtp.received.all[0]?.to], ['a@b.cl', ['c@d.cl']])
  smtp.breakWith({ reply: 451, text: '4.7.1 Greylisted' })
  await assert.rejects(transport.sendMail(mail), { responseCode: 451 })
  smtp.breakWith('drop')
  await assert.rejects(transport.sendMail(mail))
  smtp.breakWith(null)
  await transport.sendMail(mail)
  assert.equal(smtp.received.all.length, 2)
  transport.close()
})
