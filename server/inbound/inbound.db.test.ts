import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { access } from '#access/index.ts'
import { inbound } from '#inbound/index.ts'
import { secrets } from '#secrets/index.ts'
import { testProgram, testServer } from '../testing.ts'

const PATH = '/api/v1/inbound-endpoints'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance

before(async () => {
  program = await testProgram([access, secrets, inbound])
  await program.start()
  app = await testServer(program)
})

after(async () => {
  await app?.close()
  await program?.close()
})

type Body = { [name: string]: unknown }

async function call(tenant: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: unknown) {
  const answer = await app.inject({
    method,
    url: PATH + path,
    headers: { authorization: `Bearer ${tenant}` },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  assert.ok(answer.statusCode < 500, answer.body)
  return { status: answer.statusCode, body: (answer.body === '' ? {} : answer.json()) as Body, text: answer.body }
}

type Made = { id: string; url: string; secret: string }

async function make(tenant: string, definition: object): Promise<Made> {
  const { status, body, text } = await call(tenant, 'POST', '', { name: 'Shop', ...definition })
  assert.equal(status, 201, text)
  return body as Made
}

/** What a sender does, and what it is answered. */
async function send({ url }: { url: string }, payload: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await app.inject({
    method: 'POST',
    url: new URL(url).pathname,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  })
  return { status: answer.statusCode, body: answer.json() as Body, text: answer.body }
}

const standard = (secret: string, id: string, payload: string, at = program.runtime.clock.wall()) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': new Webhook(secret).sign(id, new Date(at), payload),
})
const mac = (secret: string, payload: string | Buffer) => ({
  'x-signature': `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`,
})
const HMAC = { kind: 'hmac', header: 'X-Signature', prefix: 'sha256=' }

async function receipts(tenant: string, id: string, query = '') {
  const { status, body, text } = await call(tenant, 'GET', `/${id}/receipts${query}`)
  assert.equal(status, 200, text)
  return body.items as Body[]
}

const logged = (tenant: string) =>
  program.database.worker.query<{
    id: string
    type: string
    subject: string
    raw: string
    encounter_id: string | null
  }>('select id, type, subject, raw, encounter_id from event_log where tenant = $1 order by position', [tenant])

test('Standard Webhooks: one event for a message, whatever its sender repeats', async () => {
  const endpoint = await make('sw', { verification: { kind: 'standard-webhooks' }, event: { type: 'order.paid' } })
  assert.match(endpoint.secret, /^whsec_/)
  const payload = '{"n": 12345678901234567890,"text":"¡Hola María! ✨"}'
  const first = await send(endpoint, payload, standard(endpoint.secret, 'msg_1', payload))
  assert.deepEqual([first.status, first.body], [202, { received: true, eventId: 'msg_1' }])
  const again = await send(
    endpoint,
    payload,
    standard(endpoint.secret, 'msg_1', payload, program.runtime.clock.wall() - 9_000),
  )
  assert.deepEqual([again.status, again.body], [202, { received: true, duplicate: true, eventId: 'msg_1' }])
  const stale = await send(
    endpoint,
    payload,
    standard(endpoint.secret, 'msg_2', payload, program.runtime.clock.wall() - 302_000),
  )
  assert.equal(stale.status, 401)
  const { 'webhook-id': _, ...nameless } = standard(endpoint.secret, 'msg_1', payload)
  assert.equal((await send(endpoint, payload, nameless)).status, 400)
  assert.equal((await send(endpoint, `${payload} `, standard(endpoint.secret, 'msg_3', payload))).status, 401)
  const [event, ...others] = await logged('sw')
  assert.deepEqual([event?.id, event?.type, others.length], ['msg_1', 'order.paid', 0])
  assert.ok(event?.raw.includes(`"data":${payload}`))
  const kept = await receipts('sw', endpoint.id)
  assert.deepEqual(kept[0]?.says, {
    en: 'no valid secret gives this signature',
    es: 'ningún secreto vigente da esta firma',
  })
  assert.deepEqual(
    kept.map(({ status, code, times }) => [status, code, times]),
    [
      ['refused', 'bad-signature', 1],
      ['refused', 'missing-header', 1],
      ['refused', 'bad-timestamp', 1],
      ['taken', undefined, 2],
    ],
  )
})

