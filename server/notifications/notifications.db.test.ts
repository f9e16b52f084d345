import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { manualClock } from '#platform/clock.ts'
import { hashId } from '#platform/ids.ts'
import { testProgram, testServer } from '../testing.ts'
import {
  type NotifyRequest,
  notifications,
  type PushSink,
  type SmtpSink,
  startPushSink,
  startSmtpSink,
} from './index.ts'
import { createNotifier } from './notifier.ts'

const START = Date.parse('2026-03-02T10:00:00Z')
const clock = manualClock(START)

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let push: PushSink
let smtp: SmtpSink

before(async () => {
  push = await startPushSink()
  smtp = await startSmtpSink()
  program = await testProgram([deliveries, conversations, notifications], {
    clock,
    env: {
      CAUCE_PUSH_URL: `${push.url}/`,
      CAUCE_PUSH_TOKEN: 'provider-token',
      SMTP_URL: smtp.url,
      CAUCE_MAIL_FROM: 'Clínica Sur <avisos@clinica.example>',
      CAUCE_WEBHOOK_ALLOW: '127.0.0.1',
    },
  })
  app = await testServer(program)
  await program.start()
})

after(async () => {
  await app?.close()
  await program?.close()
  await push?.close()
  await smtp?.close()
})

type Method = 'GET' | 'POST' | 'PUT'
type Body = { [name: string]: unknown }

async function call(who: string, method: Method, url: string, payload?: unknown, headers: object = {}) {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${who}`, ...headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  return { status: answer.statusCode, body: answer.json() as Body }
}

async function ok(who: string, method: Method, url: string, payload?: unknown): Promise<Body> {
  const { status, body } = await call(who, method, url, payload)
  assert.ok(status < 300, JSON.stringify(body))
  return body
}

/** Each test lives in a tenant of its own, with a contact and an open conversation. */
async function tenantWith(name: string, contact: Body = {}): Promise<string> {
  await ok(name, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
  const addresses = { push: 'device-of-maria' }
  await ok(name, 'PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es', addresses, ...contact })
  await ok(name, 'POST', '/api/v1/encounters', { id: 'enc', queueId: 'q', contactId: 'maria', channel: 'chat' })
  return name
}

const send = (who: string, body: Body) => ok(who, 'POST', '/api/v1/notifications', body)

/** Waits until a notification has come to one of the statuses. */
async function settled(who: string, id: unknown, ...statuses: string[]): Promise<Body & { states: Body[] }> {
  for (let tries = 0; ; tries++) {
    const found = await ok(who, 'GET', `/api/v1/notifications/${id}`)
    if (statuses.includes(String(found.status))) return found as Body & { states: Body[] }
    assert.ok(tries < 400, `it is still ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const told = ({ states }: { states: Body[] }) => states.map(({ status, channel }) => `${status}:${channel}`)
const pathsOf = ({ body }: { body: Body }) => (body.errors as { path: string }[]).map(({ path }) => path)

test('a push goes to the provider with its link, and every step is recorded', async () => {
  const who = await tenantWith('push')
  const { notificationId } = await ok(who, 'POST', '/api/v1/push', {
    to: 'maria',
    title: '¡Hola, María!',
    body: 'Su coach le dejó un mensaje',
    deepLink: { encounterId: 'enc' },
    data: { kind: 'nudge' },
  })
  const got = await push.received.waitFor((item) => item.idempotencyKey === notificationId)
  assert.equal(got.to, 'device-of-maria')
  assert.equal(got.title, '¡Hola, María!')
  assert.deepEqual(got.data, { kind: 'nudge' })
  assert.match(got.deepLink ?? '', /^http:\/\/127\.0\.0\.1:8080\/r\/[\w-]{40,}$/)
  assert.match(got.traceparent ?? '', /^00-/)
  const sent = await settled(who, notificationId, 'sent')
  assert.deepEqual(told(sent), ['queued:push', 'sent:push'])
  assert.equal(sent.link, got.deepLink)
})

test('an e-mail has both parts, one recipient and no line that is not ours', async () => {
  const who = await tenantWith('mail', {
    name: 'Ana\r\nBcc: spy@evil.example <b>',
    addresses: { email: 'ana@example.com' },
  })
  const { notificationId } = await send(who, {
    to: { contactId: 'maria' },
    template: 'come-back',
    channels: ['email'],
    deepLink: { encounterId: 'enc' },
  })
  const mail = await smtp.received.waitFor(
    (item) => item.headers['message-id'] === `<${notificationId}@clinica.example>`,
  )
  assert.deepEqual(mail.to, ['ana@example.com'])
  assert.equal(mail.headers['auto-submitted'], 'auto-generated')
  assert.equal(mail.headers['mime-version'], '1.0')
  assert.match(mail.headers['content-type'] ?? '', /^multipart\/alternative/)
  assert.equal(mail.headers.bcc, undefined)
  assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 998 && !line.includes('\n')))
  const sent = await settled(who, notificationId, 'sent')
  assert.equal(sent.template, 'come-back')
  assert.equal(sent.templateVersion, 0)
  assert.match(String(sent.html), /&lt;b&gt;/)
})

