import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'
import { secrets } from '#secrets/index.ts'

/* A secret is put in when a request leaves, and is nowhere else. */

let flows: FlowsHarness
/** What arrived, and what is answered: by default all that came, as careless services do. */
const got: { url: string; headers: IncomingMessage['headers']; body: string }[] = []
let answer: (() => { status: number; headers?: { [name: string]: string } }) | null = null
const echo = createServer((request, response) => {
  let body = ''
  request.on('data', (part) => {
    body += part
  })
  request.on('end', () => {
    got.push({ url: request.url ?? '', headers: request.headers, body })
    const { status, headers } = answer?.() ?? { status: 200 }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ headers: request.headers, body, raw: Object.values(request.headers).join(' ') }))
  })
})
let url = ''

before(async () => {
  flows = await openFlows([secrets])
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`
})
after(async () => {
  await flows?.close()
  echo.close()
})

const VALUE = 'kümmel-"7f3a9c"-value'
const KEY = 'Zm9vYmFyLXRva2VuLXRoYXQtbm9ib2R5LXNlZXM'

const calling = (data: object = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      [
        'call',
        'http',
        {
          url: `${url}/of/{{ event.subject }}`,
          secret: ['crm', 'key'],
          headers: { Authorization: 'Bearer {{ secrets.key }}' },
          body: { pass: '{{ secrets.crm }}', who: '{{ event.data.who }}' },
          save: 'answer',
          retry: { attempts: 1 },
          ...data,
        },
      ],
      ['end', 'end', { outcome: 'called' }],
    ],
    ['start call', 'call.ok end'],
  )

async function withSecrets(tenant: string): Promise<void> {
  await flows.ok(tenant, 'PUT', '/api/v1/secrets/crm', { value: VALUE })
  await flows.ok(tenant, 'PUT', '/api/v1/secrets/key', { value: KEY })
}

/** Everything that the database holds of these texts: tables and how many rows. */
async function kept(...texts: string[]): Promise<string[]> {
  const { worker } = flows.program.database
  const tables = await worker.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
       and has_table_privilege(current_user, quote_ident(table_name), 'select')`,
  )
  assert.ok(tables.length > 20)
  const found: string[] = []
  for (const { name } of tables) {
    const [row] = await worker.query<{ n: number }>(
      `select count(*)::int as n from "${name}" t where exists (select 1 from unnest($1::text[]) wanted where position(wanted in t::text) > 0)`,
      [texts],
    )
    if ((row?.n ?? 0) > 0) found.push(`${name}: ${row?.n}`)
  }
  return found
}