test('fifty at once of one message make one event', async () => {
  const endpoint = await make('many', { verification: HMAC, event: { type: 'a.b' } })
  const payload = '{"id":1}'
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => send(endpoint, payload, mac(endpoint.secret, payload))),
  )
  assert.ok(answers.every(({ status }) => status === 202))
  assert.equal(new Set(answers.map(({ body }) => body.eventId)).size, 1)
  assert.equal((await logged('many')).length, 1)
  assert.equal((await receipts('many', endpoint.id)).length, 1)
})

test('a replay makes no event, with its name left out or another one', async () => {
  const endpoint = await make('replay', { verification: { ...HMAC, idHeader: 'X-Id' }, event: { type: 'a.b' } })
  const payload = '{"amount":10}'
  const signed = mac(endpoint.secret, payload)
  assert.equal((await send(endpoint, payload, { ...signed, 'x-id': 'one' })).body.duplicate, undefined)
  for (const headers of [signed, { ...signed, 'x-id': 'two' }, { ...signed, 'x-id': 'one' }]) {
    assert.equal((await send(endpoint, payload, headers)).body.duplicate, true)
  }
  // The same name over another content is the sender's own second try.
  const other = '{"amount":11}'
  assert.equal((await send(endpoint, other, { ...mac(endpoint.secret, other), 'x-id': 'one' })).body.duplicate, true)
  assert.equal((await logged('replay')).length, 1)
  // Also when what was received is no longer kept.
  await program.database.worker.query(`delete from inbound_receipt where tenant = 'replay'`)
  assert.equal((await send(endpoint, payload, signed)).body.duplicate, true)
  assert.equal((await logged('replay')).length, 1)
})

test('what a node that died left half done is finished by the next try of the sender', async () => {
  const endpoint = await make('half', { verification: HMAC, event: { type: 'a.b' } })
  await send(endpoint, '{"n":1}', mac(endpoint.secret, '{"n":1}'))
  // Kept and appended, and not marked.
  await program.database.worker.query(
    `update inbound_receipt set status = 'received', event_id = null, revision = null where tenant = 'half'`,
  )
  const again = await send(endpoint, '{"n":1}', mac(endpoint.secret, '{"n":1}'))
  assert.deepEqual([again.status, again.body.duplicate], [202, true])
  // Kept, and not appended.
  const other = await make('half', { verification: HMAC, event: { type: 'c.d' } })
  await program.database.worker.query(
    `update inbound_receipt set status = 'received', endpoint = $1, event_id = null, revision = null where tenant = 'half'`,
    [other.id],
  )
  const [receipt] = await receipts('half', other.id)
  assert.equal(receipt?.status, 'received')
  assert.equal((await call('half', 'POST', `/${other.id}/receipts/${receipt?.id}/refeed`)).body.duplicate, false)
  assert.deepEqual(
    (await logged('half')).map(({ type }) => type),
    ['a.b', 'c.d'],
  )
})

test('a token is never kept; a secret path is shown once', async () => {
  const token = await make('tok', {
    verification: { kind: 'token', header: 'X-Api-Key' },
    event: { typeFrom: '"shop." + body.kind', subject: 'body.customer' },
    headers: ['X-Topic'],
    secret: 'the-key-of-the-sender',
  })
  assert.equal(token.secret, undefined, 'who gave it knows it')
  const headers = { 'x-api-key': 'the-key-of-the-sender', 'x-topic': 'orders', cookie: 'a=b' }
  const taken = await send(token, '{"kind":"paid","customer":"c1"}', headers)
  assert.equal(taken.status, 202, taken.text)
  assert.equal((await send(token, '{}', { 'x-api-key': 'the-key-of-somebody' })).status, 401)
  const [, receipt] = await receipts('tok', token.id)
  assert.deepEqual(Object.keys(receipt?.headers as object).sort(), ['content-type', 'user-agent', 'x-topic'])
  const rows = await program.database.worker.query(
    `select (select jsonb_agg(r) from inbound_receipt r where tenant = 'tok')::text
      || (select jsonb_agg(s) from inbound_secret s where tenant = 'tok')::text
      || (select jsonb_agg(a) from audit a where tenant = 'tok')::text as everything`,
  )
  assert.ok(!String(rows[0]?.everything).includes('the-key-of'))

  const path = await make('tok', { verification: { kind: 'secret-path' }, event: { type: 'a.b' } })
  assert.equal((await send(path, '{}')).status, 202)
  assert.equal((await call('tok', 'GET', `/${path.id}`)).body.url, undefined)
  const rotated = await call('tok', 'POST', `/${path.id}/rotate-secret`, {})
  assert.equal((await send(path, '{}')).status, 404, 'the old address has ended')
  assert.equal((await send(rotated.body as { url: string }, '{}')).status, 202)
})

