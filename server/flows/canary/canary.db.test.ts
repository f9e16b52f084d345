import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { access } from '#access/index.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows([access])
})
after(() => flows.close())

/** Version 2 fails where the event says so. */
const ends = (outcome: string, fails = 'false') =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['n', 'set', { vars: { n: `${fails} && event.data.bad ? event.data.missing : 1` } }],
      ['end', 'end', { outcome }],
    ],
    ['start n', 'n end'],
    { onePerKey: false },
  )

type Shown = { version: number; subject: string; status: string; eventId: string }

async function tried(tenant: string, canary: object, fails = 'false') {
  const id = await flows.published(tenant, 'C', ends('old'))
  const url = `/api/v1/flows/${id}`
  await flows.ok(tenant, 'PUT', `${url}/draft`, ends('new', fails))
  const made = await flows.ok(tenant, 'POST', `${url}/publish`, { canary })
  assert.equal(made.version, 2)
  return { id, url }
}
const runs = async (tenant: string, id: string): Promise<Shown[]> => {
  await flows.settled()
  return (await flows.ok(tenant, 'GET', `/api/v1/flows/${id}/runs?limit=200`)).items
}
const versionFor = async (tenant: string, id: string, event: string) =>
  (await runs(tenant, id)).find(({ eventId }) => eventId === event)?.version
/** Looks are ten seconds apart. */
const look = (row: { version: number }) => flows.pass(10_000).then(() => row)

test('a share of the keys begins with the new version, always the same ones, until it is promoted', async () => {
  const tenant = 'share'
  const { id, url } = await tried(tenant, { percent: 30 })
  assert.equal((await flows.ok(tenant, 'GET', url)).published, 1)
  for (let i = 0; i < 60; i++) await flows.tell(tenant, 'go', `s${i % 30}`)
  const first = await runs(tenant, id)
  assert.equal(first.length, 60)
  const sides = new Map(first.map(({ subject, version }) => [subject, version]))
  assert.ok(
    first.every(({ subject, version }) => sides.get(subject) === version),
    'a key changed sides',
  )
  const taken = [...sides.values()].filter((version) => version === 2).length
  assert.ok(taken >= 2 && taken <= 18, `${taken} of 30`)
  const shown = await flows.ok(tenant, 'GET', `${url}/canary`)
  assert.deepEqual(
    [shown.version, shown.state, shown.percent, shown.ended, shown.failed],
    [2, 'running', 30, taken * 2, 0],
  )
  assert.equal((await flows.call(tenant, 'POST', `${url}/publish`, {})).status, 409)
  const larger = await flows.ok(tenant, 'PUT', `${url}/canary`, { percent: 60 })
  assert.deepEqual([larger.percent, larger.ended, larger.failed], [60, taken * 2, 0])
  const told: string[] = []
  for (let i = 0; i < 30; i++) told.push(await flows.tell(tenant, 'go', `s${i}`))
  const second = (await runs(tenant, id)).filter(({ eventId }) => told.includes(eventId))
  assert.equal(second.length, 30)
  assert.ok(
    second.every(({ subject, version }) => sides.get(subject) === 1 || version === 2),
    'somebody was let go',
  )
  assert.ok(second.filter(({ version }) => version === 2).length > taken)
  const promoted = await flows.ok(tenant, 'POST', `${url}/canary/promote`, {})
  assert.deepEqual([promoted.version, promoted.move.previous], [2, 1])
  const other = [...sides].find(([, version]) => version === 1)?.[0] ?? ''
  assert.equal(await versionFor(tenant, id, await flows.tell(tenant, 'go', other)), 2)
  assert.equal((await flows.ok(tenant, 'GET', `${url}/canary`)).state, 'promoted')
  assert.equal((await flows.call(tenant, 'POST', `${url}/canary/stop`)).status, 409)
  await flows.ok(tenant, 'POST', `${url}/publish/undo`)
  assert.equal((await flows.ok(tenant, 'GET', url)).published, 1)
})

