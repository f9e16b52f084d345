import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { asOwner } from '#events/testing.ts'
import { flows } from '#flows/index.ts'
import { listRuns, lookThroughRuns, runsAbout } from '#flows/runs/shown/store.ts'
import { notifications } from '#notifications/index.ts'
import { pagesTouched } from '#platform/testing.ts'
import { reports } from '#reports/index.ts'
import { testProgram } from '../../../testing.ts'

const FLOW = '0190a0b0-0000-7000-8000-000000000001'

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([conversations, deliveries, reports, notifications, flows])
  await asOwner(program.url, async (client) => {
    await client.query(
      `insert into flow_run (tenant, id, flow_id, version, slot, subject, status, event_id, event_position, started_at, ended_at,
         outcome, revision, hops, state, steps)
       select 'acme', gen_random_uuid(), $1, case when i <= 10 then 1 else 2 end, '', 'person-' || i % 6000,
         case when i % 20000 = 7 then 'failed' else 'completed' end, 'e' || i, i, to_timestamp(i), to_timestamp(i),
         case i % 20000 when 9 then 'rare' else 'usual' end, 1, 0, '[' || repeat('{},', 400) || '{}]', '[]' from generate_series(1, 60000) i`,
      [FLOW],
    )
    await client.query('vacuum analyze flow_run')
  })
})
after(() => program?.close())

test('the runs of one person are found among all of a flow, the newest first', async () => {
  const { worker } = program.database
  for (const [subject, count] of [
    ['person-77', 10],
    ['nobody', 0],
  ] as const) {
    const { rows } = await listRuns(worker, 'acme', { flowId: FLOW, subject }, 50)
    assert.equal(rows.length, count)
    assert.ok(rows.every((run, i) => i === 0 || run.startedAt < (rows[i - 1]?.startedAt as Date)))
    const pages = await pagesTouched(worker, (db) => listRuns(db, 'acme', { flowId: FLOW, subject }, 50))
    assert.ok(pages > 0 && pages < 50, `${pages} pages`)
  }
})

test('the few runs that failed, and those that do not wait, are found among all of a flow', async () => {
  const { worker } = program.database
  for (const [status, count] of [
    ['failed', 3],
    ['cancelled', 0],
    ['waiting', 0],
  ] as const) {
    const { rows } = await listRuns(worker, 'acme', { flowId: FLOW, status }, 50)
    assert.deepEqual(
      rows.map((row) => row.status),
      Array.from({ length: count }, () => status),
    )
    const pages = await pagesTouched(worker, (db) => listRuns(db, 'acme', { flowId: FLOW, status }, 50))
    assert.ok(pages > 0 && pages < 50, `${status}: ${pages} pages`)
  }
})

test('the few runs of a version or an outcome are passed to inside the index', async () => {
  const { worker } = program.database
  for (const [filter, count] of [
    [{ version: 1 }, 10],
    [{ version: 9 }, 0],
    [{ outcome: 'rare' }, 3],
    [{ version: 2, outcome: 'never' }, 0],
  ] as const) {
    const asked = { flowId: FLOW, ...filter }
    const { rows } = await listRuns(worker, 'acme', asked, 50)
    assert.equal(rows.length, count)
    const pages = await pagesTouched(worker, (db) => listRuns(db, 'acme', asked, 50))
    assert.ok(pages > 0 && pages < 2_000, `${JSON.stringify(filter)}: ${pages} pages of some 7,000`)
  }
})

