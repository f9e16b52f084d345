import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { insertFlow, publishVersion } from '#flows/authoring/store.ts'
import type { Graph } from '#flows/graph.ts'
import { flows as service } from '#flows/index.ts'
import { durably, rowOf, TENANT } from '#flows/runs/testing-durable.ts'
import { readSample } from '#flows/samples/samples.ts'
import { flowOf, graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'
import { notifications } from '#notifications/index.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { reports } from '#reports/index.ts'
import { testProgram } from '../testing.ts'

/* Nudging ends, whatever ends it: what is still to come does not come. */

let flows: FlowsHarness
let ladder: Graph
before(async () => {
  flows = await openFlows()
  ladder = (await readSample('lead-without-reply', 'en')).graph
})
after(() => flows?.close())

type Run = { id: string; version: number; status: string; outcome: string | null; subject: string }
const over = (tenant: string, flow: string): Promise<Run[]> =>
  until(
    'all runs are over',
    () => flows.runsOf(tenant, flow),
    (runs: Run[]) => runs.length > 0 && runs.every(({ status }) => status !== 'waiting'),
  )

/** María's lead, a day and a bit later: she was called back once, and will be again. */
async function nudged(tenant: string): Promise<string> {
  await flows.people(tenant)
  const flow = await flows.published(tenant, 'Ladder', ladder)
  await flows.tell(tenant, 'LeadCreated', 'ld-1', { leadId: 'ld-1', contactId: 'maria' })
  await flows.stands(tenant, flow, 'soon')
  await flows.pass(2 * HOUR)
  await flows.stands(tenant, flow, 'today')
  await flows.pass(22 * HOUR)
  await flows.stands(tenant, flow, 'thirdDay')
  assert.equal((await flows.notificationsOf(tenant)).length, 1)
  return flow
}

const ENDS: { name: string; by: string; tell(tenant: string): Promise<unknown> }[] = [
  {
    name: 'an opt-out',
    by: 'contact.opted_out',
    tell: (tenant) => flows.tell(tenant, 'contact.opted_out', 'maria', { contactId: 'maria' }),
  },
  {
    name: 'a complaint',
    by: 'complaint.created',
    tell: (tenant) => flows.tell(tenant, 'complaint.created', 'cp-1', { complaintId: 'cp-1', contactId: 'maria' }),
  },
  {
    name: 'the answer of an agent',
    by: 'encounter.message_sent',
    tell: (tenant) =>
      flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'agent', text: 'Hola, María' }),
  },
  {
    name: 'a word of the person',
    by: 'encounter.message_received',
    tell: (tenant) =>
      flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'patient', text: 'Sí, la quiero' }),
  },
  {
    name: 'the return of the person',
    by: 'encounter.resumed',
    async tell(tenant) {
      await flows.tell(tenant, 'encounter.tmipw_expired', 'enc', { patient_id: 'maria', queue_id: 'q' })
      await flows.settled()
      flows.clock.advance(1_000)
      await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/visit', { how: 'widget' })
    },
  },
]

for (const [i, { name, by, tell }] of ENDS.entries()) {
  test(`${name} ends the nudging: what was still to come does not come`, async () => {
    const tenant = `ends-${i}`
    const flow = await nudged(tenant)
    await flows.tell(tenant, 'contact.opted_out', 'jose', { contactId: 'jose' })
    await flows.ok(tenant, 'POST', '/api/v1/encounters/enc/messages', { from: 'bot', text: 'Un momento' })
    await flows.settled()
    assert.equal((await flows.runsOf(tenant, flow))[0].status, 'waiting')
    await tell(tenant)
    const [run] = await over(tenant, flow)
    assert.deepEqual([run?.status, run?.outcome], ['cancelled', `cancelled by ${by}`])
    await flows.pass(7 * 24 * HOUR)
    await flows.settled()
    assert.equal((await flows.notificationsOf(tenant)).length, 1)
    const { items } = await flows.ok(tenant, 'GET', '/api/v1/events?type=LeadUnanswered')
    assert.deepEqual(items, [])
  })
}

const staying = (settings: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['stay', 'waitForEvent', { event: 'done' }],
    ],
    ['start stay', 'stay.event stay'],
    settings,
  )