test('while secrets overlap both are taken; a secret that ended is not', async () => {
  const endpoint = await make('rot', { verification: HMAC, event: { type: 'a.b' } })
  const { body } = await call('rot', 'POST', `/${endpoint.id}/rotate-secret`, { overlapHours: 1 })
  const fresh = String(body.secret)
  assert.equal((await send(endpoint, '1', mac(endpoint.secret, '1'))).status, 202)
  assert.equal((await send(endpoint, '2', mac(fresh, '2'))).status, 202)
  await call('rot', 'POST', `/${endpoint.id}/rotate-secret`, { secret: 'given-by-the-sender', overlapHours: 0 })
  assert.equal((await send(endpoint, '3', mac(fresh, '3'))).status, 401)
  assert.equal((await send(endpoint, '4', mac('given-by-the-sender', '4'))).status, 202)
})

test('what a mapping cannot read is kept, and fed in again once it can', async () => {
  const endpoint = await make('map', { verification: HMAC, event: { typeFrom: 'body.kind' } })
  const payload = '{"type":"paid"}'
  const sent = await send(endpoint, payload, mac(endpoint.secret, payload))
  assert.equal(sent.status, 422)
  assert.ok(!sent.text.includes('kind'), 'a stranger is not told how it is read')
  const [receipt] = await receipts('map', endpoint.id)
  assert.deepEqual([receipt?.status, receipt?.verified, receipt?.code], ['refused', true, 'inbound/mapping'])
  assert.match(String(receipt?.reason), /gives no type/)
  const one = `/${endpoint.id}/receipts/${receipt?.id}`
  assert.equal((await call('map', 'GET', one)).body.body, payload)
  assert.equal((await call('map', 'POST', `${one}/refeed`)).status, 422)
  const changed = { name: 'Shop', verification: HMAC, event: { typeFrom: '"shop." + body.type' } }
  assert.equal((await call('map', 'PUT', `/${endpoint.id}`, changed)).status, 200)
  const fed = await call('map', 'POST', `${one}/refeed`)
  assert.equal(fed.status, 202, fed.text)
  assert.deepEqual(
    (await logged('map')).map(({ type }) => type),
    ['shop.paid'],
  )
  // The sender's own next try finds it done.
  assert.equal((await send(endpoint, payload, mac(endpoint.secret, payload))).body.duplicate, true)
  assert.equal((await call('map', 'POST', `${one}/refeed`)).body.duplicate, true)
  // Under another mapping what was an event already becomes one more, once.
  const event = { type: 'shop.order_paid' }
  await call('map', 'PUT', `/${endpoint.id}`, { ...changed, event })
  assert.equal((await call('map', 'POST', `${one}/refeed`)).body.duplicate, false)
  assert.equal((await call('map', 'POST', `${one}/refeed`)).body.duplicate, true)
  assert.deepEqual(
    (await logged('map')).map(({ type }) => type),
    ['shop.paid', 'shop.order_paid'],
  )
})

test('a mapping that is given again with its members in another order has not changed', async () => {
  const endpoint = await make('turned', { verification: HMAC, event: { type: 'a.b', subject: 'body.who' } })
  const payload = '{"who":"c1"}'
  await send(endpoint, payload, mac(endpoint.secret, payload))
  const [receipt] = await receipts('turned', endpoint.id)
  for (const event of [
    { subject: 'body.who', type: 'a.b' },
    { type: 'a.b', subject: 'body.who' },
  ]) {
    const put = await call('turned', 'PUT', `/${endpoint.id}`, { name: 'Shop', verification: HMAC, event })
    assert.equal(put.status, 200)
    const fed = await call('turned', 'POST', `/${endpoint.id}/receipts/${receipt?.id}/refeed`)
    assert.equal(fed.body.duplicate, true)
  }
  assert.equal((await logged('turned')).length, 1)
})