test('an address that does not exist fails it, and the reason says so', async () => {
  const who = await tenantWith('dead', { addresses: { email: 'nobody@example.com' } })
  smtp.breakWith({ reply: 550, text: '5.1.1 User unknown' })
  try {
    const { notificationId } = await send(who, { to: 'maria', content: { body: 'Hola' }, channels: ['email'] })
    const failed = await settled(who, notificationId, 'failed')
    assert.match(String(failed.reason), /5\.1\.1/)
  } finally {
    smtp.breakWith(null)
  }
})

test('one message under 50 parallel calls with one dedupe key', async () => {
  const who = await tenantWith('dedupe')
  const body = { to: 'maria', content: { body: 'Una vez' }, channels: ['push'], dedupeKey: 'cita-1' }
  const answers = await Promise.all(Array.from({ length: 50 }, () => call(who, 'POST', '/api/v1/notifications', body)))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202])
  const ids = new Set(answers.map((answer) => answer.body.notificationId))
  assert.equal(ids.size, 1)
  assert.equal(answers.filter((answer) => answer.body.duplicate === true).length, 49)
  await settled(who, [...ids][0], 'sent')
  assert.equal(push.received.all.filter((item) => item.body === 'Una vez').length, 1)
  // Another tenant's key is another key.
  const other = await tenantWith('dedupe-2')
  assert.equal((await send(other, body)).duplicate, undefined)
})

test('it leaves at its time and not before; what is called off never leaves', async () => {
  const who = await tenantWith('later')
  const at = new Date(clock.now() + 3_600_000).toISOString()
  const waits = await send(who, { to: 'maria', content: { body: 'A su hora' }, channels: ['push'], sendAt: at })
  const off = await send(who, { to: 'maria', content: { body: 'Nunca' }, channels: ['push'], sendAt: at })
  assert.equal((await settled(who, waits.notificationId, 'held')).sendAt, at)
  assert.equal((await ok(who, 'POST', `/api/v1/notifications/${off.notificationId}/cancel`)).status, 'cancelled')
  assert.equal((await call(who, 'POST', `/api/v1/notifications/${off.notificationId}/cancel`)).status, 409)
  assert.equal(push.received.all.filter((item) => item.body === 'A su hora').length, 0)
  clock.advance(3_600_000)
  await push.received.waitFor((item) => item.body === 'A su hora')
  await settled(who, waits.notificationId, 'sent')
  assert.equal((await call(who, 'POST', `/api/v1/notifications/${waits.notificationId}/cancel`)).status, 409)
  assert.equal(push.received.all.filter((item) => item.body === 'Nunca').length, 0)
})

test('a person who came back while a nudge waited gets none', async () => {
  const who = await tenantWith('back')
  const body = { to: 'maria', template: 'come-back', channels: ['push'], deepLink: { encounterId: 'enc' } }
  const { notificationId } = await send(who, { ...body, sendAt: new Date(clock.now() + 60_000).toISOString() })
  clock.advance(1_000)
  await ok(who, 'POST', '/api/v1/encounters/enc/messages', { from: 'patient', text: 'Ya estoy aquí' })
  clock.advance(60_000)
  const found = await settled(who, notificationId, 'suppressed', 'sent')
  assert.equal(found.reason, 'the person came back')
  assert.equal(
    push.received.all.some((item) => item.idempotencyKey === notificationId),
    false,
  )
})

