import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asOwner } from '#events/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const told = async (tenant: string): Promise<string[]> =>
  (
    await flows.program.database.worker.query<{ type: string }>(
      `select type from event_log where tenant = $1 and type ~ '^flow\\.(runs_overdue|firing_stopped|failures_risen|recovered)$'
       order by position`,
      [tenant],
    )
  ).map(({ type }) => type)

/** The watchdog has looked at this minute. */
const looked = () =>
  until(
    'a look',
    () =>
      flows.program.database.worker.query<{ at: Date }>(
        `select due_at as at from due where kind = 'flow.watch' and key = 'watch'`,
      ),
    ([row]) => row !== undefined && row.at.getTime() > flows.clock.wall(),
  )

/** The watchdog looks until it has told so much; each fifth look is at all that wait. */
const comesTo = (tenant: string, types: readonly string[]) =>
  until(
    `told ${types}`,
    async () => {
      await flows.pass(60_000)
      await looked()
      return told(tenant)
    },
    (found) => found.join() === types.join(),
  )

test('a run that lost its wake is told of once, and when it is gone', async () => {
  const tenant = 'late'
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['pause', 'wait', { for: 'PT1H' }],
    ],
    ['start pause'],
  )
  const watching = await flows.published(
    tenant,
    'Alarm',
    graph(
      [
        ['start', 'trigger', { event: 'flow.runs_overdue' }],
        ['end', 'end', { outcome: 'rung' }],
      ],
      ['start end'],
    ),
  )
  const flow = await flows.published(tenant, 'L', drawn)
  await flows.tell(tenant, 'go', 'a')
  const { id } = await flows.stands(tenant, flow, 'pause')
  await flows.program.database.worker.query(`delete from due where kind = 'flow.wake' and tenant = $1`, [tenant])
  flows.clock.advance(2 * HOUR)
  await comesTo(tenant, ['flow.runs_overdue'])
  const [{ data }] = (await flows.ok(tenant, 'GET', '/api/v1/events?type=flow.runs_overdue')).items
  const due = Date.parse((await flows.runOf(tenant, flow)).waitsFor.until)
  assert.deepEqual([data.runs, data.runId, data.nodeId, Date.parse(data.dueAt)], [1, id, 'pause', due])
  const [run] = await flows.comesTo(tenant, watching, 'completed')
  assert.equal(run.outcome, 'rung', 'a flow began by it')
  // What goes on of a flow that is not published any more is looked after all the same.
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/unpublish`, {})
  await flows.pass(6 * 60_000)
  await looked()
  assert.deepEqual(await told(tenant), ['flow.runs_overdue'])
  await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/cancel`, {})
  await comesTo(tenant, ['flow.runs_overdue', 'flow.recovered'])
})

test('a burst of failures is told of, and when it is over, also to those who run the place', async () => {
  const tenant = 'burst'
  await asOwner(flows.program.url, async (client) => {
    await client.query(`insert into tenant values ($1, $1, 'active', now())`, [tenant])
    for (const role of ['owner', 'agent']) {
      await client.query(
        `insert into app_user (tenant, id, email, name, role, password_hash, created_at) values ($1, $2, $2 || '@example.org', $2, $2, '', now())`,
        [tenant, role],
      )
    }
  })
  const flow = await flows.published(
    tenant,
    'B',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['ask', 'message', { text: { es: 'Hola' } }],
      ],
      ['start ask'],
    ),
  )
  const runs = async () => (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/runs?limit=50`)).items
  for (let n = 0; n < 10; n++) {
    await flows.program.log.append({
      ...{ tenant, id: `go-${n}`, source: 'test', type: 'go', subject: `s${n}`, form: 'cloudevents', data: {} },
      raw: JSON.stringify({
        specversion: '1.0',
        id: `go-${n}`,
        source: 'test',
        type: 'go',
        subject: `s${n}`,
        data: {},
      }),
      ...{ occurredAt: flows.clock.now(), encounterId: null, traceparent: null, cause: null, hops: 0, origin: 'rest' },
    })
  }
  await until(
    'ten failed',
    runs,
    (all) => all.filter(({ status }: { status: string }) => status === 'failed').length === 10,
  )
  await comesTo(tenant, ['flow.failures_risen'])
  flows.clock.advance(HOUR)
  await comesTo(tenant, ['flow.failures_risen', 'flow.recovered'])
  const alerts: { to: { userId: string }; channel: string; template: string; body: string }[] =
    await flows.notificationsOf(tenant)
  assert.deepEqual(alerts.map(({ to, channel, template }) => `${to.userId} ${channel} ${template}`).sort(), [
    'owner email flow-recovered',
    'owner email flow-troubled',
    'owner inbox flow-recovered',
    'owner inbox flow-troubled',
  ])
  const inbox = alerts.find(({ channel, template }) => channel === 'inbox' && template === 'flow-troubled')
  assert.match(
    inbox?.body ?? '',
    /^B: fallan más ejecuciones de lo habitual: 10 en los últimos 15 minutos\. De ellas 10 en el mismo paso: .*ask.* falló: el evento que inició esta ejecución no nombra ninguna conversación\.\nhttp:\/\/.*\/flows\/[\w-]+\/runs\?status=failed\n/,
  )
  const [{ data }] = (await flows.ok(tenant, 'GET', '/api/v1/events?type=flow.failures_risen')).items
  assert.deepEqual(
    [data.nodeId, data.cause, data.alike],
    ['ask', 'the event that started this run names no encounter', 10],
  )
})