test('a request leaves with its secrets, and nothing that is kept or shown has them', async () => {
  const tenant = 'sealed'
  await withSecrets(tenant)
  const flow = await flows.published(tenant, 'S', calling())
  const eventId = await flows.tell(tenant, 'go', 'a', { who: '{{ secrets.crm }} [{"secret":"crm"}]' })
  await flows.comesTo(tenant, flow, 'completed')
  const sent = got.at(-1)
  assert.equal(sent?.headers.authorization, `Bearer ${KEY}`)
  assert.deepEqual(JSON.parse(sent?.body ?? ''), { pass: VALUE, who: '{{ secrets.crm }} [{"secret":"crm"}]' })
  // The receiver sent it all back; what the run keeps is clean.
  const run = await flows.runOf(tenant, flow)
  assert.equal(run.vars.answer.body.headers.authorization, 'Bearer [secret]')
  assert.equal(JSON.parse(run.vars.answer.body.body).pass, '[secret]')
  const { caused } = await flows.ok(tenant, 'GET', `/api/v1/events/${eventId}`)
  const delivery = await flows.ok(tenant, 'GET', `/api/v1/deliveries/${caused.deliveries[0].id}`)
  const shown = JSON.stringify([run, delivery, await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/versions/1`)])
  const escaped = JSON.stringify(VALUE).slice(1, -1)
  for (const text of [VALUE, escaped, KEY, JSON.stringify(escaped).slice(1, -1)]) {
    assert.ok(!shown.includes(text), `shown: ${text}`)
    assert.deepEqual(await kept(text), [], `kept: ${text}`)
  }
  assert.match(shown, /\{\{ secrets\.key \}\}/)
})

test('a simulation shows the names of secrets', async () => {
  const tenant = 'played'
  await withSecrets(tenant)
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'P' })
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, calling())
  const before = got.length
  const { effects } = await flows.ok(tenant, 'POST', `/api/v1/flows/${id}/simulate`, {
    event: { type: 'go', data: { who: 'x' } },
  })
  assert.deepEqual(effects[0].headers.authorization, 'Bearer {{ secrets.key }}')
  assert.equal(effects[0].body, '{"pass":"{{ secrets.crm }}","who":"x"}')
  assert.equal(got.length, before)
})

test('a new value holds from the next request, also for one that is tried again', async () => {
  const tenant = 'rotated'
  await withSecrets(tenant)
  const flow = await flows.published(tenant, 'R', calling({ retry: { attempts: 3 } }))
  let failures = 0
  answer = () => ({ status: ++failures === 1 ? 503 : 200 })
  await flows.tell(tenant, 'go', 'a', { who: 'x' })
  await flows.stands(tenant, flow, 'call')
  const first = async () => got.filter(({ url: at }) => at === '/of/a').at(-1)
  while ((await first()) === undefined || failures < 1) await new Promise((resolve) => setTimeout(resolve, 5))
  await flows.ok(tenant, 'PUT', '/api/v1/secrets/key', { value: 'another-key' })
  // The pause before the second attempt is wall time.
  for (let i = 0; i < 600 && failures < 2; i++) {
    flows.clock.advance(500)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await flows.comesTo(tenant, flow, 'completed')
  assert.equal(got.at(-1)?.headers.authorization, 'Bearer another-key')
  answer = null
})

test('one that is gone fails the call, naming it', async () => {
  const tenant = 'gone'
  await withSecrets(tenant)
  const flow = await flows.published(tenant, 'G', calling())
  assert.equal((await flows.call(tenant, 'DELETE', '/api/v1/secrets/crm')).status, 204)
  const before = got.length
  await flows.tell(tenant, 'go', 'a', { who: 'x' })
  const [run] = await flows.comesTo(tenant, flow, 'failed')
  const { failure } = await flows.ok(tenant, 'GET', `/api/v1/runs/${run.id}`)
  assert.partialDeepStrictEqual(failure, { nodeId: 'call', cause: 'there is no secret crm any more' })
  assert.equal(got.length, before)
})

test('a redirect to another place does not take a secret along', async () => {
  const tenant = 'redirected'
  await withSecrets(tenant)
  const elsewhere = flows.receiver.url
  const flow = await flows.published(tenant, 'R', calling({ method: 'POST' }))
  answer = () => ({ status: 307, headers: { location: `${elsewhere}/stolen` } })
  const before = flows.receiver.received.all.length
  await flows.tell(tenant, 'go', 'a', { who: 'x' })
  const [run] = await flows.comesTo(tenant, flow, 'failed')
  const { failure } = await flows.ok(tenant, 'GET', `/api/v1/runs/${run.id}`)
  assert.match(failure.cause, /the redirect leads to another place/)
  assert.equal(flows.receiver.received.all.length, before)
  answer = null
})

test('what a flow may not do with secrets is refused on publish', async () => {
  const tenant = 'faults'
  await withSecrets(tenant)
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'F' })
  const faults = async (drawn: object) => {
    await flows.ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn)
    const { status, body } = await flows.call(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
    return status === 200
      ? []
      : body.errors.map(({ path, message }: { [name: string]: string }) => `${path} ${message}`)
  }
  assert.deepEqual(await faults(calling()), [])
  assert.deepEqual(await faults(calling({ secret: ['crm', 'key', 'nope'] })), [
    '/nodes/call/data/secret/2 there is no secret "nope"',
  ])
  assert.deepEqual(await faults(calling({ secret: 'key' })), [
    "/nodes/call/data/body/pass uses secrets.crm, which the node's secret does not name",
  ])
  const [inUrl] = await faults(calling({ url: 'https://x.example/{{ secrets.key }}' }))
  assert.match(inUrl, /^\/nodes\/call\/data\/url there is no variable secrets\.key/)
  const says = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['say', 'message', { text: '{{ secrets.key }}' }],
    ],
    ['start say'],
  )
  assert.match((await faults(says))[0], /^\/nodes\/say\/data\/text there is no variable secrets\.key/)
})

test('names are listed, values never come out, and other tenants see nothing', async () => {
  const tenant = 'listed'
  await withSecrets(tenant)
  const list = await flows.ok(tenant, 'GET', '/api/v1/secrets')
  assert.deepEqual(
    list.items.map(({ name }: { name: string }) => name),
    ['crm', 'key'],
  )
  const one = await flows.ok(tenant, 'GET', '/api/v1/secrets/crm')
  assert.deepEqual(Object.keys(one), ['name', 'createdAt', 'updatedAt', 'updatedBy'])
  assert.deepEqual((await flows.ok('others', 'GET', '/api/v1/secrets')).items, [])
  for (const method of ['GET', 'DELETE'] as const) {
    assert.equal((await flows.call('others', method, '/api/v1/secrets/crm')).status, 404)
  }
  // The same name of another tenant is another secret.
  await flows.ok('others', 'PUT', '/api/v1/secrets/crm', { value: 'of-the-others' })
  const flow = await flows.published(tenant, 'L', calling())
  await flows.tell(tenant, 'go', 'mine', { who: 'x' })
  await flows.comesTo(tenant, flow, 'completed')
  assert.equal(JSON.parse(got.at(-1)?.body ?? '').pass, VALUE)
  for (const [name, body] of [
    ['1st', { value: 'long enough' }],
    ['a.b', { value: 'long enough' }],
    ['constructor', { value: 'long enough' }],
    ['x'.repeat(65), { value: 'long enough' }],
    ['ok', { value: 'abc' }],
    ['ok', { value: 'x'.repeat(8_193) }],
    ['ok', { value: `a-known-secret\u0000` }],
    ['ok', { value: ['a-known-secret'] }],
    ['ok', { value: 'long enough', more: 1 }],
    ['ok', {}],
  ] as const) {
    const { status, body: told } = await flows.call(tenant, 'PUT', `/api/v1/secrets/${name}`, body)
    assert.equal(status, 400, `${name} ${JSON.stringify(body).slice(0, 60)}`)
    assert.ok(!JSON.stringify(told).includes('a-known-secret'), 'a refusal does not repeat the value')
  }
})