test('a nudge whose delivery has to be tried again is judged again before it leaves', async () => {
  const who = await tenantWith('retry')
  push.breakWith(503)
  try {
    const { notificationId } = await ok(who, 'POST', '/api/v1/push', {
      to: 'maria',
      body: 'Vuelva',
      deepLink: { encounterId: 'enc' },
    })
    const refused = push.refused
    for (let tries = 0; push.refused === refused && tries < 400; tries++) await new Promise((r) => setTimeout(r, 10))
    clock.advance(500)
    await ok(who, 'POST', '/api/v1/encounters/enc/close', { reason: 'resolved' })
    push.breakWith(null)
    clock.advance(5_000)
    const found = await settled(who, notificationId, 'suppressed', 'sent', 'failed')
    assert.equal(found.status, 'suppressed', JSON.stringify(found))
    assert.equal(
      push.received.all.some((item) => item.idempotencyKey === notificationId),
      false,
    )
  } finally {
    push.breakWith(null)
  }
})

test('what is called off while its provider is down never leaves', async () => {
  const who = await tenantWith('off')
  push.breakWith(503)
  try {
    const refused = push.refused
    const { notificationId } = await ok(who, 'POST', '/api/v1/push', { to: 'maria', body: 'Tarde' })
    for (let tries = 0; push.refused === refused && tries < 400; tries++) await new Promise((r) => setTimeout(r, 10))
    const cancelled = await ok(who, 'POST', `/api/v1/notifications/${notificationId}/cancel`)
    assert.equal(cancelled.status, 'cancelled')
    push.breakWith(null)
    clock.advance(5_000)
    const fence = await ok(who, 'POST', '/api/v1/push', { to: 'maria', body: 'Después' })
    await push.received.waitFor((item) => item.idempotencyKey === fence.notificationId)
    assert.equal(
      push.received.all.some((item) => item.idempotencyKey === notificationId),
      false,
    )
    assert.deepEqual(told(await settled(who, notificationId, 'cancelled')), ['queued:push', 'cancelled:push'])
  } finally {
    push.breakWith(null)
  }
})

test('the inbox: mine alone, paged, with the count of the unread', async () => {
  const who = await tenantWith('inbox')
  const mine = `${who}/contact/maria`
  const ids: unknown[] = []
  for (const body of ['uno', 'dos', 'tres']) {
    ids.push(
      (await send(who, { to: { contactId: 'maria' }, content: { title: 'T', body }, channels: ['inbox'] }))
        .notificationId,
    )
    clock.advance(1)
  }
  await program.database.worker.query(`insert into tenant (tenant, name, created_at) values ($1, $1, $2)`, [
    who,
    new Date(START),
  ])
  await program.database.worker.query(
    `insert into app_user (tenant, id, email, name, role, password_hash, created_at)
    values ($1, 'maria', 'agent@example.com', 'Agent', 'agent', '', $2)`,
    [who, new Date(START)],
  )
  const forUser = await send(who, {
    to: { userId: 'maria' },
    content: { body: 'a usted' },
    channels: ['email', 'inbox'],
  })
  assert.equal((await settled(who, forUser.notificationId, 'sent')).address, 'agent@example.com')
  await send(who, { to: { userId: 'maria' }, content: { body: 'de un usuario' }, channels: ['inbox'] })
  const first = await ok(mine, 'GET', '/notifications/me?limit=2')
  assert.equal(first.unread, 3)
  assert.deepEqual(
    (first.items as Body[]).map(({ body }) => body),
    ['tres', 'dos'],
  )
  assert.deepEqual(Object.keys((first.items as Body[])[0] ?? {}), [
    'id',
    'template',
    'title',
    'body',
    'data',
    'status',
    'createdAt',
    'readAt',
  ])
  const rest = await ok(mine, 'GET', `/notifications/me?limit=2&cursor=${first.nextCursor}`)
  assert.deepEqual(
    (rest.items as Body[]).map(({ id }) => id),
    [ids[0]],
  )
  assert.equal(rest.nextCursor, null)

  assert.deepEqual(await ok(`${who}/contact/pedro`, 'POST', '/notifications/read', { ids }), { read: 0 })
  assert.deepEqual(await ok(mine, 'POST', '/notifications/read', { ids: [ids[0]] }), { read: 1 })
  assert.deepEqual(await ok(mine, 'POST', '/notifications/read', { ids: [ids[0]] }), { read: 0 })
  assert.deepEqual(await ok(mine, 'POST', '/notifications/read', { all: true }), { read: 2 })
  assert.equal((await ok(mine, 'GET', '/notifications/me')).unread, 0)
  assert.equal((await ok(`other/contact/maria`, 'GET', '/notifications/me')).unread, 0)
  assert.equal((await call(who, 'GET', '/notifications/me')).status, 403)
  const neither = await call(mine, 'POST', '/notifications/read', {})
  assert.deepEqual([neither.status, (neither.body.errors as Body[])[0]?.path], [400, '/ids'])
  const both = await call(mine, 'POST', '/notifications/read', { ids: [ids[0]], all: true })
  assert.deepEqual(
    (both.body.errors as Body[]).map(({ path, message }) => [path, message]),
    [['/all', 'cannot go with ids: exactly one of ids and all is needed']],
  )
})