test('a definition is not written over by who did not see the change of another', async () => {
  const { id } = await make('two', { verification: HMAC, event: { type: 'b.c', data: '{"z": body.z, "a": body.a}' } })
  const url = `${PATH}/${id}`
  const authorization = 'Bearer two'
  const tag = String((await app.inject({ url, headers: { authorization } })).headers.etag)
  const put = (name: string, ifMatch: string) =>
    app.inject({
      method: 'PUT',
      url,
      headers: { authorization, 'if-match': ifMatch },
      payload: { name, verification: HMAC, event: { type: 'b.c' } },
    })
  const changed = await put('Ana', tag)
  assert.equal(changed.statusCode, 200)
  const refused = await put('Bea', tag)
  assert.deepEqual([refused.statusCode, refused.json().code], [409, 'stale'])
  const kept = await app.inject({ url, headers: { authorization } })
  assert.deepEqual([kept.json().name, kept.headers.etag], ['Ana', changed.headers.etag])
})

test('what a wrong secret refused is proven again once the secret is right', async () => {
  const endpoint = await make('sec', { verification: { kind: 'standard-webhooks' }, event: { type: 'a.b' } })
  const theirs = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  assert.equal((await send(endpoint, '{}', standard(theirs, 'm1', '{}'))).status, 401)
  const [receipt] = await receipts('sec', endpoint.id)
  const refeed = `/${endpoint.id}/receipts/${receipt?.id}/refeed`
  assert.equal((await call('sec', 'POST', refeed)).status, 422)
  await call('sec', 'POST', `/${endpoint.id}/rotate-secret`, { secret: theirs })
  const { status, body } = await call('sec', 'POST', refeed)
  assert.deepEqual([status, body.events], [202, [{ eventId: 'm1', routingKey: 'a.b' }]])
  assert.equal((await send(endpoint, '{}', standard(theirs, 'm1', '{}'))).body.duplicate, true)
})

