import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { share } from '#flows/nodes/split.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const DAY = 24 * HOUR
const GOAL = { event: 'back', within: 'P3D' }
const ARMS = {
  arms: [
    { handle: 'push', weight: 70 },
    { handle: 'none', weight: 30 },
  ],
  holdout: 'none',
}

/** Whoever is nudged has a day to answer; the holdout's run is over at once. */
const nudging = graph(
  [
    ['start', 'trigger', { event: 'quiet' }],
    ['try', 'split', ARMS],
    ['push', 'notify', { content: { body: 'Hola' }, channels: ['push', 'inbox'] }],
    ['reply', 'waitForEvent', { event: 'back', timeout: 'P1D' }],
    ['end', 'end', {}],
  ],
  ['start try', 'try.push push', 'push reply', 'reply end'],
  { onePerKey: false, goal: GOAL },
)

/** People by their arm: the hash of a flow that is there decides. */
function cast(tenant: string, flowId: string, wanted: { push: number; none: number }) {
  const found: { push: string[]; none: string[] } = { push: [], none: [] }
  for (let i = 0; found.push.length < wanted.push || found.none.length < wanted.none; i++) {
    const arm = share(`${tenant}/${flowId}`, 'try', `p${i}`) < 0.7 ? 'push' : 'none'
    if (found[arm].length < wanted[arm]) found[arm].push(`p${i}`)
  }
  return found
}

const quiet = (tenant: string, who: string, subject = `of-${who}`) =>
  flows.tell(tenant, 'quiet', subject, { patient_id: who })
const report = (tenant: string, id: string, query = '') => flows.ok(tenant, 'GET', `/api/v1/flows/${id}/report${query}`)
type Arm = { arm: string; [name: string]: unknown }
const arm = (made: { versions: { arms: Arm[] }[] }, name: string): Arm =>
  made.versions[0]?.arms.find((one) => one.arm === name) as Arm
/** Each figure of a report has as many rows as it says, page by page. */
async function rowsAgree(tenant: string, id: string, query = '') {
  const made = await report(tenant, id, query)
  for (const { version, arms } of made.versions) {
    // Without a split named it is of the same as the report.
    const period = `from=${made.from}&to=${made.to}`
    const path = `/api/v1/flows/${id}/report/people?limit=1&version=${version}&${period}`
    if (query === '') {
      const [unnamed, named] = [
        await flows.ok(tenant, 'GET', path),
        await flows.ok(tenant, 'GET', `${path}&node=${made.node}`),
      ]
      assert.deepEqual(unnamed, named)
    }
    for (const one of arms as Arm[]) {
      for (const [stage, figure] of [
        ...['entered', 'sent', 'delivered', 'followed', 'recovered', 'closed'].map((name) => [name, one[name]]),
        ['entered&observed=true', one.observed],
        ['recovered&observed=true', one.observedRecovered],
      ]) {
        const found = new Set<string>()
        for (let cursor: string | null = ''; cursor !== null; ) {
          const page: { items: { runId: string; arm: string }[]; nextCursor: string | null } = await flows.ok(
            tenant,
            'GET',
            `/api/v1/flows/${id}/report/people?limit=2&version=${version}&node=${made.node}&arm=${one.arm}&stage=${stage}&from=${made.from}&to=${made.to}${cursor && `&cursor=${cursor}`}`,
          )
          for (const row of page.items) found.add(row.runId)
          assert.ok(page.items.every((row) => row.arm === one.arm))
          cursor = page.nextCursor
        }
        assert.equal(found.size, figure, `${one.arm} ${stage}`)
      }
    }
  }
}
const figures = (made: Arm, ...names: string[]) => names.map((name) => made[name])