test('templates: each PUT is a version, faults are named, previews show real data', async () => {
  const who = await tenantWith('templates')
  const put = (texts: Body) => call(who, 'PUT', '/api/v1/templates/aviso', { channel: 'push', locale: 'es', ...texts })
  assert.equal((await put({ body: 'Hola {{ contact.name }}' })).body.version, 1)
  assert.equal((await put({ body: 'Hola {{ contact.name }}' })).body.version, 1)
  assert.equal((await put({ body: 'Hola, {{ contact.name }}' })).body.version, 2)
  assert.equal((await put({ body: 'Hola, {{ contact.name }}', locale: 'ES' })).body.version, 2, 'the same language')
  const bad = await put({ title: '{{ contact.nme }}', body: '{{ contact.constructor }}{{ x }}' })
  assert.equal(bad.status, 422)
  assert.deepEqual([...new Set(pathsOf(bad))], ['/title', '/body'])
  const unseen = { 'if-match': '"0"' }
  const late = { channel: 'push', locale: 'es', body: 'Tarde' }
  assert.equal((await call(who, 'PUT', '/api/v1/templates/aviso', late, unseen)).status, 409)
  const versions = await ok(who, 'GET', '/api/v1/templates/aviso/versions?channel=push&locale=es')
  assert.deepEqual(
    (versions.items as Body[]).map(({ version }) => version),
    [2, 1],
  )

  const preview = await ok(who, 'POST', '/api/v1/templates/aviso/preview', { channel: 'push', contactId: 'maria' })
  assert.equal(preview.body, 'Hola, María')
  await ok(who, 'PUT', '/api/v1/templates/order', { channel: 'push', locale: 'es', body: 'Pedido {{ data.order }}' })
  const order = (more: Body) =>
    call(who, 'POST', '/api/v1/templates/order/preview', { channel: 'push', contactId: 'maria', ...more })
  assert.equal((await order({})).body.body, 'Pedido «order»')
  const lacking = await order({ sample: {} })
  assert.deepEqual([lacking.status, pathsOf(lacking)], [422, ['/sample']])
  assert.match(String(lacking.body.detail), /^The text cannot be shown with these data: .*data\.order/)
  const [{ messages }] = lacking.body.errors as [{ messages: { es: string } }]
  assert.equal(messages.es, 'debe tener lo que pide el texto: no hay ningún valor de data.order (línea 1)')
  assert.equal((await order({ sample: { data: { order: 7 } } })).body.body, 'Pedido 7')
  const draft = await ok(who, 'POST', '/api/v1/templates/new/preview', {
    channel: 'email',
    texts: { title: 'T', body: '{{ data.n }} {{ queue.name }}', html: '<i>{{ data.n }}</i>' },
    sample: { data: { n: '<1>' } },
  })
  assert.deepEqual([draft.body, draft.html, draft.version], ['<1> Coach', '<i>&lt;1&gt;</i>', null])
  const { notificationId } = await send(who, { to: 'maria', template: 'aviso', channels: ['push'] })
  await put({ body: 'Otra cosa' })
  const sent = await settled(who, notificationId, 'sent')
  assert.deepEqual([sent.templateVersion, sent.body], [2, 'Hola, María'])
  assert.deepEqual((await call('elsewhere', 'GET', '/api/v1/templates/aviso')).status, 404)
  assert.equal((await call(who, 'GET', '/api/v1/templates/come-back')).status, 200)
})

