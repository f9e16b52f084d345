import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { endpointRig, HOUR_MS, TENANT } from './testing.ts'

let rig: Awaited<ReturnType<typeof endpointRig>>
/** What was told before a test. */
let events = 0
let inbox = 0

before(async () => {
  rig = await endpointRig(1)
})
after(() => rig?.close())
afterEach(async () => {
  // Nobody of a test before gets the events of the next one.
  for (const { id } of await rig.call<{ id: string }[]>('GET', '')) await rig.call('DELETE', `/${id}`)
  events = (await rig.told()).length
  inbox = (await rig.inboxOf('olga')).length
})

const told = async () => (await rig.told()).slice(events)
const typesTold = async () => (await told()).map(({ type }) => type)
const inboxNow = async () => (await rig.inboxOf('olga')).slice(inbox)
const version = async () =>
  (await rig.worker.query('select version from subscription_change where tenant = $1', [TENANT]))[0]
const probes = () => rig.receiver.received.filter(({ body }) => body.includes('subscription.probe'))

test('a failure of a moment is noted by nobody', async () => {
  const { id } = await rig.register('/blip')
  const before = await version()
  rig.answerWith(500)
  await rig.attempted(id)
  rig.answerWith(200)
  await rig.attempted(id)
  await rig.pageWhen(id, 'well')
  await rig.looked()
  assert.equal((await rig.page(id)).health.state, 'well')
  assert.deepEqual(await version(), before)
  assert.deepEqual(await told(), [])
})

test('one that fails and was not told of ends failing with the first success, without a word', async () => {
  const id = await rig.failing('/short')
  rig.answerWith(200)
  await rig.attempted(id)
  const { health } = await rig.pageWhen(id, 'well')
  await rig.settled()
  assert.equal(health.failingSince, null)
  assert.deepEqual(await told(), [])
  assert.deepEqual(await inboxNow(), [])
})

test('one that was told of and is well again before it is disabled is told of once more', async () => {
  const id = await rig.failing('/warned')
  await rig.age(id, 30, 0)
  await rig.attempted(id)
  await rig.looked()
  const warned = await rig.page(id)
  assert.equal(warned.health.warnings, 2)
  rig.answerWith(200)
  await rig.attempted(id)
  const { status, health } = await rig.pageWhen(id, 'well')
  await rig.settled()
  assert.deepEqual([status, health.state, health.warnings], ['ACTIVE', 'well', 0])
  const [failing, recovered, ...more] = await told()
  assert.deepEqual([failing?.type, failing?.warning, failing?.lastStatus], ['subscription.failing', 2, 500])
  assert.deepEqual([recovered?.type, recovered?.disabledAt], ['subscription.recovered', null])
  assert.equal(recovered?.failingSince, warned.health.since)
  assert.deepEqual(more, [])
  assert.deepEqual(
    (await inboxNow()).map(({ template }) => template),
    ['webhook-failing', 'webhook-recovered'],
  )
})

test('a success that nobody noted is found in the attempts before anybody is warned', async () => {
  const id = await rig.failing('/raced')
  await rig.age(id, 30, 0)
  // As by a node that had made the request ready before it knew.
  await rig.worker.query(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended)
     values ($1, gen_random_uuid(), to_timestamp($2::float8 / 1000), 1, 'webhook', $3, 'delivered', 'delivered')`,
    [TENANT, rig.clock.wall(), `subscription:${id}`],
  )
  await rig.attempted(id)
  await rig.looked()
  await rig.settled()
  assert.deepEqual(await told(), [])
  assert.equal((await rig.page(id)).health.warnings, 0)
  assert.ok(Date.parse((await rig.page(id)).health.since ?? '') > rig.clock.wall() - HOUR_MS)
})

test('a receiver that is gone is told of to its owners, and not probed', async () => {
  const { id } = await rig.register('/gone')
  rig.answerWith(410)
  await rig.append()
  await rig.until('the end', async () => (await rig.page(id)).status === 'DISABLED')
  await rig.settled()
  const { statusReason, health } = await rig.page(id)
  assert.match(statusReason ?? '', /410/)
  assert.deepEqual([health.state, health.nextAttemptAt], ['disabled', null])
  // What got that answer is a dead letter, which is told as well.
  const [exhausted, disabled, ...more] = (await told()).sort((a, b) => (a.type < b.type ? 1 : -1))
  assert.deepEqual([exhausted?.type, exhausted?.lastStatus], ['subscription.exhausted', 410])
  assert.deepEqual([disabled?.type, disabled?.cause, more], ['subscription.disabled', 'gone', []])
  const [message] = await inboxNow()
  assert.match(message?.body ?? '', /410/)
})

test('a dead letter is told of, and that of this event is not: who hears all and takes nothing makes no loop', async () => {
  const { id } = await rig.register('/all', { routingKeyPattern: '#', retryDelays: [] })
  rig.answerWith(500)
  const event = await rig.append()
  await rig.until('two dead letters', async () => {
    const rows = await rig.worker.query(`select 1 from delivery_attempt where target = $1 and ended = 'failed'`, [
      `subscription:${id}`,
    ])
    return rows.length === 2
  })
  await rig.settled()
  const [exhausted, ...more] = await told()
  assert.deepEqual(
    [exhausted?.type, exhausted?.subscriptionId, exhausted?.eventId, exhausted?.eventType, exhausted?.lastStatus, more],
    ['subscription.exhausted', id, event, 'encounter.created', 500, []],
  )
})

test('however much waits for one that is disabled, it is called off in portions, and can be replayed', async () => {
  const { id } = await rig.register('/backlog')
  await rig.worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, event_position, event_id)
     select $1, gen_random_uuid(), 'webhook', $2, t, t, t, 1, 'e' from generate_series(1, 4500),
       to_timestamp(($3::float8 + 3600000) / 1000) as t`,
    [TENANT, `subscription:${id}`, rig.clock.wall()],
  )
  await rig.call('PATCH', `/${id}`, { status: 'DISABLED' })
  await rig.until('the last of them', async () => {
    const rows = await rig.worker.query('select 1 from delivery where target = $1 limit 1', [`subscription:${id}`])
    return rows.length === 0
  })
  const body = { filter: { status: 'cancelled' }, dryRun: true }
  assert.equal((await rig.call<{ count: number }>('POST', `/${id}/replay`, body)).count, 4_500)
})

