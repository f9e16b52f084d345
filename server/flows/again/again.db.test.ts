import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

/* Trying a failed run again, and going on from any run as another one. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const hook = () => `${flows.receiver.url}/hook`
const calling = (settings: object = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['note', 'set', { vars: { who: 'event.data.who' } }],
      [
        'call',
        'http',
        { method: 'POST', url: hook(), body: { who: '{{ vars.who }} {{ event.data.who }}' }, retry: { attempts: 1 } },
      ],
      ['reply', 'waitForEvent', { event: 'back', timeout: 'PT1H' }],
      ['end', 'end', { outcome: 'done' }],
    ],
    ['start note', 'note call', 'call.ok reply', 'reply end'],
    settings,
  )

test('a failed run goes on from its step, under the same key; what came meanwhile is not lost', async () => {
  const tenant = 'retry'
  const flow = await flows.published(tenant, 'R', calling())
  const attempts: string[] = []
  flows.receiver.breakWith(500)
  await flows.tell(tenant, 'go', 'a', { who: 'Ana' })
  const [{ id }] = await flows.comesTo(tenant, flow, 'failed')
  const [lost] = await flows.program.database.worker.query<{ id: string }>(
    'select delivery_id::text as id from delivery_attempt where tenant = $1',
    [tenant],
  )
  attempts.push(lost?.id ?? '')
  await flows.tell(tenant, 'back', 'a')
  await flows.settled()
  assert.equal((await flows.call('other', 'POST', `/api/v1/runs/${id}/retry`)).status, 404)
  flows.receiver.breakWith(null)
  assert.equal((await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/retry`)).status, 'waiting')
  await flows.comesTo(tenant, flow, 'completed')
  const received = flows.receiver.received.all.filter(({ body }) => JSON.stringify(body).includes('Ana'))
  assert.deepEqual(
    received.map(({ body }) => body),
    [{ who: 'Ana Ana' }],
  )
  const [sent] = await flows.program.database.worker.query<{ ids: string[] }>(
    'select array_agg(distinct delivery_id::text) as ids from delivery_attempt where tenant = $1',
    [tenant],
  )
  assert.deepEqual(sent?.ids, attempts, 'the same delivery, so the same key')
  const run = await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)
  assert.deepEqual(
    run.steps.map(({ nodeId, way, tries, error }: Record<string, unknown>) => [nodeId, way, tries, error]),
    [
      ['start', 'out', undefined, undefined],
      ['note', 'out', undefined, undefined],
      ['call', 'ok', 2, undefined],
      ['reply', 'event', undefined, undefined],
      ['end', undefined, undefined, undefined],
    ],
  )
  const refused = await flows.call(tenant, 'POST', `/api/v1/runs/${id}/retry`)
  assert.deepEqual(
    [refused.status, refused.body.messages.es],
    [409, 'Solo se puede reintentar una ejecución que falló.'],
  )
})

test('a run that fails again after it was tried again is told to have failed once more', async () => {
  const tenant = 'again'
  const catcher = await flows.published(
    tenant,
    'Catcher',
    graph(
      [
        ['start', 'trigger', { manual: true }],
        ['end', 'end'],
      ],
      ['start end'],
    ),
  )
  const flow = await flows.published(tenant, 'A', calling({ onError: catcher }))
  flows.receiver.breakWith(500)
  const failures = async () =>
    (await flows.ok(tenant, 'GET', '/api/v1/events?type=flow.run_failed')).items.length as number
  await flows.tell(tenant, 'go', 'a', { who: 'Ana' })
  const [{ id }] = await flows.comesTo(tenant, flow, 'failed')
  for (const times of [2, 3]) {
    await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/retry`)
    await flows.comesTo(tenant, flow, 'failed')
    await until('it is told', failures, (n) => n === times)
    await until(
      'the flow for that began',
      () => flows.runsOf(tenant, catcher),
      (runs) => runs.length === times,
    )
  }
  flows.receiver.breakWith(null)
})

test('a run is not tried again while another of its key is under way', async () => {
  const tenant = 'taken'
  const flow = await flows.published(tenant, 'T', calling())
  flows.receiver.breakWith(500)
  await flows.tell(tenant, 'go', 'a', { who: 'x' })
  const [{ id }] = await flows.comesTo(tenant, flow, 'failed')
  flows.receiver.breakWith(null)
  await flows.tell(tenant, 'go', 'a', { who: 'y' })
  await until(
    'another',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.some(({ status }: { status: string }) => status === 'waiting'),
  )
  const { status, body } = await flows.call(tenant, 'POST', `/api/v1/runs/${id}/retry`)
  assert.deepEqual([status, body.detail], [409, 'A run of this flow for the same key is under way already.'])
})

test('a run that is tried again while another of its key begins is refused with the reason', async () => {
  const tenant = 'race'
  const flow = await flows.published(tenant, 'R', calling())
  flows.receiver.breakWith(500)
  const fails = async (who: string, count: number) => {
    await flows.tell(tenant, 'go', 'a', { who })
    const runs = await until(
      `${count} runs that failed`,
      () => flows.runsOf(tenant, flow),
      (all) => all.filter(({ status }: { status: string }) => status === 'failed').length === count,
    )
    return runs as { id: string }[]
  }
  await fails('x', 1)
  const [one, other] = await fails('y', 2)
  flows.receiver.breakWith(null)
  const { database } = flows.program
  const { promise: answer, resolve } = Promise.withResolvers<ReturnType<typeof flows.call>>()
  await database.transaction(async (tx) => {
    await tx.query("update flow_run set status = 'waiting' where tenant = $1 and id = $2", [tenant, other?.id])
    const asked = flows.call(tenant, 'POST', `/api/v1/runs/${one?.id}/retry`)
    resolve(asked)
    await until(
      'the retry meets what is not committed yet',
      () => database.worker.query("select 1 from pg_locks where locktype = 'transactionid' and not granted"),
      (waiting) => waiting.length > 0,
    )
  })
  const { status, body } = await answer
  assert.deepEqual([status, body.detail], [409, 'A run of this flow for the same key is under way already.'])
})

test('a fork begins at a step of any run, with changed data, and sends under keys of its own', async () => {
  const tenant = 'fork'
  const flow = await flows.published(tenant, 'F', calling())
  await flows.tell(tenant, 'go', 'a', { who: 'Eva' })
  const { id } = await flows.stands(tenant, flow, 'reply')
  const forked = await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/fork`, {
    nodeId: 'call',
    vars: { who: 'Mia' },
    data: { who: 'Leo' },
  })
  assert.notEqual(forked.id, id)
  const second = await flows.receiver.received.waitFor(({ body }) => (body as { who?: string }).who === 'Mia Leo')
  const first = await flows.receiver.received.waitFor(({ body }) => (body as { who?: string }).who === 'Eva Eva')
  assert.notEqual(first.headers['idempotency-key'] ?? first.id, second.headers['idempotency-key'] ?? second.id)
  await until(
    'it waits',
    () => flows.ok(tenant, 'GET', `/api/v1/runs/${forked.id}`),
    (run) => run.waitsFor?.nodeId === 'reply',
  )
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)).status, 'waiting', 'the other stays as it is')
  await flows.pass(HOUR)
  await flows.comesTo(tenant, flow, 'completed')
  const shown = await flows.ok(tenant, 'GET', `/api/v1/runs/${forked.id}`)
  assert.deepEqual([shown.data, shown.forked], [{ who: 'Leo' }, { runId: id, nodeId: 'call' }])
  assert.deepEqual((await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)).forked, undefined)
  const [kept] = await flows.program.database.worker.query<{ state: string }>(
    'select state from flow_run where tenant = $1 and id = $2',
    [tenant, forked.id],
  )
  const { forked: from } = JSON.parse(kept?.state ?? '{}')
  assert.deepEqual(Object.keys(from).sort(), ['last', 'node', 'run', 'seen', 'vars', 'visits'])
  assert.equal(from.vars.who, 'Mia', 'with the variables that it was given, not those of the other')
  // Of an ended run too; its changed event is kept.
  const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${forked.id}/fork`, { nodeId: 'note' })
  await flows.receiver.received.waitFor(({ body }) => (body as { who?: string }).who === 'Leo Leo')
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/runs/${again.id}`)).vars.who, 'Leo')
  const refused = async (body: object) => (await flows.call(tenant, 'POST', `/api/v1/runs/${id}/fork`, body)).status
  assert.equal(await refused({ nodeId: 'nowhere' }), 400)
  assert.equal(await refused({ nodeId: 'call', vars: { a: 'x\u0000' } }), 400)
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`v${i}`, i]))
  for (const vars of [many, { long: 'x'.repeat(8_191) }, { 'a name': 1 }, { constructor: 1 }]) {
    assert.equal(await refused({ nodeId: 'call', vars }), 400, Object.keys(vars)[0])
  }
  assert.equal(await refused({ nodeId: 'call', version: 9 }), 404)
  const audits = await flows.program.database.worker.query<{ action: string }>(
    `select action from audit where tenant = $1 and action like 'run.%' order by at`,
    [tenant],
  )
  assert.deepEqual(
    audits.map(({ action }) => action),
    ['run.forked', 'run.forked'],
  )
})

test('a step that is tried again goes out under the key of its first try, whatever came of that', async () => {
  const tenant = 'tries'
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['charge', 'http', { method: 'POST', url: hook(), body: { who: 'Eva' }, retry: { attempts: 3, after: 'PT5M' } }],
    ],
    ['start charge'],
  )
  const flow = await flows.published(tenant, 'T', drawn)
  flows.receiver.breakWith(504)
  await flows.tell(tenant, 'go', 'e')
  const tried = () =>
    flows.program.database.worker.query<{ id: string }>(
      'select distinct delivery_id::text as id from delivery_attempt where tenant = $1',
      [tenant],
    )
  const [first] = await until('a try', tried, (rows) => rows.length === 1)
  for (let n = 2; n <= 3; n++) {
    await flows.settled()
    if (n === 3) flows.receiver.breakWith(null)
    await flows.pass(5 * 60_000)
    await until('the next try', tried, (rows) => rows.length === n)
  }
  await flows.comesTo(tenant, flow, 'completed')
  const keys = flows.receiver.received.all
    .filter(({ body }) => (body as { who?: string } | null)?.who === 'Eva')
    .map(({ headers }) => headers['idempotency-key'])
  assert.deepEqual(keys, [first?.id])
})

test('a run that began before its conversation was there is about it when it is tried again', async () => {
  const tenant = 'early'
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['say', 'message', { text: 'Hola, {{ encounter.id }}' }],
    ],
    ['start say'],
  )
  const flow = await flows.published(tenant, 'E', drawn)
  const event = { specversion: '1.0', id: 'early-1', source: 'shop', type: 'go', subject: 'later', data: {} }
  await flows.ok(tenant, 'POST', '/api/v1/events', event)
  const [{ id }] = await flows.comesTo(tenant, flow, 'failed')
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q' })
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/p', { name: 'P' })
  await flows.ok(tenant, 'POST', '/api/v1/encounters', {
    id: 'later',
    queueId: 'q',
    contactId: 'p',
    channel: 'webchat',
  })
  await flows.settled()
  await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/retry`)
  await flows.comesTo(tenant, flow, 'completed')
})