test('what cannot be sent is refused, and nothing is stored', async () => {
  const who = await tenantWith('bad')
  await ok(who, 'PUT', '/api/v1/contacts/john', { addresses: { push: 'device-of-john' } })
  const misled = await call(who, 'POST', '/api/v1/push', { to: 'john', body: 'x', deepLink: { encounterId: 'enc' } })
  assert.deepEqual([misled.status, pathsOf(misled)], [400, ['/deepLink/encounterId']])
  const bodies: [Body, string][] = [
    [{ to: 'maria', channels: ['push'] }, '/template'],
    [{ to: 'maria', template: 'nope', channels: ['push'] }, '/template'],
    [{ to: { contactId: 'nobody' }, content: { body: 'x' }, channels: ['push'] }, '/to/contactId'],
    [
      { to: 'maria', content: { body: 'x' }, channels: ['push'], deepLink: { encounterId: 'nope' } },
      '/deepLink/encounterId',
    ],
    [{ to: 'maria', content: { body: 'x' }, channels: ['push'], deepLink: 'javascript:alert(1)' }, '/deepLink'],
    [{ to: { userId: 'nobody' }, content: { body: 'x' }, channels: ['inbox'] }, '/to/userId'],
    // María's conversation is not John's to read, nor to answer.
    [
      { to: 'john', content: { body: 'x' }, channels: ['push'], deepLink: { encounterId: 'enc' } },
      '/deepLink/encounterId',
    ],
    [{ to: 'maria', content: { body: 'x' }, channels: [] }, '/channels'],
    [{ to: 'maria', content: { body: 'x' }, channels: ['fax'] }, '/channels/0'],
    [{ to: 'maria', content: { body: 'x' }, channels: ['push'], sendAt: '2028-01-01T00:00:00Z' }, '/sendAt'],
    [{ to: 'maria', content: { body: 'x' }, channels: ['push'], sendAt: 'tomorrow' }, '/sendAt'],
    [{ to: 'maria', content: { body: 'x' }, channels: ['push'], extra: 1 }, '/extra'],
  ]
  for (const [body, path] of bodies) {
    const answer = await call(who, 'POST', '/api/v1/notifications', body)
    assert.equal(answer.status, 400, JSON.stringify(answer.body))
    assert.deepEqual(pathsOf(answer), [path])
  }
  for (const body of [{ body: 'x\u0000' }, { body: 'x', data: { a: '\ud800' } }]) {
    assert.equal((await call(who, 'POST', '/api/v1/push', { to: 'maria', ...body })).status, 400)
  }
  assert.deepEqual((await ok(who, 'GET', '/api/v1/notifications')).items, [])
  assert.equal((await call(who, 'GET', `/api/v1/notifications/${hashId('no')}`)).status, 404)
  assert.equal((await call(who, 'GET', '/api/v1/notifications/no-uuid')).status, 400)
})

test('a preview says what would be said to whom, and sends nothing', async () => {
  const who = await tenantWith('preview')
  const notifier = await createNotifier(program.runtime)
  const request: NotifyRequest = {
    tenant: who,
    id: hashId('preview'),
    to: { contactId: 'maria' },
    template: 'come-back',
    channels: ['email', 'push'],
    deepLink: { encounterId: 'enc' },
    stillTrue: { encounterId: 'enc', statuses: [] },
  }
  const items = [{ request, at: START }]
  const [known] = await notifier.preview(program.database.worker, items)
  assert.deepEqual([known?.channel, known?.title], ['push', '¡Hola, María!'])
  assert.deepEqual(known?.skipped, [{ channel: 'email', reason: 'no email address' }])
  const described = { id: 'maria', name: 'Mary', locale: 'en', addresses: { email: 'm@example.com' } }
  const [other] = await notifier.preview(program.database.worker, items, described)
  assert.deepEqual([other?.channel, other?.title], ['email', 'Mary, your conversation is still open'])
  assert.match(other?.body ?? '', /\/r\/preview/)
  assert.deepEqual((await ok(who, 'GET', '/api/v1/notifications')).items, [])
})