test('endpoints that fail together are told of in one message', async () => {
  const ids = [(await rig.register('/one')).id, (await rig.register('/two')).id]
  rig.answerWith(500)
  for (const id of ids) await rig.attempted(id)
  await rig.looked()
  for (const id of ids) await rig.age(id, 2, 0)
  for (const id of ids) await rig.attempted(id)
  await rig.looked()
  assert.deepEqual(await typesTold(), ['subscription.failing', 'subscription.failing'])
  const [message, ...more] = await inboxNow()
  assert.deepEqual([message?.title, more], ['2 webhooks fail', []])
  for (const id of ids) assert.match(message?.body ?? '', new RegExp(id))
})

test('a probe that is answered with 410 is the last one', async () => {
  const id = await rig.disabled('/probed')
  const before = probes().length
  rig.answerWith(410)
  rig.move(HOUR_MS)
  const gone = await rig.until('the answer', async () => {
    const page = await rig.page(id)
    // While the probe is under way there is no next one either.
    return page.health.nextAttemptAt === null && /410/.test(page.statusReason ?? '') && page
  })
  assert.ok(gone)
  rig.move(25 * HOUR_MS)
  await rig.settled()
  assert.equal(probes().length, before + 1)
})

test('its owner has the last word: disabled by hand it is not probed, enabled by hand it begins afresh', async () => {
  const id = await rig.disabled('/by-hand')
  await rig.call('PATCH', `/${id}`, { status: 'DISABLED' })
  const before = probes().length
  rig.answerWith(200)
  rig.move(2 * HOUR_MS)
  await rig.settled()
  const off = await rig.page(id)
  assert.deepEqual(
    [off.status, off.statusReason, off.health.nextAttemptAt],
    ['DISABLED', 'disabled by its owner', null],
  )
  assert.equal(probes().length, before)
  await rig.call('PATCH', `/${id}`, { status: 'ACTIVE' })
  const on = await rig.page(id)
  assert.deepEqual([on.status, on.health.state, on.health.warnings], ['ACTIVE', 'well', 0])
  rig.answerWith(500)
  await rig.attempted(id)
  await rig.looked()
  const again = await rig.page(id)
  assert.equal(again.health.state, 'failing')
  assert.ok(Date.parse(again.health.since ?? '') > rig.clock.wall() - HOUR_MS, 'what failed before is forgotten')
})

test('a probe whose answer comes after its owner enabled it changes nothing', async () => {
  const id = await rig.disabled('/late')
  const [row] = await rig.worker.query<{ at: number }>(
    'select (extract(epoch from disabled_at) * 1000)::float8 as at from subscription where id = $1',
    [id],
  )
  await rig.call('PATCH', `/${id}`, { status: 'ACTIVE' })
  const already = (await told()).length
  await rig.nodes[0]?.database.transaction(async (tx) =>
    tx.schedule([
      {
        ...{ kind: 'subscription.probed', tenant: TENANT, key: id, dueAt: rig.clock.wall() },
        payload: { ended: 'delivered', payload: { disabledAt: row?.at ?? 0 } },
      },
    ]),
  )
  await rig.settled()
  assert.equal((await told()).length, already)
})

test('a look that is redone after a crash tells of nothing twice', async () => {
  const id = await rig.failing('/redone')
  await rig.age(id, 2, 0)
  await rig.attempted(id)
  await rig.looked()
  const [{ warned_at: at } = { warned_at: null }] = await rig.worker.query<{ warned_at: Date | null }>(
    'select warned_at from subscription where id = $1',
    [id],
  )
  // As if the commit had been lost, but for what it told.
  await rig.worker.query('update subscription set warnings = 0, warned_at = null where id = $1', [id])
  const dueAt = rig.clock.wall()
  await rig.nodes[0]?.database.transaction(async (tx) =>
    tx.schedule([{ kind: 'subscription.look', tenant: TENANT, key: `${dueAt}:${id}`, dueAt }]),
  )
  await rig.settled()
  assert.ok(at !== null)
  assert.equal((await rig.page(id)).health.warnings, 1)
  assert.deepEqual(await typesTold(), ['subscription.failing'])
  assert.equal((await inboxNow()).length, 1)
})
