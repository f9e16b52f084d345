import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { ENTRY_KIND, lookRow } from '#flows/entry/arrivals.ts'
import { flows as service } from '#flows/index.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'
import { notifications } from '#notifications/index.ts'
import { hashId } from '#platform/ids.ts'
import { reports } from '#reports/index.ts'
import { testProgram } from '../../testing.ts'

/* Flows that let their runs begin in turn, later or together. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

/** Waits for `done` of its subject, then ends. */
const drawn = (settings: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['stay', 'waitForEvent', { event: 'done' }],
      ['end', 'end'],
    ],
    ['start stay', 'stay.event end'],
    settings,
  )
const MINUTE = 60_000
const pass = (ms: number) => flows.pass(ms)

type Run = { id: string; subject: string; status: string; startedAt: string }
const under = async (tenant: string, flow: string): Promise<string[]> =>
  (await flows.runsOf(tenant, flow))
    .filter(({ status }: Run) => status === 'waiting')
    .map(({ subject }: Run) => subject)
    .sort()
const waits = async (tenant: string, flow: string) =>
  (await flows.ok(tenant, 'GET', `/api/v1/flows/${flow}/entries`)).items
const queued = async (tenant: string, flow: string): Promise<string[]> =>
  (await waits(tenant, flow)).map(({ subject }: { subject: string }) => subject)
const underWay = (tenant: string, flow: string, subjects: readonly string[]) =>
  until(
    `under way: ${subjects}`,
    () => under(tenant, flow),
    (found) => found.join() === [...subjects].sort().join(),
  )
const queue = (tenant: string, flow: string, subjects: readonly string[]) =>
  until(
    `waiting: ${subjects}`,
    () => queued(tenant, flow),
    (found) => found.join() === subjects.join(),
  )

test('so many run at once, and the others begin in the order of their priority when one is over', async () => {
  const tenant = 'turns'
  const flow = await flows.published(tenant, 'T', drawn({ concurrency: 2, priority: 'event.data.p' }))
  await flows.tell(tenant, 'go', 'a', { p: 0 })
  await flows.tell(tenant, 'go', 'b', { p: 0 })
  await underWay(tenant, flow, ['a', 'b'])
  await flows.tell(tenant, 'go', 'low', { p: 1 })
  await flows.tell(tenant, 'go', 'high', { p: 9 })
  await flows.tell(tenant, 'go', 'odd', { p: 'x' })
  await queue(tenant, flow, ['high', 'low', 'odd'])
  await flows.settled()
  assert.deepEqual(await under(tenant, flow), ['a', 'b'])
  await flows.tell(tenant, 'done', 'a')
  await underWay(tenant, flow, ['b', 'high'])
  const [run] = (await flows.runsOf(tenant, flow)).filter(({ subject }: Run) => subject === 'b')
  await flows.ok(tenant, 'POST', `/api/v1/runs/${run.id}/cancel`, {})
  await underWay(tenant, flow, ['high', 'low'])
  await queue(tenant, flow, ['odd'])
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/unpublish`)
  await flows.tell(tenant, 'done', 'high')
  await queue(tenant, flow, [])
  // Of a flow that is not published nobody begins.
  await underWay(tenant, flow, ['low'])
})

test('so many begin within a span, and the next when the span has passed', async () => {
  const tenant = 'rate'
  const flow = await flows.published(tenant, 'R', drawn({ rate: { limit: 2, per: 'PT1H' } }))
  for (const subject of ['a', 'b', 'c']) await flows.tell(tenant, 'go', subject)
  await underWay(tenant, flow, ['a', 'b'])
  await queue(tenant, flow, ['c'])
  await pass(HOUR - 1)
  await flows.tell(tenant, 'go', 'd')
  await queue(tenant, flow, ['c', 'd'])
  assert.deepEqual(await under(tenant, flow), ['a', 'b'])
  await pass(1)
  await underWay(tenant, flow, ['a', 'b', 'c', 'd'])
})

test('what waits follows what is published at once, whatever time its old turn was far away', async () => {
  const tenant = 'republished'
  const flow = await flows.published(tenant, 'P', drawn({ rate: { limit: 1, per: 'P10D' } }))
  const publish = async (settings: object) => {
    await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn(settings))
    await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, {})
  }
  for (const subject of ['a', 'b', 'c', 'd']) await flows.tell(tenant, 'go', subject)
  await underWay(tenant, flow, ['a'])
  await queue(tenant, flow, ['b', 'c', 'd'])
  await publish({ rate: { limit: 2, per: 'P10D' } })
  await underWay(tenant, flow, ['a', 'b'])
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
  await flows.settled()
  assert.deepEqual(await queued(tenant, flow), ['c', 'd'])
  await publish({})
  await underWay(tenant, flow, ['a', 'b', 'c', 'd'])
  await publish({ debounce: 'P1D' })
  for (const subject of ['e', 'f']) await flows.tell(tenant, 'go', subject)
  await queue(tenant, flow, ['e', 'f'])
  await publish({})
  await underWay(tenant, flow, ['a', 'b', 'c', 'd', 'e', 'f'])
  await publish({ rate: { limit: 1, per: 'P10D' } })
  await flows.tell(tenant, 'go', 'g')
  await queue(tenant, flow, ['g'])
  await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/unpublish`)
  await queue(tenant, flow, [])
})