test('what comes of people is kept for either arm alike, also after their runs have ended', async () => {
  const tenant = 'alike'
  const id = await flows.published(tenant, 'N', nudging)
  const { push, none } = cast(tenant, id, { push: 3, none: 2 })
  for (const who of [...push, ...none]) await quiet(tenant, who)
  await until(
    'every nudge taken',
    () => report(tenant, id),
    (made) => arm(made, 'push')?.delivered === 3,
  )
  const [first = '', second = ''] = push
  const [held = ''] = none
  await flows.tell(tenant, 'back', `of-${first}`)
  await flows.settled()
  // Their runs are over by now: the one that was nudged has waited its day, the holdout never had more than a beginning.
  await flows.pass(2 * DAY)
  await until(
    'the runs of all',
    () => flows.runsOf(tenant, id),
    (runs) => runs.every(({ status }: { status: string }) => status === 'completed'),
  )
  await flows.tell(tenant, 'back', `of-${second}`)
  await flows.tell(tenant, 'back', `of-${held}`)
  await flows.tell(tenant, 'back', `of-${held}`)
  await flows.settled()
  const before = await report(tenant, id)
  assert.deepEqual(figures(arm(before, 'push'), 'entered', 'sent', 'delivered', 'recovered', 'observed', 'rate'), [
    ...[3, 3, 3, 2, 0, null],
  ])
  assert.deepEqual(figures(arm(before, 'none'), 'entered', 'sent', 'delivered', 'recovered', 'holdout', 'weight'), [
    ...[2, 0, 0, 1, true, 30],
  ])
  assert.deepEqual(arm(before, 'none').timeToReturn, { medianMs: 2 * DAY, p90Ms: 2 * DAY })
  // A day later the window of all is over, and who comes now comes too late.
  await flows.pass(DAY + 1)
  await flows.tell(tenant, 'back', `of-${push[2]}`)
  await flows.settled()
  const made = await report(tenant, id)
  assert.deepEqual(figures(arm(made, 'push'), 'recovered', 'observed', 'observedRecovered'), [2, 3, 2])
  assert.deepEqual(made.versions[0].goal, { event: 'back', withinMs: 3 * DAY })
  assert.equal(made.versions[0].lifts[0].verdict, 'notEnoughData')
  assert.equal(made.node, 'try')
  await rowsAgree(tenant, id)
})

test('a person counts once in a version, by the first entry of the period', async () => {
  const tenant = 'once'
  const id = await flows.published(tenant, 'O', nudging)
  const {
    push: [who = ''],
  } = cast(tenant, id, { push: 1, none: 1 })
  await quiet(tenant, who, 'first')
  await flows.settled()
  await flows.pass(HOUR)
  const middle = new Date(flows.clock.now()).toISOString()
  await quiet(tenant, who, 'second')
  await flows.settled()
  await flows.tell(tenant, 'back', 'second')
  await flows.settled()
  await flows.pass(HOUR)
  assert.deepEqual(figures(arm(await report(tenant, id), 'push'), 'entered', 'recovered'), [1, 0])
  assert.deepEqual(figures(arm(await report(tenant, id, `?from=${middle}`), 'push'), 'entered', 'recovered'), [1, 1])
  await rowsAgree(tenant, id)
  await rowsAgree(tenant, id, `?from=${middle}`)
})

test('a run that was over when its goal came tells of it, as the report does', async () => {
  const tenant = 'over'
  const id = await flows.published(tenant, 'V', nudging)
  const {
    none: [who = ''],
  } = cast(tenant, id, { push: 1, none: 1 })
  await quiet(tenant, who)
  await flows.settled()
  const [run] = await flows.runsOf(tenant, id)
  const goalAt = async () => (await flows.ok(tenant, 'GET', `/api/v1/runs/${run.id}`)).goalAt
  assert.deepEqual([run.status, await goalAt()], ['completed', null])
  await flows.pass(HOUR)
  await flows.tell(tenant, 'back', `of-${who}`)
  await flows.settled()
  assert.equal(await goalAt(), new Date(flows.clock.now()).toISOString())
  assert.deepEqual(figures(arm(await report(tenant, id), 'none'), 'entered', 'recovered'), [1, 1])
})

test('what came before the entry, or for somebody else, is no return', async () => {
  const tenant = 'before'
  const id = await flows.published(tenant, 'B', nudging)
  const {
    push: [who = ''],
  } = cast(tenant, id, { push: 1, none: 1 })
  await flows.tell(tenant, 'back', `of-${who}`)
  await quiet(tenant, who)
  await flows.tell(tenant, 'back', 'of-somebody-else')
  await flows.settled()
  assert.deepEqual(figures(arm(await report(tenant, id), 'push'), 'entered', 'recovered'), [1, 0])
})

