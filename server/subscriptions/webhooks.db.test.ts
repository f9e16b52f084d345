import assert from 'node:assert/strict'
import { hash, randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { deliveries, signingKey, verifyStandardWebhook } from '#deliveries/index.ts'
import { flatEvent, testProgram } from '../testing.ts'
import { subscriptions } from './index.ts'

type Received = { path: string; headers: IncomingHttpHeaders; body: string }

let program: Awaited<ReturnType<typeof testProgram>>
let receiver: Server
let base: string
let received: Received[] = []
let answer: (request: Received) => number = () => 200
let answerHeaders: Record<string, string> = {}
let notice = () => {}

before(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const got = { path: request.url ?? '', headers: request.headers, body }
      received.push(got)
      response.writeHead(answer(got), answerHeaders).end()
      notice()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  program = await testProgram([deliveries, subscriptions], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.1' } })
  await program.start()
})

after(async () => {
  await program?.close()
  receiver?.closeAllConnections()
  receiver?.close()
})

beforeEach(() => {
  received = []
  answer = () => 200
  answerHeaders = {}
})

/** Waits for a fact that the receiver's requests or the database bring about. */
async function until<T>(what: string, fact: () => T | false | undefined | Promise<T | false | undefined>): Promise<T> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const found = await fact()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`never came: ${what}`)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 25)
      notice = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Whatever of it a route answers. */
type Answer = {
  id: string
  secret: string
  status: string
  items: { id: string; status: string | number; target: string; eventType: unknown; eventSubject: unknown }[]
  deliveryId: string
  count: number
  deliveries: { deliveryId: string; eventId: string; type: string; subject: string }[]
}

type Asked = { params?: object; query?: object; body?: object }

/** Calls a route's handler as `tenant`. */
async function call(tenant: string, method: string, path: string, asked: Asked): Promise<Answer> {
  const found = program.routes.find((route) => route.method === method && route.path === `/api/v1/subscriptions${path}`)
  assert.ok(found, `${method} ${path}`)
  const identity = { tenant, actor: 'key:test', person: null, permissions: new Set() }
  const given = { identity, params: {}, query: {}, body: {}, traceparent: '', newId: randomUUID, ...asked }
  return (await found.handle(given as unknown as Parameters<typeof found.handle>[0])) as Answer
}

const register = (tenant: string, path: string, more: object = {}) =>
  call(tenant, 'POST', '', { body: { routingKeyPattern: 'encounter.#', webhookUrl: base + path, ...more } })

const append = (tenant: string, id: string) => program.log.append(flatEvent({ id, tenant, subtype: 'closed' }))

const at = (path: string) => received.filter((request) => request.path === path)

const statusOf = async (tenant: string, id: string) => (await call(tenant, 'GET', '/:id', { params: { id } })).status

test('an event goes out as it came, signed, with the id of event and subscription', async () => {
  const { secret } = await register('w1', '/a')
  const { secret: other } = await register('w1', '/b', { format: 'cloudevents' })
  const event = flatEvent({ id: 'e1', tenant: 'w1', subtype: 'closed' })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await program.log.append({ ...event, traceparent })
  await until('both webhooks', () => received.length === 2)
  const [plain] = at('/a')
  const [cloud] = at('/b')
  assert.ok(plain && cloud)
  assert.equal(plain.body, event.raw)
  assert.equal(plain.headers['content-type'], 'application/json')
  assert.equal(cloud.headers['content-type'], 'application/cloudevents+json')
  assert.deepEqual(JSON.parse(cloud.body).data, event.data)
  assert.notEqual(plain.headers['webhook-id'], cloud.headers['webhook-id'])
  assert.match(String(plain.headers.traceparent), /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)/)
  new Webhook(secret).verify(plain.body, plain.headers as Record<string, string>)
  new Webhook(other).verify(cloud.body, cloud.headers as Record<string, string>)
  assert.throws(() => new Webhook(other).verify(plain.body, plain.headers as Record<string, string>))
})

