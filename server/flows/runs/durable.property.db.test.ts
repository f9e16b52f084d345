import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { insertFlow, publishVersion } from '#flows/authoring/store.ts'
import type { Graph } from '#flows/graph.ts'
import { flows } from '#flows/index.ts'
import { readRun, readSteps } from '#flows/runs/shown/store.ts'
import { lockRuns } from '#flows/runs/store.ts'
import { durably, rowOf, TENANT } from '#flows/runs/testing-durable.ts'
import { build, type Kind, lots, type Plan, plan, WAYS, walkByHand } from '#flows/testing-graphs.ts'
import { notifications } from '#notifications/index.ts'
import type { DueRow } from '#platform/due-kind.ts'
import type { Json, LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { reports } from '#reports/index.ts'
import { testProgram } from '../../testing.ts'

/*
 * Generated graphs run durably: consumer, due rows and every store over PostgreSQL, with commits that are lost,
 * inputs that come twice, and two deciders at once. What the runs visited is compared with the model kept apart
 * (testing-graphs.ts), what left with what was visited.
 */

const START = Date.parse('2026-03-02T12:00:00Z')
const FLOWS_PER_ROUND = 25
const ROUNDS = 8

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([conversations, deliveries, notifications, reports, flows])
})
after(() => program?.close())

const { append, consume, wake } = durably(() => program)

type Walker = { made: ReturnType<typeof build>; ways: readonly number[]; step: number; subject: string; runId: string }

let count = 0

async function publish(drawn: Plan, ways: readonly number[]): Promise<Walker> {
  const name = `go.n${++count}`
  const made = build(drawn, name)
  const flowId = hashId(name)
  await program.database.transaction(async (tx) => {
    await insertFlow(tx, TENANT, flowId, name, START)
    await publishVersion(tx, TENANT, {
      flowId,
      publication: hashId(name, 'publication'),
      graph: made.graph as Graph,
      listens: [...made.flow.listens.keys()],
      note: null,
      fromVersion: null,
      by: 'test',
      at: START,
    })
  })
  return { made, ways, step: 0, subject: `subject-${count}`, runId: '' }
}

type Told = { kind: 'event'; walker: Walker } | { kind: 'wake'; row: DueRow; at: number }

/** What the lot says that happens next to a parked run; null when it is over or the lots are used up. */
async function nextOf(walker: Walker): Promise<Told | null> {
  const [record] = await program.database.transaction((tx) => lockRuns(tx, [{ tenant: TENANT, id: walker.runId }]))
  const parked = record?.run.parked
  const lot = walker.ways[walker.step]
  if (parked == null || lot === undefined) return null
  walker.step += 1
  const options = WAYS[walker.made.kinds.get(parked.node) as Kind]
  const way = options[lot % options.length] as string
  const payload = { runId: walker.runId, node: parked.node, visit: parked.visit }
  const key = `${walker.runId}:${parked.visit}`
  if (way === 'event') return { kind: 'event', walker }
  if (parked.kind !== 'outcome') return { kind: 'wake', row: rowOf(key, payload), at: parked.wakeAt ?? 0 }
  const kind = walker.made.kinds.get(parked.node)
  const outcome =
    kind === 'http'
      ? {
          deliveryId: 'd',
          ended: way === 'ok' ? 'delivered' : 'failed',
          attempts: 1,
          status: 200,
          error: way === 'ok' ? null : 'no',
          outcome: { status: 200 },
          payload,
        }
      : { ...payload, outcome: way, notificationId: 'n', channel: null, reason: null }
  return { kind: 'wake', row: rowOf(`${key}:outcome`, outcome as Json), at: 0 }
}

async function countOf(text: string, values: unknown[]): Promise<number> {
  const [row] = await program.database.worker.query<{ n: number }>(text, values)
  return row?.n ?? -1
}

test('generated graphs run durably as the model says, whatever is lost, doubled or decided twice', async () => {
  const drawn = fc.sample(fc.record({ plan, lots }), { numRuns: FLOWS_PER_ROUND * ROUNDS, seed: 20260302 })
  let now = START
  for (let round = 0; round < ROUNDS; round++) {
    const walkers: Walker[] = []
    for (const one of drawn.slice(round * FLOWS_PER_ROUND, (round + 1) * FLOWS_PER_ROUND)) {
      walkers.push(await publish(one.plan, one.lots))
    }
    const starts: LogEvent[] = []
    for (const walker of walkers) {
      const event = await append(walker.made.flow.triggers[0]?.pattern ?? '', walker.subject, now)
      starts.push(event)
      walker.runId = hashId('run', TENANT, hashId(event.type), 'test', event.id)
    }
    await consume(starts, now, round % 2 === 0)
    for (let turn = 0; turn < 32; turn++) {
      const told = (await Promise.all(walkers.map(nextOf))).filter((one) => one !== null)
      if (told.length === 0) break
      const wakes = told.filter((one) => one.kind === 'wake')
      now = Math.max(now, ...wakes.map(({ at }) => at)) + 1
      const events: LogEvent[] = []
      for (const one of told) if (one.kind === 'event') events.push(await append('reply', one.walker.subject, now))
      if (events.length > 0) await consume(events, now, turn % 3 === 0)
      await wake(
        wakes.map(({ row }) => row),
        now,
        turn % 3 === 1,
        turn % 2 === 0,
      )
    }
    for (const walker of walkers) await check(walker)
  }
})

async function check(walker: Walker): Promise<void> {
  const run = await readRun(program.database.worker, TENANT, walker.runId)
  assert.ok(run, 'the run is there')
  const visits = new Map<string, number>()
  const { steps, next } = await readSteps(program.database.worker, TENANT, run)
  assert.equal(next, null)
  for (const step of steps) {
    if (step.resumed !== true) visits.set(step.nodeId, (visits.get(step.nodeId) ?? 0) + 1)
  }
  assert.notEqual(run.status, 'failed', JSON.stringify(run.state))
  assert.deepEqual([...visits].sort(), [...walkByHand(walker.made, walker.ways)].sort())
  const of = (kind: Kind) => [...visits].reduce((sum, [id, n]) => sum + (walker.made.kinds.get(id) === kind ? n : 0), 0)
  const cause = `run:${walker.runId}`
  const left = {
    http: await countOf(`select count(*) as n from delivery where tenant = $1 and cause = $2 and channel = 'http'`, [
      TENANT,
      cause,
    ]),
    notify: await countOf('select count(*) as n from notification where tenant = $1 and cause = $2', [TENANT, cause]),
    emit: await countOf(`select count(*) as n from event_log where tenant = $1 and cause = $2 and type = 'told.it'`, [
      TENANT,
      cause,
    ]),
    message: await countOf('select count(*) as n from message where tenant = $1 and encounter_id = $2', [
      TENANT,
      walker.subject,
    ]),
  }
  assert.deepEqual(left, { http: of('http'), notify: of('notify'), emit: of('emit'), message: of('message') })
  const timers = await countOf(
    `select count(*) as n from due where kind = 'flow.wake' and tenant = $1 and key like $2 || ':%' and key not like '%:outcome'`,
    [TENANT, walker.runId],
  )
  assert.ok(timers <= 1, 'timers of waits that are over are gone')
}