test('the way back is taken by itself when too many fail, and told once', async () => {
  const tenant = 'fails'
  const { id, url } = await tried(tenant, { percent: 100, threshold: 0.2, minimumRuns: 12 }, 'true')
  for (let i = 0; i < 8; i++) await flows.tell(tenant, 'go', `a${i}`, { bad: true })
  await runs(tenant, id)
  await look({ version: 2 })
  await until(
    'a look',
    () => flows.ok(tenant, 'GET', `${url}/canary`),
    ({ failed }) => failed === 8,
  )
  assert.equal((await flows.ok(tenant, 'GET', `${url}/canary`)).state, 'running', 'too few to judge')
  for (let i = 0; i < 4; i++) await flows.tell(tenant, 'go', `b${i}`, { bad: false })
  await runs(tenant, id)
  const returned = await until(
    'the way back',
    () => look({ version: 2 }).then(() => flows.ok(tenant, 'GET', `${url}/canary`)),
    ({ state }) => state === 'returned',
  )
  assert.deepEqual([returned.failed, returned.ended, returned.endedBy], [8, 12, 'system'])
  assert.equal(await versionFor(tenant, id, await flows.tell(tenant, 'go', 'c', { bad: true })), 1)
  const told = await flows.program.database.transaction((tx) =>
    tx.query<{ raw: string }>(`select raw from event_log where tenant = $1 and type = 'flow.canary_returned'`, [
      tenant,
    ]),
  )
  assert.deepEqual(
    told.map(({ raw }) => JSON.parse(raw).data),
    [{ flowId: id, version: 2, failed: 8, ended: 12, threshold: 0.2 }],
  )
  const { items } = await flows.ok(tenant, 'GET', '/api/v1/audit?action=flow.canary-returned')
  assert.deepEqual([items.length, items[0].actor, items[0].after.failed], [1, 'system', 8])
  const [second, first] = (await flows.ok(tenant, 'GET', `${url}/versions`)).items
  const { state, failed, ended, threshold, endedBy, endedAt } = second.canary
  assert.deepEqual(
    [state, failed, ended, threshold, endedBy, endedAt],
    ['returned', 8, 12, 0.2, 'system', returned.endedAt],
  )
  assert.equal(first.canary, null)
  assert.equal((await flows.ok(tenant, 'POST', `${url}/publish`, {})).version, 3, 'published again as any other')
})

test('a canary that does well goes on; stopping it, or unpublishing, ends it', async () => {
  const tenant = 'well'
  const { id, url } = await tried(tenant, { percent: 100, threshold: 0.5, minimumRuns: 5 }, 'true')
  for (let i = 0; i < 5; i++) await flows.tell(tenant, 'go', `a${i}`, { bad: i === 0 })
  await runs(tenant, id)
  for (let i = 0; i < 3; i++) {
    await look({ version: 2 })
    await flows.settled()
  }
  assert.equal((await flows.ok(tenant, 'GET', `${url}/canary`)).state, 'running')
  assert.deepEqual((await flows.ok(tenant, 'GET', url)).canary?.version, 2)
  assert.equal((await flows.ok(tenant, 'POST', `${url}/canary/stop`)).state, 'stopped')
  assert.equal((await flows.ok(tenant, 'GET', url)).canary, null)
  assert.equal(await versionFor(tenant, id, await flows.tell(tenant, 'go', 'z')), 1)
  await flows.ok(tenant, 'POST', `${url}/publish`, { canary: { percent: 1 } })
  await flows.ok(tenant, 'POST', `${url}/unpublish`)
  assert.equal((await flows.ok(tenant, 'GET', `${url}/canary`)).state, 'stopped')
})

test('what makes no canary is refused', async () => {
  const tenant = 'none'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'N' })
  const url = `/api/v1/flows/${id}`
  await flows.ok(tenant, 'PUT', `${url}/draft`, ends('x'))
  const publish = async (body: object) => (await flows.call(tenant, 'POST', `${url}/publish`, body)).status
  assert.equal(await publish({ canary: { percent: 5 } }), 409, 'nothing is published yet')
  assert.equal(await publish({}), 200)
  for (const canary of [{}, { percent: 0 }, { percent: 101 }, { percent: 5, threshold: 2 }, { percent: 5, more: 1 }]) {
    assert.equal(await publish({ canary }), 400, JSON.stringify(canary))
  }
  assert.equal(await publish({ canary: { percent: 5 }, runs: 'move' }), 400)
  const inTurn = { ...ends('y'), settings: { onePerKey: false, batch: { size: 2, within: 'PT1H' } } }
  await flows.ok(tenant, 'PUT', `${url}/draft`, inTurn)
  const { status, body } = await flows.call(tenant, 'POST', `${url}/publish`, { canary: { percent: 5 } })
  assert.deepEqual(
    [status, body.errors[0].path],
    [400, '/canary'],
    'runs begin in one line, which is the published one',
  )
  assert.equal((await flows.call(tenant, 'GET', `${url}/canary`)).status, 404)
  assert.equal((await flows.call(tenant, 'POST', `${url}/canary/promote`, {})).status, 409)
  assert.equal((await flows.call('other', 'POST', `${url}/canary/stop`)).status, 404)
})
