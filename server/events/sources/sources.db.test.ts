import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import { flags } from '#flags/index.ts'
import { switches } from '#switches/index.ts'
import { testProgram, testServer } from '../../testing.ts'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance

before(async () => {
  program = await testProgram([access, flags, switches])
  app = await testServer(program)
  await program.start()
})
after(async () => {
  await app?.close()
  await program?.close()
})

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
async function call(
  tenant: string,
  method: Method,
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${tenant}`, 'content-type': 'application/json', ...headers },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

const systems = (leader = 'netcomp') => [
  {
    name: 'netcomp',
    role: leader === 'netcomp' ? 'leader' : 'follower',
    knownBy: { headers: { 'x-system': 'netcomp' }, sources: ['/netcomp/*'] },
  },
  {
    name: 'pet-cloud',
    role: leader === 'netcomp' ? 'follower' : 'leader',
    knownBy: { headers: { 'x-system': 'pet-cloud' }, sources: ['/pet-cloud'] },
  },
]
const pair = (tenant: string, more: object = {}) =>
  call(tenant, 'PUT', '/api/v1/sources/encounters', { systems: systems(), ...more })

const flat = (id: string, more: object = {}) => ({
  event_id: id,
  type: 'encounter',
  subtype: 'closed',
  encounter_id: 'enc-1',
  datetime: 1_775_322_600_000,
  ...more,
})
const send = (tenant: string, system: string, event: object) =>
  call(tenant, 'POST', '/api/v1/events', event, { 'x-system': system })
const published = async (tenant: string) =>
  (
    await program.database.worker.query<{ id: string }>(
      'select id from event_log where tenant = $1 order by position',
      [tenant],
    )
  ).map(({ id }) => id)
const change = (tenant: string, to: string, more: object = {}) =>
  call(tenant, 'POST', '/api/v1/sources/encounters/switch', { to, ...more })

test('the events of the leader are published, those of the follower kept, marked and seen by nobody', async () => {
  const made = await pair('roles')
  assert.equal(made.status, 200)
  assert.equal(made.body.leader, 'netcomp')
  assert.equal(made.body.window, 'PT900S')
  assert.deepEqual((await send('roles', 'netcomp', flat('a'))).body, {
    routed: true,
    routingKey: 'encounter.closed',
    eventId: 'a',
  })
  const held = await send('roles', 'pet-cloud', flat('b'))
  assert.equal(held.status, 202)
  assert.deepEqual(held.body, { routed: false, routingKey: 'encounter.closed', eventId: 'b', published: false })
  assert.equal((await send('roles', 'pet-cloud', flat('b'))).body.duplicate, true)
  assert.equal((await send('roles', 'pet-cloud', flat('a'))).body.published, false)
  assert.equal((await send('roles', 'netcomp', flat('a'))).body.duplicate, true)
  // Somebody who is neither of the two is published, as ever.
  await call('roles', 'POST', '/api/v1/events', flat('c'))
  assert.deepEqual(await published('roles'), ['a', 'c'])
  const { body } = await call('roles', 'GET', '/api/v1/sources/encounters/held')
  assert.deepEqual(
    body.items.map(({ id, publishedAt }: { id: string; publishedAt: null }) => [id, publishedAt]),
    [
      ['a', null],
      ['b', null],
    ],
  )
  assert.equal(body.items[1].event.event_id, 'b')
  const only = await call('roles', 'GET', '/api/v1/sources/encounters/held?unpublished=true')
  assert.deepEqual(
    only.body.items.map(({ id }: { id: string }) => id),
    ['b'],
  )
})

test('both systems share one namespace of ids, whatever their form and source say', async () => {
  await pair('ids')
  const cloud = (source: string, id: string) =>
    call('ids', 'POST', '/api/v1/events', { specversion: '1.0', id, source, type: 'encounter.closed', data: flat(id) })
  await cloud('/netcomp/7', 'x')
  assert.deepEqual((await cloud('/pet-cloud', 'x')).body.published, false)
  await send('ids', 'netcomp', flat('y'))
  await cloud('/pet-cloud', 'y')
  await change('ids', 'pet-cloud')
  assert.equal((await cloud('/pet-cloud', 'x')).body.duplicate, true)
  assert.equal((await cloud('/netcomp/7', 'y')).body.published, false)
  assert.deepEqual(await published('ids'), ['x', 'y'])
})

test('a switch publishes what only the new leader sent within the window, and from then on hears it alone', async () => {
  await pair('switch')
  await send('switch', 'netcomp', flat('1'))
  for (const id of ['1', '2', '3']) await send('switch', 'pet-cloud', flat(id))
  await program.database.worker.query(
    `update event_held set seen_at = seen_at - interval '1 hour' where tenant = 'switch' and id = '2'`,
  )
  const preview = await change('switch', 'pet-cloud', { preview: true })
  assert.equal(preview.body.wouldPublish.count, 1)
  assert.equal(preview.body.wouldStayHeld.count, 1)
  assert.deepEqual(
    preview.body.examples.map(({ id }: { id: string }) => id),
    ['3'],
  )
  assert.deepEqual(await published('switch'), ['1'])

  const done = await change('switch', 'pet-cloud')
  assert.deepEqual(done.body, { from: 'netcomp', to: 'pet-cloud', preview: false, published: 1, done: true })
  assert.deepEqual(await published('switch'), ['1', '3'])
  const shown = (await call('switch', 'GET', '/api/v1/sources/encounters')).body
  assert.equal(shown.leader, 'pet-cloud')
  assert.equal(shown.switching, null)
  assert.equal(shown.lastSwitch.published, 1)
  assert.equal((await send('switch', 'netcomp', flat('3'))).body.published, false)
  assert.equal((await send('switch', 'netcomp', flat('4'))).body.published, false)
  assert.equal((await send('switch', 'pet-cloud', flat('5'))).body.routed, true)
  // And back, with a window that says how far: what netcomp alone sent meanwhile comes through.
  assert.equal((await change('switch', 'netcomp', { window: 'PT1H' })).body.published, 1)
  assert.deepEqual(await published('switch'), ['1', '3', '5', '4'])
  assert.deepEqual((await change('switch', 'netcomp')).body, {
    from: 'pet-cloud',
    to: 'netcomp',
    preview: false,
    published: 1,
    done: true,
  })
  const audits = await program.database.worker.query<{ after: { leader: string } }>(
    `select after from audit where tenant = 'switch' and action = 'sources.switched' order by at`,
  )
  assert.deepEqual(
    audits.map(({ after: { leader } }) => leader),
    ['pet-cloud', 'netcomp'],
  )
})

test('consumers see what a switch published', async () => {
  await pair('seen')
  await send('seen', 'pet-cloud', flat('z'))
  await change('seen', 'pet-cloud')
  const { body } = await call('seen', 'GET', '/api/v1/events/z')
  assert.equal(body.id, 'z')
  await program.log.settled()
  const outbox = await call('seen', 'GET', '/backoffice/events/outbox')
  assert.equal(outbox.body.items[0].id, 'z')
})

test('thousands that only the follower had are published in steps, in their order, while others go on', async () => {
  await pair('many')
  const ids = Array.from({ length: 2_500 }, (_, i) => `m-${i}`)
  for (let i = 0; i < ids.length; i += 100) {
    await Promise.all(ids.slice(i, i + 100).map((id) => send('many', 'pet-cloud', flat(id, { encounter_id: 'one' }))))
  }
  const [switched] = await Promise.all([
    change('many', 'pet-cloud'),
    ...Array.from({ length: 50 }, (_, i) => call('others', 'POST', '/api/v1/events', flat(`o-${i}`))),
  ])
  assert.equal(switched.body.published, 2_500)
  const log = await published('many')
  const [kept] = await program.database.worker.query<{ ids: string[] }>(
    `select array_agg(id order by seq) as ids from event_held where tenant = 'many'`,
  )
  assert.deepEqual(log, kept?.ids)
})

test('the two streams are compared: what one sent alone, what differs in which field, who is later', async () => {
  await pair('compare')
  for (const id of ['1', '2', '3', '4']) await send('compare', 'netcomp', flat(id))
  for (const id of ['1', '2', '5']) await send('compare', 'pet-cloud', flat(id))
  await send('compare', 'pet-cloud', flat('3', { queue_id: 'other', datetime: 1_775_322_600_007 }))
  // 4 may still come, 5 was seen too long ago for that.
  await program.database.worker.query(
    `update event_sighting set seen_at = seen_at - interval '20 minutes' where tenant = 'compare'
       and key = (select key from event_held where tenant = 'compare' and id = '5')`,
  )
  await program.database.worker.query(
    `update event_sighting set seen_at = seen_at + interval '2 seconds' where tenant = 'compare' and system = 'pet-cloud'`,
  )
  const to = new Date(Date.now() + 60_000).toISOString()
  const { status, body } = await call('compare', 'GET', `/api/v1/sources/encounters/comparison?to=${to}`)
  assert.equal(status, 200)
  assert.deepEqual(body.ways, { netcomp: 4, 'pet-cloud': 4 })
  assert.equal(body.both, 3)
  assert.equal(body.only.netcomp.count, 1)
  assert.equal(body.only.netcomp.mayStillCome, 1)
  const [lost] = body.only.netcomp.examples
  assert.deepEqual([lost.id, lost.published], ['4', true])
  assert.equal(body.only['pet-cloud'].mayStillCome, 0)
  const [kept] = body.only['pet-cloud'].examples
  assert.deepEqual([kept.id, kept.published], ['5', false])
  assert.equal(body.differing.count, 1)
  assert.equal(body.differing.examples[0].published, true)
  assert.deepEqual(body.differing.examples[0].fields, ['datetime', 'queue_id'])
  assert.deepEqual(body.differing.examples[0].values, {
    datetime: { netcomp: 1_775_322_600_000, 'pet-cloud': 1_775_322_600_007 },
    queue_id: { 'pet-cloud': 'other' },
  })
  assert.deepEqual(body.differing.fields, { datetime: 1, queue_id: 1 })
  assert.ok(body.lagMs.p50 >= 2_000 && body.lagMs.p50 < 3_000)
  assert.equal(body.agree, false)
})

test('the time that is compared is chosen: the last hour, up to a week, or any span of so much', async () => {
  await pair('span')
  for (const id of ['now', 'days-ago']) await send('span', 'netcomp', flat(id))
  await program.database.worker.query(
    `update event_sighting set seen_at = seen_at - interval '3 days' where tenant = 'span'
       and key = (select key from event_log join event_key using (tenant, position) where tenant = 'span' and id = 'days-ago')`,
  )
  const DAY_MS = 86_400_000
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()
  const compared = async (query: string) => {
    const { status, body } = await call('span', 'GET', `/api/v1/sources/encounters/comparison?${query}`)
    return status === 200 ? body.ways.netcomp : body.errors.map(({ path, messages }: never) => [path, messages])
  }
  assert.equal(await compared(''), 1)
  assert.equal(await compared(`from=${ago(7)}`), 2, 'a week, though it was counted a moment before')
  assert.equal(await compared(`from=${ago(4)}&to=${ago(2)}`), 1)
  const [[path, says]] = await compared(`from=${ago(8)}`)
  assert.deepEqual([path, says.es], ['/from', 'debe estar a 7 días del fin como máximo'])
  assert.equal((await compared(`from=${ago(2)}&to=${ago(4)}`))[0][0], '/from')
})

test('two streams that say the same agree, whatever the spacing and order of their fields', async () => {
  await pair('same')
  await send('same', 'netcomp', flat('1'))
  const { datetime, ...rest } = flat('1')
  await send('same', 'pet-cloud', { datetime, ...rest })
  const { body } = await call('same', 'GET', '/api/v1/sources/encounters/comparison')
  assert.equal(body.both, 1)
  assert.equal(body.agree, true)
})

test('a pair is refused with every fault, and roles change by a switch only', async () => {
  const bad = async (body: object) => (await call('bad', 'PUT', '/api/v1/sources/p', body)).body.errors ?? []
  const paths = async (body: object) => (await bad(body)).map(({ path }: { path: string }) => path)
  const [one, two] = systems()
  assert.deepEqual(await paths({ systems: [one] }), ['/systems'])
  assert.deepEqual(await paths({ systems: [one, { ...two, role: 'leader' }] }), ['/systems'])
  assert.deepEqual(await paths({ systems: [one, { ...one, role: 'follower' }] }), [
    '/systems/1/name',
    '/systems/1/knownBy',
    '/systems/1/knownBy',
  ])
  assert.deepEqual(await paths({ systems: [one, { ...two, knownBy: {} }] }), ['/systems/1/knownBy'])
  assert.deepEqual(await paths({ systems: [one, { ...two, knownBy: { keys: ['nobody'] } }] }), [
    '/systems/1/knownBy/keys/0',
  ])
  assert.deepEqual(await paths({ systems: [one, two], window: 'P2D' }), ['/window'])
  assert.equal((await pair('bad')).status, 200)
  // What is known for one pair is not known for another.
  assert.deepEqual(new Set(await paths({ systems: systems() })), new Set(['/systems/0/knownBy', '/systems/1/knownBy']))
  const swapped = await pair('bad', { systems: systems('pet-cloud') })
  assert.deepEqual(
    swapped.body.errors.map(({ path }: { path: string }) => path),
    ['/systems/0/role', '/systems/1/role'],
  )
  assert.equal((await pair('bad', { namespace: 'other' })).status, 409)
  assert.equal((await pair('bad', { window: 'PT1H' })).body.window, 'PT3600S')
  assert.equal((await change('bad', 'nobody')).status, 400)
  assert.equal((await call('bad', 'DELETE', '/api/v1/sources/encounters')).status, 204)
  assert.equal((await send('bad', 'pet-cloud', flat('free'))).body.routed, true)
})

test('a key bound to a system decides, whatever the message says of itself', async () => {
  await program.database.worker.query(
    `with t as (insert into tenant (tenant, name, created_at) values ('bound', 'b', now()))
     select 1`,
  )
  await program.database.worker.query(
    `insert into api_key (tenant, id, hash, prefix, name, scopes, created_by, created_at)
     values ('bound', 'bound', '\\x00', 'p', 'n', '{}', 'x', now())`,
  )
  const [one, two] = systems()
  await pair('bound', { systems: [one, { ...two, knownBy: { keys: ['bound'] } }] })
  // The test server's key of a tenant has the tenant's name.
  assert.equal((await send('bound', 'netcomp', flat('1'))).body.published, false)
})

test('what a follower sends and the catalogue sets aside is held when it is released', async () => {
  await pair('both')
  await call('both', 'PUT', '/api/v1/flags/CAUCE_UNKNOWN_EVENT_TYPES', { value: 'set-aside' })
  const odd = flat('odd', { subtype: 'vanished' })
  assert.equal((await send('both', 'pet-cloud', odd)).body.setAside, 'unknown-type')
  await call('both', 'POST', '/backoffice/events/quarantine/retry', { filter: {}, force: true })
  for (const end = performance.now() + 10_000; ; ) {
    const { body } = await call('both', 'GET', '/api/v1/sources/encounters/held')
    if (body.items.length === 1) break
    assert.ok(performance.now() < end, 'it was never released')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.deepEqual(await published('both'), [])
})