test('the log is narrowed by channel, category and time', async () => {
  const who = await tenantWith('narrow')
  const to = { contactId: 'maria' }
  await send(who, { to, content: { body: 'one' }, channels: ['inbox'], category: 'care' })
  clock.advance(60_000)
  const later = new Date(clock.now()).toISOString()
  await send(who, { to, content: { body: 'two' }, channels: ['inbox'] })
  await send(who, { to, content: { body: 'three' }, channels: ['push'], category: 'care' })
  const listed = async (query: string) =>
    ((await ok(who, 'GET', `/api/v1/notifications?${query}`)).items as Body[]).map(({ body }) => body).sort()
  assert.deepEqual(await listed('channel=inbox'), ['one', 'two'])
  assert.deepEqual(await listed('category=care'), ['one', 'three'])
  assert.deepEqual(await listed(`from=${later}`), ['three', 'two'])
  assert.deepEqual(await listed(`to=${later}&channel=inbox`), ['one'])
  assert.equal((await call(who, 'GET', '/api/v1/notifications?channel=fax')).status, 400)
  const { items } = (await ok(who, 'GET', '/api/v1/notifications')) as { items: Body[] }
  assert.deepEqual(new Set(items.map(({ receiverName }) => receiverName)), new Set(['María']))
  const one = await ok(who, 'GET', `/api/v1/notifications/${items[0]?.id}`)
  assert.equal(one.receiverName, 'María')
})

test('another tenant sees nothing of it', async () => {
  const who = await tenantWith('mine')
  const { notificationId } = await send(who, { to: 'maria', content: { body: 'x' }, channels: ['inbox'] })
  assert.equal((await call('thief', 'GET', `/api/v1/notifications/${notificationId}`)).status, 404)
  assert.equal((await call('thief', 'POST', `/api/v1/notifications/${notificationId}/cancel`)).status, 404)
  assert.deepEqual((await ok('thief', 'GET', '/api/v1/notifications')).items, [])
})

test('a flow’s request is one notification however often it is redone, and the flow is told of the end', async () => {
  const who = await tenantWith('flow')
  const notifier = await createNotifier(program.runtime)
  const request = (id: string, change: Partial<NotifyRequest> = {}): NotifyRequest => ({
    tenant: who,
    id: hashId('test', id),
    to: { contactId: 'maria' },
    template: 'come-back',
    channels: ['push'],
    deepLink: { encounterId: 'enc' },
    cause: 'run:r1',
    notifyOn: { kind: 'test.wake', key: `run/${id}`, payload: { node: 'push' } },
    stillTrue: { encounterId: 'enc', statuses: ['open'] },
    ...change,
  })
  const requests = [
    request('a', { dedupeKey: 'same' }),
    request('b', { dedupeKey: 'same' }),
    request('c', { stillTrue: { encounterId: 'enc', statuses: ['warned'] } }),
  ]
  for (let redo = 0; redo < 2; redo++) {
    const planned = await notifier.plan(program.database.worker, requests, clock.now())
    await program.database.transaction(async (tx) => notifier.notify(tx, planned))
  }
  await settled(who, requests[0]?.id, 'sent')
  const wakes = await program.database.worker.query<{ key: string; payload: Body }>(
    `select key, payload from due where kind = 'test.wake' and tenant = $1 order by key`,
    [who],
  )
  assert.deepEqual(
    wakes.map(({ key, payload }) => [key, payload.outcome, payload.node, payload.reason]),
    [
      ['run/a', 'sent', 'push', null],
      ['run/b', 'suppressed', 'push', `the same as ${requests[0]?.id}`],
      ['run/c', 'suppressed', 'push', 'the person came back'],
    ],
  )
  assert.equal(push.received.all.filter((item) => item.idempotencyKey === requests[0]?.id).length, 1)
  const caused = await program.runtime.caused(program.database.worker, who, [{ id: 'run:r1' }])
  assert.equal(caused.notifications?.length, 3)
})

test('a push of a request is filled in with what is known of the person, where the request says so', async () => {
  const who = await tenantWith('liquid')
  const body = 'Hola {{ contact.name }}, {{ data.n }}'
  const given = { to: 'maria', body, data: { n: 3 } }
  const { notificationId } = await ok(who, 'POST', '/api/v1/push', { ...given, format: 'liquid' })
  assert.equal((await settled(who, notificationId, 'sent')).body, 'Hola María, 3')
  const plain = await ok(who, 'POST', '/api/v1/push', given)
  assert.equal((await settled(who, plain.notificationId, 'sent')).body, body)
})