const OPT_OUT = { event: 'contact.opted_out', samePerson: true }
const queued = async (tenant: string, flow: string): Promise<string[]> =>
  (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/entries`)).items
    .map(({ subject }: { subject: string }) => subject)
    .sort()
const go = (tenant: string, subject: string, data: { [name: string]: Json } = {}) =>
  flows.tell(tenant, 'go', subject, data)

test('what waits to begin a run about the person is called off too, and nobody else', async () => {
  const tenant = 'queue'
  const flow = await flows.published(tenant, 'Q', staying({ concurrency: 1, cancelOn: [OPT_OUT] }))
  await go(tenant, 'first')
  await flows.stands(tenant, flow, 'stay')
  await go(tenant, 'a', { contactId: 'maria' })
  await go(tenant, 'b', { contactId: 'jose' })
  await until(
    'two wait',
    () => queued(tenant, flow),
    (found) => found.length === 2,
  )
  await flows.tell(tenant, 'contact.opted_out', 'maria', { contactId: 'maria' })
  await until(
    'one is left',
    () => queued(tenant, flow),
    (found) => found.join() === 'b',
  )
})

test('what an older version would be called off by does not call off what will begin with the new one', async () => {
  const tenant = 'older'
  const flow = await flows.published(tenant, 'O', staying({ concurrency: 1, cancelOn: ['stop'] }))
  await go(tenant, 'first')
  await flows.stands(tenant, flow, 'stay')
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, staying({ concurrency: 1 }))
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  await go(tenant, 'a')
  await until(
    'it waits',
    () => queued(tenant, flow),
    (found) => found.length === 1,
  )
  await flows.tell(tenant, 'stop', 'a')
  await flows.settled()
  assert.deepEqual(await queued(tenant, flow), ['a'])
})

test('a run that is moved to a version with such a rule is found by its person', async () => {
  const tenant = 'moved'
  const flow = await flows.published(tenant, 'M', staying({}))
  await go(tenant, 'a', { contactId: 'maria' })
  await flows.stands(tenant, flow, 'stay')
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, staying({ cancelOn: [OPT_OUT] }))
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, { runs: 'move' })
  await until(
    'it is moved',
    () => flows.runsOf(tenant, flow),
    ([run]: Run[]) => run?.version === 2,
  )
  await flows.tell(tenant, 'contact.opted_out', 'maria', { contactId: 'maria' })
  const [run] = await over(tenant, flow)
  assert.equal(run?.outcome, 'cancelled by contact.opted_out')
})

test('what comes while a run begins, in the hands of another node, ends it', async () => {
  const program = await testProgram([conversations, deliveries, notifications, reports, service])
  try {
    const { append, consume, wake } = durably(() => program)
    const { database } = program
    const now = Date.parse('2026-03-02T12:00:00Z')
    const flowId = hashId('race')
    const drawn = staying({ cancelOn: [OPT_OUT] })
    await database.transaction(async (tx) => {
      await insertFlow(tx, TENANT, flowId, 'Race', now)
      await publishVersion(tx, TENANT, {
        ...{ flowId, publication: hashId('race', 'publication'), graph: drawn as Graph, note: null, fromVersion: null },
        ...{ listens: [...flowOf(drawn).listens.keys()], by: 'test', at: now },
      })
    })
    const consumer = program.parts.flatMap((part) => part.consumers ?? []).find(({ name }) => name === 'flows')
    assert.ok(consumer)
    // One node has decided that a run begins; before that is committed another one hears of the opt-out.
    const begins = await consumer.handle([await append('go', 'a', now)], database.worker, now)
    await consume([await append('contact.opted_out', 'p1', now)], now, false)
    await database.transaction(async (tx) => begins?.(tx))
    const looks = await database.worker.query<{ key: string; payload: Json }>(
      "select key, payload from due where kind = 'flow.wake' and due_at <= to_timestamp($1::double precision / 1000)",
      [now],
    )
    await wake(
      looks.map(({ key, payload }) => rowOf(key, payload)),
      now,
      false,
      false,
    )
    const [run] = await database.worker.query<{ outcome: string | null }>('select outcome from flow_run')
    assert.equal(run?.outcome, 'cancelled by contact.opted_out')
  } finally {
    await program.close()
  }
})