test('by filter: counted first, some left out, then fed in', async () => {
  const endpoint = await make('bulk', { verification: HMAC, event: { typeFrom: 'body.kind' } })
  for (let i = 0; i < 45; i++) {
    const payload = `{"i":${i}}`
    assert.equal((await send(endpoint, payload, mac(endpoint.secret, payload))).status, 422)
  }
  const filter = { status: 'refused', code: 'inbound/mapping' }
  const counted = await call('bulk', 'POST', `/${endpoint.id}/refeed`, { ...filter, dryRun: true })
  assert.deepEqual([counted.body.count, counted.body.complete, counted.body.started], [45, true, false])
  const exclude = (counted.body.receipts as Body[]).slice(0, 2).map(({ id }) => id)
  await call('bulk', 'PUT', `/${endpoint.id}`, { name: 'Shop', verification: HMAC, event: { type: 'b.c' } })
  const begun = await call('bulk', 'POST', `/${endpoint.id}/refeed`, { ...filter, exclude })
  assert.deepEqual([begun.status, begun.body.count, begun.body.started], [202, 43, true])
  const deadline = performance.now() + 30_000
  while ((await logged('bulk')).length < 43) {
    assert.ok(performance.now() < deadline, 'all are fed in')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const left = await receipts('bulk', endpoint.id, '?status=refused')
  assert.deepEqual(left.map(({ id }) => id).sort(), exclude.sort())
})

test('without a mapping the message is an event, and its sender is told what is wrong with it', async () => {
  const endpoint = await make('ce', { verification: HMAC })
  const event = '{"specversion":"1.0","id":"e1","source":"/shop","type":"shop.paid","data":{"x":1.50}}'
  const type = { 'content-type': 'application/cloudevents+json' }
  assert.equal((await send(endpoint, event, { ...mac(endpoint.secret, event), ...type })).body.eventId, 'e1')
  const binary = { 'ce-specversion': '1.0', 'ce-id': 'e2', 'ce-source': '/shop', 'ce-type': 'shop.paid' }
  assert.equal((await send(endpoint, '{"x":2}', { ...mac(endpoint.secret, '{"x":2}'), ...binary })).body.eventId, 'e2')
  assert.deepEqual((await logged('ce')).map(({ raw }) => raw)[0], event)
  const bad = await send(endpoint, '{"x":3}', mac(endpoint.secret, '{"x":3}'))
  assert.equal(bad.status, 400)
  assert.ok((bad.body.errors as Body[]).length > 0)
})

test('bytes that are no text are kept as they came', async () => {
  const endpoint = await make('raw', { verification: HMAC, event: { type: 'a.b' } })
  const bytes = Buffer.from([0, 1, 255, 254, 13, 10])
  const type = { 'content-type': 'application/octet-stream' }
  assert.equal((await send(endpoint, bytes, { ...mac(endpoint.secret, bytes), ...type })).status, 202)
  const [receipt] = await receipts('raw', endpoint.id)
  const whole = await call('raw', 'GET', `/${endpoint.id}/receipts/${receipt?.id}`)
  assert.equal(whole.body.bodyBase64, bytes.toString('base64'))
})

test('an address that never was, one switched off and one of a strange network tell little', async () => {
  const endpoint = await make('off', { verification: HMAC, event: { type: 'a.b' } })
  const unknown = await send({ url: `http://x/in/${'a'.repeat(43)}` }, '{}')
  await call('off', 'PUT', `/${endpoint.id}`, {
    name: 'Shop',
    enabled: false,
    verification: HMAC,
    event: { type: 'a.b' },
  })
  const disabled = await send(endpoint, '{}', mac(endpoint.secret, '{}'))
  const same = ({ status, body: { traceId: _, instance: __, ...body } }: typeof unknown) => [status, body]
  assert.equal(unknown.status, 404)
  assert.deepEqual(same(disabled), same(unknown))
  const walled = await make('off', { verification: HMAC, event: { type: 'a.b' }, networks: ['192.0.2.0/24'] })
  assert.equal((await send(walled, '{}', mac(walled.secret, '{}'))).status, 403)
  await call('off', 'PUT', `/${walled.id}`, {
    name: 'Shop',
    verification: HMAC,
    event: { type: 'a.b' },
    networks: ['127.0.0.1'],
  })
  assert.equal((await send(walled, '{}', mac(walled.secret, '{}'))).status, 202)
})

test('who proves nothing fills no disk', async () => {
  const endpoint = await make('flood', { verification: HMAC, event: { type: 'a.b' } })
  const large = Buffer.alloc(100_000, 'x')
  assert.equal((await send(endpoint, large, { 'x-signature': 'sha256=00' })).status, 401)
  const [receipt] = await receipts('flood', endpoint.id)
  const whole = await call('flood', 'GET', `/${endpoint.id}/receipts/${receipt?.id}`)
  assert.deepEqual([whole.body.complete, whole.body.size, whole.body.body], [false, 100_000, undefined])
  assert.equal((await call('flood', 'POST', `/${endpoint.id}/receipts/${receipt?.id}/refeed`)).status, 409)
  await Promise.all(Array.from({ length: 100 }, () => send(endpoint, '{}', { 'x-signature': 'sha256=00' })))
  const kept = await receipts('flood', endpoint.id, '?limit=200')
  assert.ok(kept.length < 60, `${kept.length} were kept`)
})

test('strangers of one endpoint are trimmed whatever comes to others', async () => {
  const endpoint = await make('trim', { verification: HMAC, event: { type: 'a.b' } })
  await program.database.worker.query(
    `insert into inbound_receipt (tenant, endpoint, id, received_at, verified, status, headers, proof, body_bytes, last_at)
     select 'trim', $1, gen_random_uuid(), now() - n * interval '1 second', false, 'refused', '{}', '{}', 0, now()
     from generate_series(1, 300) n`,
    [endpoint.id],
  )
  assert.equal((await send(endpoint, '{}', { 'x-signature': 'sha256=00' })).status, 401)
  const [kept] = await program.database.worker.query<{ n: number }>(
    `select count(*)::int as n from inbound_receipt where tenant = 'trim'`,
  )
  assert.equal(kept?.n, 200)
})

test('what is too old goes, however much it is and whatever comes meanwhile', async () => {
  const endpoint = await make('old', { verification: HMAC, event: { type: 'a.b' } })
  await program.database.worker.query(
    `insert into inbound_receipt (tenant, endpoint, id, received_at, verified, status, headers, proof, body_bytes, last_at)
     select 'old', $1, gen_random_uuid(), now() - interval '31 days', true, 'taken', '{}', '{}', 0, now()
     from generate_series(1, 1200)`,
    [endpoint.id],
  )
  const kind = program.parts.flatMap(({ dueKinds = [] }) => dueKinds).find(({ kind }) => kind === 'inbound.retention')
  const now = program.runtime.clock.wall()
  const row = { kind: 'inbound.retention', tenant: 'old', key: endpoint.id }
  await program.database.transaction(async (tx) => {
    await kind?.handle([{ ...row, dueAt: now, payload: null, attempts: 0 }], tx, now)
    // The first message of the next hour.
    tx.schedule([{ ...row, dueAt: now + 3_600_000 }])
  })
  const deadline = performance.now() + 10_000
  const left = () => program.database.worker.query(`select 1 from inbound_receipt where tenant = 'old'`)
  while ((await left()).length > 0) {
    assert.ok(performance.now() < deadline, 'nothing is left')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

test('another tenant sees and changes nothing', async () => {
  const endpoint = await make('mine', { verification: HMAC, event: { type: 'a.b' } })
  await send(endpoint, '{}', mac(endpoint.secret, '{}'))
  const [receipt] = await receipts('mine', endpoint.id)
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/receipts'],
    ['GET', `/receipts/${receipt?.id}`],
    ['POST', `/receipts/${receipt?.id}/refeed`],
    ['DELETE', ''],
  ] as const) {
    assert.equal((await call('theirs', method, `/${endpoint.id}${path}`)).status, 404, `${method} ${path}`)
  }
  assert.deepEqual((await call('theirs', 'GET', '')).body.items, [])
})

test('a definition with faults is refused, field by field', async () => {
  const paths = async (definition: object) => {
    const { status, body } = await call('bad', 'POST', '', definition)
    assert.equal(status, 400)
    return (body.errors as { path: string }[]).map(({ path }) => path)
  }
  assert.deepEqual(await paths({}), ['/name', '/verification'])
  assert.deepEqual(await paths({ name: 'n', verification: { kind: 'guess' } }), ['/verification'])
  assert.deepEqual(await paths({ name: 'n', verification: { ...HMAC, content: 'x' } }), ['/verification/content'])
  assert.deepEqual(await paths({ name: 'n', verification: HMAC, event: { subject: 'body.' } }), [
    '/event/type',
    '/event/subject',
  ])
  assert.deepEqual(await paths({ name: 'n', verification: HMAC, headers: ['Authorization'] }), ['/headers/0'])
  assert.deepEqual(await paths({ name: 'n', verification: HMAC, networks: ['here'] }), ['/networks/0'])
  assert.deepEqual(await paths({ name: 'n', verification: { kind: 'secret-path' }, secret: 'something' }), ['/secret'])
  assert.deepEqual(await paths({ name: 'n', verification: { kind: 'standard-webhooks' }, secret: 'whsk_AAAA' }), [
    '/secret',
  ])
})

test('an endpoint that is removed takes what it received with it; its events stay', async () => {
  const endpoint = await make('gone', { verification: HMAC, event: { type: 'a.b' } })
  await send(endpoint, '{}', mac(endpoint.secret, '{}'))
  assert.equal((await call('gone', 'DELETE', `/${endpoint.id}`)).status, 204)
  assert.equal((await send(endpoint, '{}', mac(endpoint.secret, '{}'))).status, 404)
  const deadline = performance.now() + 10_000
  const left = () => program.database.worker.query(`select 1 from inbound_receipt where tenant = 'gone'`)
  while ((await left()).length > 0) {
    assert.ok(performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal((await logged('gone')).length, 1)
})