test('a flow with a goal and no split is reported as a whole; links and closes are those of the conversation', async () => {
  const tenant = 'whole'
  await flows.people(tenant)
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'quiet' }],
      ['say', 'message', { text: 'Hola' }],
      ['reply', 'waitForEvent', { event: 'back', timeout: 'P1D' }],
      ['bye', 'close', { reason: 'abandoned' }],
      ['end', 'end', {}],
    ],
    ['start say', 'say reply', 'reply.timeout bye', 'reply.event end'],
    { goal: GOAL },
  )
  const id = await flows.published(tenant, 'W', drawn)
  await flows.tell(tenant, 'quiet', 'enc', { patient_id: 'maria' })
  await flows.settled()
  const { url } = await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/link', {})
  const { pathname } = new URL(url)
  await flows.open(pathname)
  await flows.settled()
  assert.equal(arm(await report(tenant, id), '').followed, 0, 'a page that was fetched is nobody yet')
  await flows.visit(`${pathname}/visit`)
  await until(
    'the visit',
    () => report(tenant, id),
    (made) => arm(made, '').followed === 1,
  )
  assert.equal(arm(await report(tenant, id), '').closed, 0, 'who followed the link was not closed by that')
  await flows.pass(DAY)
  await until(
    'the close',
    () => report(tenant, id).then((made) => flows.settled().then(() => made)),
    (made) => arm(made, '').closed === 1,
  )
  const made = await report(tenant, id)
  assert.deepEqual(figures(arm(made, ''), 'entered', 'sent', 'delivered', 'followed', 'recovered', 'closed'), [
    ...[1, 1, 1, 1, 0, 1],
  ])
  assert.deepEqual([made.node, made.versions[0].lifts, made.versions[0].spread], ['', [], null])
  await rowsAgree(tenant, id)
  const [{ person, encounterId }] = (await flows.ok(tenant, 'GET', `/api/v1/flows/${id}/report/people?version=1`)).items
  assert.deepEqual([person.id, encounterId], ['maria', 'enc'])
})

test('who has no address for any channel was sent nothing, and who has one was, also where its provider took nothing', async () => {
  const tenant = 'nowhere'
  const id = await flows.published(
    tenant,
    'N',
    graph(
      [
        ['start', 'trigger', { event: 'quiet' }],
        ['say', 'notify', { content: { body: 'Hola' }, channels: ['email', 'push'] }],
        ['end', 'end', {}],
      ],
      ['start say', 'say end'],
      { goal: GOAL },
    ),
  )
  const quietly = async (who: string, addresses: object) => {
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${who}`, { name: who, addresses })
    await quiet(tenant, who)
    await flows.settled()
    await flows.comesTo(tenant, id, 'completed')
  }
  await quietly('homeless', {})
  await quietly('reached', { push: 'device' })
  flows.push.breakWith(400)
  await quietly('refused', { push: 'device-that-is-refused' })
  flows.push.breakWith(null)
  assert.deepEqual(figures(arm(await report(tenant, id), ''), 'entered', 'sent', 'delivered'), [3, 2, 1])
})

test('a conversation that is closed was not followed by that', async () => {
  const tenant = 'closed'
  const id = await flows.published(tenant, 'N', nudging)
  const {
    none: [who = ''],
  } = cast(tenant, id, { push: 0, none: 1 })
  await flows.tell(tenant, 'quiet', `of-${who}`, { patient_id: who, encounter_id: `of-${who}` })
  await flows.settled()
  await flows.tell(tenant, 'encounter.closed', `of-${who}`, { encounter_id: `of-${who}`, patient_id: who })
  await until(
    'the close',
    () => report(tenant, id),
    (made) => arm(made, 'none').closed === 1,
  )
  assert.deepEqual(figures(arm(await report(tenant, id), 'none'), 'entered', 'followed'), [1, 0])
})

test('what is no period is refused, and so are flows and versions that are not there', async () => {
  const tenant = 'refused'
  const id = await flows.published(tenant, 'R', nudging)
  const status = async (query: string, of = id) =>
    (await flows.call(tenant, 'GET', `/api/v1/flows/${of}/report${query}`)).status
  assert.equal(await status('?from=2026-03-02T10:00:00Z&to=2026-03-02T10:00:00Z'), 400)
  assert.equal(await status('?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'), 400)
  assert.equal(await status('?from=yesterday'), 400)
  assert.equal(await status('?version=0'), 400)
  assert.equal(await status('?version=7'), 404)
  assert.equal(await status('', '00000000-0000-4000-8000-000000000000'), 404)
  const other = await flows.call('somebody', 'GET', `/api/v1/flows/${id}/report`)
  assert.equal(other.status, 404)
  assert.equal(await status('/people'), 400)
  assert.equal(await status('/people?version=7'), 404)
  assert.equal(await status('/people?version=1&stage=gone'), 400)
  assert.equal(await status('/people?version=1&from=yesterday'), 400)
  assert.equal(await status('/people?version=1&cursor=abc'), 400)
  assert.equal(await status('/people?version=1&arm=nobody&node=try'), 200)
  assert.equal(await status('/people?version=1&node=tyr'), 400, 'a typing error does not read as nobody')
  assert.equal((await flows.call('somebody', 'GET', `/api/v1/flows/${id}/report/people?version=1`)).status, 404)
})