test('the last event of a key begins once it has been quiet', async () => {
  const tenant = 'quiet'
  const flow = await flows.published(tenant, 'Q', drawn({ debounce: 'PT10M' }))
  await flows.tell(tenant, 'go', 'a', { n: 1 })
  await queue(tenant, flow, ['a'])
  await pass(9 * MINUTE)
  await flows.tell(tenant, 'go', 'a', { n: 2 })
  await flows.tell(tenant, 'go', 'b', { n: 1 })
  await until(
    'b',
    () => queued(tenant, flow),
    (found) => found.length === 2,
  )
  await pass(9 * MINUTE)
  assert.deepEqual(await flows.runsOf(tenant, flow), [])
  await pass(MINUTE)
  await underWay(tenant, flow, ['a', 'b'])
  const runs = await flows.runsOf(tenant, flow)
  assert.equal(runs.length, 2)
  const a = runs.find(({ subject }: Run) => subject === 'a')
  const [entry] = (await flows.ok(tenant, 'GET', `/api/v1/events/${a.eventId}`)).data === undefined ? [] : [a]
  assert.ok(entry)
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/events/${a.eventId}`)).data.n, 2)
})

const gathering = (settings: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['sum', 'set', { vars: { n: 'vars.batch.map(e, e.data.n)' } }],
      ['stay', 'waitForEvent', { event: 'done' }],
      ['end', 'end'],
    ],
    ['start sum', 'sum stay', 'stay.event end'],
    settings,
  )

test('events of a key begin one run together: at so many, or after a while; what comes meanwhile is for the next', async () => {
  const tenant = 'batch'
  const flow = await flows.published(tenant, 'B', gathering({ batch: { size: 3, within: 'PT1H' } }))
  const vars = async () =>
    Promise.all(
      (await flows.runsOf(tenant, flow)).map(async ({ id }: Run) =>
        (await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)).vars.n.join(),
      ),
    ) as Promise<string[]>
  const came = (all: readonly string[]) =>
    until(`batches ${all}`, vars, (found) => found.sort().join(';') === [...all].sort().join(';'))
  for (const n of [1, 2]) await flows.tell(tenant, 'go', 'a', { n })
  await flows.tell(tenant, 'go', 'b', { n: 7 })
  await until(
    'three',
    () => queued(tenant, flow),
    (found) => found.length === 3,
  )
  assert.deepEqual(await vars(), [])
  for (const n of [3, 4, 5, 6]) await flows.tell(tenant, 'go', 'a', { n })
  await came(['1,2,3'])
  await pass(HOUR)
  await came(['1,2,3', '7'])
  await flows.tell(tenant, 'done', 'a')
  await came(['1,2,3', '7', '4,5,6'])
})

test('what has no key is gathered with nothing: it may be about somebody else', async () => {
  const tenant = 'keyless'
  const settings = { key: 'event.data.order', batch: { size: 2, within: 'P1D' } }
  const flow = await flows.published(tenant, 'K', gathering(settings))
  for (const [i, subject] of ['ana', 'ben', 'eva'].entries()) await flows.tell(tenant, 'go', subject, { n: i })
  // Nor does it wait for others: nobody can come.
  await underWay(tenant, flow, ['ana', 'ben', 'eva'])
  for (const { id } of await flows.runsOf(tenant, flow)) {
    const { vars, subject } = await flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)
    assert.deepEqual(
      vars.batch.map((event: { subject: string }) => event.subject),
      [subject],
    )
  }
})

test('a key begins one run in a period', async () => {
  const tenant = 'once'
  const flow = await flows.published(tenant, 'O', drawn({ oncePer: 'P1D' }))
  const again = async (n: number) => {
    await flows.tell(tenant, 'go', 'a')
    await flows.tell(tenant, 'go', `z${n}`)
    await until(
      'the other',
      () => under(tenant, flow),
      (found) => found.includes(`z${n}`),
    )
    return (await flows.runsOf(tenant, flow)).filter(({ subject }: Run) => subject === 'a').length
  }
  assert.equal(await again(1), 1)
  await flows.tell(tenant, 'done', 'a')
  await until(
    'it is over',
    () => under(tenant, flow),
    (found) => !found.includes('a'),
  )
  await pass(24 * HOUR - 1)
  assert.equal(await again(2), 1)
  await pass(1)
  assert.equal(await again(3), 2)
})

test('what would end a run ends what waits to begin one', async () => {
  const tenant = 'gone'
  const flow = await flows.published(tenant, 'G', drawn({ debounce: 'PT1H', cancelOn: ['stop'] }))
  await flows.tell(tenant, 'go', 'a')
  await flows.tell(tenant, 'go', 'b')
  await until(
    'two',
    () => queued(tenant, flow),
    (found) => found.length === 2,
  )
  await flows.tell(tenant, 'stop', 'a')
  await queue(tenant, flow, ['b'])
  await pass(HOUR)
  await underWay(tenant, flow, ['b'])
  assert.equal((await flows.runsOf(tenant, flow)).length, 1)
})

test('a reply that came while a run waited for its turn is not lost to it', async () => {
  const tenant = 'early'
  const flow = await flows.published(tenant, 'E', drawn({ concurrency: 1 }))
  await flows.tell(tenant, 'go', 'a')
  await underWay(tenant, flow, ['a'])
  await flows.tell(tenant, 'go', 'b')
  await flows.tell(tenant, 'done', 'b')
  await queue(tenant, flow, ['b'])
  await flows.settled()
  await flows.tell(tenant, 'done', 'a')
  await until(
    'both are over',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.length === 2 && runs.every(({ status }: Run) => status === 'completed'),
  )
})

test('over two nodes never more run at once than may, and all do in the end', async () => {
  const tenant = 'nodes'
  const LIMIT = 3
  const flow = await flows.published(tenant, 'N', drawn({ concurrency: LIMIT }))
  const other = await testProgram([deliveries, conversations, notifications, service], {
    clock: flows.clock,
    url: flows.program.url,
    node: 'other',
  })
  await other.start()
  try {
    const all = Array.from({ length: 40 }, (_, i) => `s${i}`)
    await Promise.all(all.map((subject) => flows.tell(tenant, 'go', subject)))
    for (const over = new Set<string>(); over.size < all.length; ) {
      const now = await until(
        'somebody runs',
        () => under(tenant, flow),
        (found) => found.some((subject) => !over.has(subject)),
      )
      assert.ok(now.length <= LIMIT, `${now.length} at once`)
      for (const subject of now) {
        if (!over.has(subject)) await flows.tell(tenant, 'done', subject)
        over.add(subject)
      }
    }
    await until(
      'nobody waits',
      () => under(tenant, flow),
      (found) => found.length === 0,
    )
    assert.deepEqual(await waits(tenant, flow), [])
  } finally {
    await other.close()
  }
})

test('of many flows some are looked at in one commit, and the others in the next', async () => {
  const program = await testProgram([conversations, deliveries, notifications, reports, service])
  try {
    const { database } = program
    const kind = program.parts.flatMap((part) => part.dueKinds ?? []).find((one) => one.kind === ENTRY_KIND)
    assert.ok(kind)
    const rows = Array.from({ length: 25 }, (_, i) => {
      const flowId = hashId('many', String(i))
      return { ...lookRow('default', { flowId, keys: [] }, 'x', 0), payload: { flowId, keys: [] }, attempts: 0 }
    })
    await database.transaction((tx) => kind.handle(rows, tx, 1_000))
    const left = () => database.worker.query<{ key: string }>('select key from due where kind = $1', [ENTRY_KIND])
    assert.deepEqual(
      (await left()).map(({ key }) => key).sort(),
      rows
        .slice(10)
        .map(({ key }) => key)
        .sort(),
    )
  } finally {
    await program.close()
  }
})