test('the runs about a conversation come page by page, the newest first, whatever their flow', async () => {
  const { worker } = program.database
  const first = await runsAbout(worker, 'acme', ['person-78'], undefined, 6)
  assert.deepEqual([first.rows.length, first.more], [6, true])
  const last = first.rows.at(-1)
  const before = { at: last?.startedAt.toISOString() as string, id: last?.id as string }
  const second = await runsAbout(worker, 'acme', ['person-78'], before, 6)
  assert.deepEqual([second.rows.length, second.more], [4, false])
  const all = [...first.rows, ...second.rows]
  assert.equal(new Set(all.map(({ id }) => id)).size, 10)
  assert.ok(all.every((run, i) => i === 0 || run.startedAt < (all[i - 1]?.startedAt as Date)))
  assert.deepEqual((await runsAbout(worker, 'other', ['person-78'], undefined, 6)).rows, [])
  const pages = await pagesTouched(worker, (db) => runsAbout(db, 'acme', ['person-78'], before, 6))
  assert.ok(pages > 0 && pages < 50, `${pages} pages`)
  const both = await runsAbout(worker, 'acme', ['person-78', 'person-79', 'nobody'], undefined, 50)
  assert.equal(both.rows.length, 20)
  const many = Array.from({ length: 200 }, (_, i) => `nobody-${i}`)
  const searched = await pagesTouched(worker, (db) => runsAbout(db, 'acme', [...many, 'person-78'], before, 6))
  assert.ok(searched < 900, `${searched} pages for 201 subjects`)
})

test('runs that stand at a step are looked for page by page, in all their branches', async () => {
  const { worker } = program.database
  const flow = '0190a0b0-0000-7000-8000-000000000002'
  const states = [
    ['waiting', { parked: { node: 'pause' } }],
    ['waiting', { parked: { node: 'other' }, others: [{ node: 'third' }, { node: 'pause' }] }],
    ['waiting', { parked: { node: 'next', leaving: 'pause' } }],
    ['waiting', { parked: { node: 'pause', leaving: 'old' } }],
    ['waiting', { parked: { node: 'other' }, others: [] }],
    ['failed', { failure: { nodeId: 'pause' } }],
    ['completed', { parked: null, failure: null }],
  ] as const
  await asOwner(program.url, (client) =>
    client.query(
      `insert into flow_run (tenant, id, flow_id, version, slot, subject, status, event_id, event_position, started_at, revision,
         hops, state, steps)
       select 'acme', gen_random_uuid(), $1::uuid, 1, gen_random_uuid()::text, 'run-' || i, s->>0, 'e', 1, to_timestamp(i), 1, 0, s->>1, '[]'
       from (select ordinality - 1 as i, value as s from json_array_elements($2::json) with ordinality) s
       union all
       select 'acme', gen_random_uuid(), $1::uuid, 1, gen_random_uuid()::text, 'between', 'completed', 'e', 1, to_timestamp(4.5), 1, 0, '{}', '[]'
       from generate_series(1, 6000)`,
      [flow, JSON.stringify(states)],
    ),
  )
  const looked = async (filter: Partial<Parameters<typeof lookThroughRuns>[2]>, nodeId: string) => {
    const found: string[] = []
    const pages: number[] = []
    for (let before: { at: string; id: string } | undefined, more = true; more; ) {
      const page = await lookThroughRuns(
        worker,
        'acme',
        { flowId: flow, ...filter, ...(before && { before }) },
        { nodeId },
        2,
      )
      found.push(...page.rows.map(({ subject }) => subject))
      pages.push(page.rows.length)
      more = page.next !== null
      before = page.next ?? undefined
    }
    return { found, pages }
  }
  assert.deepEqual((await looked({}, 'pause')).found, ['run-5', 'run-2', 'run-1', 'run-0'])
  // The first page looks through 5,000 that are something else.
  assert.deepEqual(await looked({ status: 'waiting' }, 'pause'), { found: ['run-2', 'run-1', 'run-0'], pages: [2, 1] })
  assert.equal((await looked({}, 'pause')).pages[0], 1)
  assert.deepEqual((await looked({ status: 'failed' }, 'pause')).found, ['run-5'])
  assert.deepEqual((await looked({}, 'old')).found, ['run-3'])
  assert.deepEqual((await looked({}, 'nowhere')).found, [])
})