test('a subscription may have CloudEvents in the binary mode, or as a batch', async () => {
  const { id, secret } = await register('w12', '/binary', { format: 'cloudevents-binary' })
  const { id: batch, secret: other } = await register('w12', '/batch', { format: 'cloudevents-batch' })
  const event = flatEvent({ id: 'é 1', tenant: 'w12', subtype: 'closed' })
  await program.log.append({ ...event, traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` })
  const [binary] = await until('binary', () => at('/binary').length === 1 && at('/binary'))
  const [batched] = await until('batch', () => at('/batch').length === 1 && at('/batch'))
  assert.ok(binary && batched)
  assert.equal(binary.body, event.raw)
  const { headers } = binary
  assert.deepEqual(
    [headers['content-type'], headers['ce-id'], headers['ce-type'], headers['ce-subject']],
    ['application/json', '%C3%A9%201', 'encounter.closed', event.subject],
  )
  assert.equal(headers['ce-traceparent'], headers.traceparent, 'both name the span of the attempt')
  new Webhook(secret).verify(binary.body, headers as Record<string, string>)
  assert.equal(batched.headers['content-type'], 'application/cloudevents-batch+json')
  const [only, ...more] = JSON.parse(batched.body)
  assert.deepEqual([only.id, only.data, only.traceparent, more], ['é 1', event.data, batched.headers.traceparent, []])
  new Webhook(other).verify(batched.body, batched.headers as Record<string, string>)
  for (const [subscription, request] of [
    [id, binary],
    [batch, batched],
  ] as const) {
    const params = { id: subscription, deliveryId: request.headers['webhook-id'] }
    const find = () => call('w12', 'GET', '/:id/deliveries/:deliveryId/payload', { params })
    const shown = (await until('its mark', find)) as unknown as {
      body: string
      contentType: string
      attributes?: object
    }
    assert.deepEqual([shown.body, shown.contentType], [request.body, request.headers['content-type']])
    const attributes = Object.entries(request.headers).filter(([name]) => name.startsWith('ce-'))
    assert.deepEqual(shown.attributes ?? {}, Object.fromEntries(attributes))
    await call('w12', 'POST', '/:id/test', { params: { id: subscription } })
  }
  const [, tested] = await until('the test', () => at('/binary').length === 2 && at('/binary'))
  assert.equal(tested?.headers['ce-type'], 'subscription.test')
})

test('a retry has the same id and a new signature; the attempts are listed', async () => {
  const { id, secret } = await register('w2', '/retry')
  answer = () => (at('/retry').length === 1 ? 500 : 200)
  await append('w2', 'e1')
  await until('the second attempt', () => at('/retry').length === 2)
  const [first, second] = at('/retry')
  assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id'])
  assert.notEqual(first?.headers['webhook-timestamp'], second?.headers['webhook-timestamp'])
  new Webhook(secret).verify(second?.body ?? '', second?.headers as Record<string, string>)
  const delivered = await until('the end', async () => {
    const page = await call('w2', 'GET', '/:id/deliveries', { params: { id } })
    return page.items[0]?.status === 'delivered' && page.items
  })
  assert.deepEqual(
    delivered.map((each) => each.id),
    [first?.headers['webhook-id']],
  )
  const params = { id, deliveryId: delivered[0]?.id }
  const attempts = await call('w2', 'GET', '/:id/deliveries/:deliveryId/attempts', { params })
  assert.deepEqual(
    attempts.items.map((attempt) => attempt.status),
    [500, 200],
  )
  const foreign = { params: { ...params, id: 'another' } }
  await assert.rejects(call('w2', 'GET', '/:id/deliveries/:deliveryId/attempts', foreign), { status: 404 })
})

test('deliveries tell what type their event is of, while they wait and afterwards; a test event is in no log', async () => {
  const { id } = await register('w13', '/typed')
  answer = () => 500
  await append('w13', 'typed-1')
  const nameOf = (each: Answer['items'][number]) => `${each.eventType} ${each.eventSubject}`
  const told = async (status: string) =>
    (await call('w13', 'GET', '/:id/deliveries', { params: { id }, query: { status } })).items.map(nameOf).sort()
  await until('the first attempt', () => at('/typed').length > 0)
  assert.deepEqual(await told('pending'), ['encounter.closed enc-1'])
  answer = () => 200
  await call('w13', 'POST', '/:id/test', { params: { id } })
  await until('both', async () => (await told('delivered')).length === 2)
  assert.deepEqual(await told('delivered'), ['encounter.closed enc-1', 'null null'])
})

test('a large event goes out byte for byte, in every form, at the first attempt and at a retry', async () => {
  const of = Object.fromEntries(
    await Promise.all(
      (['as-received', 'cloudevents', 'cloudevents-batch', 'cloudevents-binary'] as const).map(async (format) => [
        format,
        (await register('large', `/${format}`, { format })).id,
      ]),
    ),
  ) as Record<string, string>
  answer = ({ path }) => (at(path).length === 1 ? 500 : 200)
  const event = flatEvent({ id: 'e1', tenant: 'large', subtype: 'closed' })
  const raw = `${event.raw.slice(0, -1)},"text":"${'ñ'.repeat(400_000)}"}`
  await program.log.append({ ...event, raw, data: JSON.parse(raw) })
  await until('both attempts of all', () => received.length === 8)
  for (const [format, id] of Object.entries(of)) {
    const [first, second] = at(`/${format}`)
    assert.equal(first?.body, second?.body, format)
    const params = { id, deliveryId: first?.headers['webhook-id'] }
    const { body } = (await call('large', 'GET', '/:id/deliveries/:deliveryId/payload', { params })) as unknown as {
      body: string
    }
    const { traceparent: _sent, ...sent } = JSON.parse(first?.body ?? '')
    const { traceparent: _shown, ...shown } = JSON.parse(body)
    assert.deepEqual(sent, shown, format)
  }
  assert.equal(at('/as-received')[0]?.body, raw)
})

test('during a rotation the old and the new secret verify', async () => {
  const { id, secret } = await register('w3', '/rotated')
  const { secret: fresh } = await call('w3', 'POST', '/:id/rotate-secret', { params: { id } })
  await append('w3', 'e1')
  const [request] = await until('the webhook', () => at('/rotated').length === 1 && at('/rotated'))
  for (const key of [secret, fresh])
    new Webhook(key).verify(request?.body ?? '', request?.headers as Record<string, string>)
})

const verifies = (key: string, { headers, body }: Received): boolean => {
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map(
    (name) => headers[`webhook-${name}`] as string,
  )
  const nowS = Math.floor(program.runtime.clock.wall() / 1000)
  return verifyStandardWebhook([signingKey(key)], { id, timestamp, signature }, body, nowS) === null
}

test('ed25519: the public key is shown and verifies; a rotation keeps the old one for a while, whatever its kind', async () => {
  const made = (await register('w8', '/ed', { signature: 'v1a' })) as Answer & { publicKeys: { publicKey: string }[] }
  assert.equal(made.secret, undefined)
  const [first] = made.publicKeys
  assert.match(first?.publicKey ?? '', /^whpk_/)
  const asked = { params: { id: made.id } }
  const rotate = async (body: object) =>
    (await call('w8', 'POST', '/:id/rotate-secret', { ...asked, body })) as Answer & { publicKey?: string }
  const second = await rotate({})
  assert.equal(second.secret, undefined)
  const third = await rotate({ signature: 'v1' })
  assert.match(third.secret, /^whsec_/)
  await append('w8', 'e1')
  const [request] = await until('the webhook', () => at('/ed').length === 1 && at('/ed'))
  assert.ok(request)
  const versions = String(request.headers['webhook-signature'])
    .split(' ')
    .map((one) => one.split(',')[0])
  assert.deepEqual(versions, ['v1', 'v1a', 'v1a'])
  for (const key of [first?.publicKey, second.publicKey, third.secret]) assert.ok(verifies(key ?? '', request), key)
  const shown = await call('w8', 'GET', '/:id', asked)
  assert.doesNotMatch(JSON.stringify(shown), /whsk_|whsec_/)
  const keys = (shown as unknown as { publicKeys: { publicKey: string; validUntil?: string }[] }).publicKeys
  assert.deepEqual(keys.map(({ publicKey }) => publicKey).sort(), [first?.publicKey, second.publicKey].sort())
  for (const { validUntil } of keys) assert.ok(Date.parse(validUntil ?? '') > Date.now())
  const stored = await program.database.worker.query<{ text: string }>(
    `select coalesce(before::text, '') || coalesce(after::text, '') as text from audit where tenant = 'w8'`,
  )
  assert.ok(stored.length > 0)
  assert.doesNotMatch(JSON.stringify(stored), /whsk_|whsec_/)
})

test('a schedule of its own: no retry at all, or another one for what waits', async () => {
  const { id: once } = await register('w9', '/once', { retryDelays: [] })
  const { id: often } = await register('w9', '/often', { retryDelays: ['PT24H'] })
  answer = () => 500
  await append('w9', 'e1')
  const items = async (id: string) => (await call('w9', 'GET', '/:id/deliveries', { params: { id } })).items
  await until('the end of the only attempt', async () => (await items(once))[0]?.status === 'failed')
  assert.equal(at('/once').length, 1)
  const [waiting] = await until('the wish for another', async () => at('/often').length === 1 && items(often))
  assert.equal(waiting?.status, 'pending')
  const params = { id: often, deliveryId: waiting?.id }
  const attempts = await until('the attempt', async () => {
    const { items: found } = await call('w9', 'GET', '/:id/deliveries/:deliveryId/attempts', { params })
    return found.length === 1 && (found as unknown as { at: string; nextAttemptAt: string }[])
  })
  const hours = (Date.parse(attempts[0]?.nextAttemptAt ?? '') - Date.parse(attempts[0]?.at ?? '')) / 3_600_000
  assert.ok(hours >= 24 * 0.85 && hours <= 24 * 1.15, `${hours} h`)
})

test('a receiver that asks for time gets it: not called earlier, and with 429 nothing else goes out meanwhile', async () => {
  type Shown = {
    health: { state: string; nextAttemptAt: string; lastStatus: number; breaker: { state: string; until: string } }
  }
  const health = async (id: string) =>
    ((await call('w13', 'GET', '/:id', { params: { id } })) as unknown as Shown).health
  const inSeconds = (time: string) => (Date.parse(time) - program.runtime.clock.wall()) / 1_000
  const { id: busy } = await register('w13', '/busy')
  answer = () => 429
  answerHeaders = { 'retry-after': '1800' }
  await append('w13', 'b1')
  const paused = await until('the pause', async () => {
    const found = await health(busy)
    return found.breaker.state === 'open' && found
  })
  assert.equal(paused.lastStatus, 429)
  for (const time of [paused.nextAttemptAt, paused.breaker.until])
    assert.ok(Math.abs(inSeconds(time) - 1_800) < 60, time)
  await append('w13', 'b2')
  await program.log.settled()
  const { id: away } = await register('w13', '/away')
  answer = () => 503
  answerHeaders = { 'retry-after': new Date(Date.now() + 7_200_000).toUTCString() }
  await append('w13', 'b3')
  const waits = await until('its failure', async () => {
    const found = await health(away)
    return found.state === 'failing' && found
  })
  assert.ok(Math.abs(inSeconds(waits.nextAttemptAt) - 7_200) < 60)
  assert.equal(waits.breaker.state, 'closed')
  assert.equal(at('/busy').length, 1, 'nothing but the first')
})

test('what a healthy receiver gets costs its subscription nothing', async () => {
  const { id } = await register('w10', '/well')
  const state = () =>
    program.database.worker.query(
      `select s.xmin::text, c.version, (select count(*)::int from due where tenant = 'w10') as due
       from subscription s join subscription_change c using (tenant) where tenant = 'w10' and id = $1`,
      [id],
    )
  const before = await state()
  for (let i = 0; i < 20; i++) await append('w10', `e${i}`)
  await until('all of them', () => at('/well').length === 20)
  await until('their marks', async () => {
    const page = await call('w10', 'GET', '/:id/deliveries', { params: { id } })
    return page.items.length === 20 && page.items.every(({ status }) => status === 'delivered')
  })
  assert.deepEqual(await state(), before)
})

test('what was sent is shown byte for byte, in the form it had then', async () => {
  const { id } = await register('w11', '/shown')
  await append('w11', 'e1')
  await until('the webhook', () => at('/shown').length === 1)
  await call('w11', 'PATCH', '/:id', { params: { id }, body: { format: 'cloudevents' } })
  await append('w11', 'e2')
  await until('the other one', () => at('/shown').length === 2)
  type Payload = { contentType: string; body: string; bytes: number; sha256: string; eventId: string }
  for (const { headers, body } of at('/shown')) {
    const params = { id, deliveryId: headers['webhook-id'] }
    const shown = await until('its mark', async () => {
      const found = await call('w11', 'GET', '/:id/deliveries/:deliveryId/payload', { params })
      return found as unknown as Payload
    })
    assert.equal(shown.body, body)
    assert.equal(shown.contentType, headers['content-type'])
    assert.equal(shown.bytes, Buffer.byteLength(body))
    assert.equal(shown.sha256, hash('sha256', body))
  }
  const { deliveryId } = await call('w11', 'POST', '/:id/test', { params: { id } })
  const test = await call('w11', 'GET', '/:id/deliveries/:deliveryId/payload', { params: { id, deliveryId } })
  assert.equal(JSON.parse((test as unknown as Payload).body).type, 'subscription.test')
  await assert.rejects(
    call('w11', 'GET', '/:id/deliveries/:deliveryId/payload', { params: { id, deliveryId: randomUUID() } }),
    {
      status: 404,
    },
  )
})

test('a receiver that answers 410 is disabled, told of in the log, and gets nothing more', async () => {
  const { id } = await register('w4', '/gone')
  await register('w4', '/operator', { routingKeyPattern: 'subscription.disabled' })
  answer = ({ path }) => (path === '/gone' ? 410 : 200)
  await append('w4', 'e1')
  const [told] = await until('the operator event', () => at('/operator').length === 1 && at('/operator'))
  const event = JSON.parse(told?.body ?? '')
  assert.equal(event.source, 'cauce')
  assert.equal(event.data.subscriptionId, id)
  assert.equal(await statusOf('w4', id), 'DISABLED')
  await append('w4', 'e2')
  await program.log.settled()
  assert.equal(at('/gone').length, 1)
  const page = await call('w4', 'GET', '/:id/deliveries', { params: { id } })
  assert.equal(page.items.length, 1)
})

test('what was missed is counted first, then sent under the id it would have had', async () => {
  const since = new Date(program.runtime.clock.now()).toISOString()
  const { id } = await register('w5', '/missed')
  await append('w5', 'before')
  await until('the first', () => at('/missed').length === 1)
  await until('its end', async () => {
    const page = await call('w5', 'GET', '/:id/deliveries', { params: { id } })
    return page.items[0]?.status === 'delivered'
  })
  await call('w5', 'PATCH', '/:id', { params: { id }, body: { status: 'DISABLED' } })
  for (const event of ['m1', 'm2', 'm3']) await append('w5', event)
  await program.log.settled()
  const count = await call('w5', 'POST', '/:id/replay', { params: { id }, body: { since, dryRun: true } })
  const { deliveries: missed, ...figures } = count
  assert.deepEqual(figures, { count: 3, complete: true, started: false, since })
  assert.deepEqual(
    missed.map((each) => each.eventId),
    ['m1', 'm2', 'm3'],
  )
  const exclude = [missed[1]?.deliveryId]
  await assert.rejects(call('w5', 'POST', '/:id/replay', { params: { id }, body: { since } }), { status: 409 })
  await call('w5', 'PATCH', '/:id', { params: { id }, body: { status: 'ACTIVE' } })
  await call('w5', 'POST', '/:id/replay', { params: { id }, body: { since, exclude } })
  await until('two of them', () => at('/missed').length === 3)
  const ids = at('/missed')
    .slice(1)
    .map((request) => request.headers['webhook-id'])
  assert.deepEqual(ids.sort(), [missed[0]?.deliveryId, missed[2]?.deliveryId].sort())
  await until('nothing but the excluded one is missing', async () => {
    const rest = await call('w5', 'POST', '/:id/replay', { params: { id }, body: { since, dryRun: true } })
    return rest.count === 1 && rest.deliveries[0]?.deliveryId === exclude[0]
  })
})

test('one delivery is sent again under its id; one of another subscription is not found', async () => {
  const { id } = await register('w6', '/again')
  const { id: other } = await register('w6', '/other')
  await append('w6', 'e1')
  const done = await until('the end', async () => {
    const page = await call('w6', 'GET', '/:id/deliveries', { params: { id } })
    return page.items[0]?.status === 'delivered' && page.items[0]
  })
  const body = { deliveryId: done.id }
  await assert.rejects(call('w6', 'POST', '/:id/replay', { params: { id: other }, body }), { status: 404 })
  const counted = await call('w6', 'POST', '/:id/replay', { params: { id }, body: { ...body, dryRun: true } })
  assert.deepEqual(counted, { count: 1, complete: true, started: false })
  await call('w6', 'POST', '/:id/replay', { params: { id }, body })
  await until('the second', () => at('/again').length === 2)
  assert.equal(at('/again')[0]?.headers['webhook-id'], at('/again')[1]?.headers['webhook-id'])
  for (const bad of [
    {},
    { ...body, since: '2026-01-01T00:00:00Z' },
    { ...body, until: '2026-01-01T00:00:00Z' },
    { ...body, exclude: [done.id] },
    { filter: { status: 'delivered' }, until: '2026-01-01T00:00:00Z' },
    { filter: { status: 'delivered', since: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
  ]) {
    await assert.rejects(call('w6', 'POST', '/:id/replay', { params: { id }, body: bad }), { status: 400 })
  }
})

test('a test event is signed and reaches its receiver', async () => {
  const { id, secret } = await register('w7', '/test')
  const { deliveryId } = await call('w7', 'POST', '/:id/test', { params: { id } })
  const [request] = await until('the test', () => at('/test').length === 1 && at('/test'))
  assert.equal(request?.headers['webhook-id'], deliveryId)
  new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>)
  assert.equal(JSON.parse(request?.body ?? '').type, 'subscription.test')
})

test('a replay by filter shows first what it would send, keeps a pace, and looks no further back than is kept', async () => {
  const { id } = await register('w12', '/paced', { retryDelays: [] })
  answer = () => 500
  for (const event of ['p1', 'p2', 'p3', 'p4']) await append('w12', event)
  const filter = { status: 'failed' }
  const ask = (more: object) => call('w12', 'POST', '/:id/replay', { params: { id }, body: { filter, ...more } })
  const counted = await until('the dead letters', async () => {
    const found = await ask({ dryRun: true })
    return found.count === 4 && found
  })
  const shown = counted.deliveries.map(({ eventId, type, subject }) => `${eventId} ${type} ${subject}`)
  const expected = ['p1', 'p2', 'p3', 'p4'].map((event) => `${event} encounter.closed enc-1`)
  assert.deepEqual(shown.sort(), expected)
  answer = () => 200
  const exclude = [counted.deliveries[0]?.deliveryId]
  await ask({ exclude, perSecond: 4 })
  const rows = await program.database.worker.query<{ gap: number }>(
    `select extract(epoch from due_at - lag(due_at) over (order by due_at))::float8 as gap from delivery
     where target = $1 order by due_at`,
    [`subscription:${id}`],
  )
  for (const { gap } of rows.slice(1)) assert.equal(gap, 0.25)
  await until('three of them', () => at('/paced').length === 7)
  const rest = await until('their marks', async () => {
    const found = await ask({ dryRun: true })
    return found.count === 1 && found
  })
  assert.equal(rest.deliveries[0]?.deliveryId, exclude[0])
  // What was delivered before could not be told from what was missed.
  const asked = { params: { id }, body: { since: '2020-01-01T00:00:00Z', dryRun: true } }
  const { since } = (await call('w12', 'POST', '/:id/replay', asked)) as Answer & { since: string }
  assert.ok(Math.abs(program.runtime.clock.now() - Date.parse(since) - 30 * 86_400_000) < 60_000)
})
