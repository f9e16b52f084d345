import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { insertFlow, publishVersion } from '#flows/authoring/store.ts'
import type { Graph } from '#flows/graph.ts'
import { flows } from '#flows/index.ts'
import { lockRuns, readRun, readSteps } from '#flows/runs/store.ts'
import { build, type Kind, lots, type Plan, plan, WAYS, walkByHand } from '#flows/testing-graphs.ts'
import { notifications } from '#notifications/index.ts'
import type { DueRow } from '#platform/due-kind.ts'
import { type EventDraft, type Json, type LogEvent, shardOf } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Tx } from '#platform/work.ts'
import { testProgram } from '../../testing.ts'

/*
 * Generated graphs run durably: consumer, due rows and every store over PostgreSQL, with commits that are lost,
 * inputs that come twice, and two deciders at once. What the runs visited is compared with the model kept apart
 * (testing-graphs.ts), what left with what was visited.
 */

const TENANT = 'default'
const START = Date.parse('2026-03-02T12:00:00Z')
const DATA = { patient_id: 'p1' }
const FLOWS_PER_ROUND = 25
const ROUNDS = 8

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([conversations, deliveries, notifications, flows])
})
after(() => program?.close())

type Walker = { made: ReturnType<typeof build>; ways: readonly number[]; step: number; subject: string; runId: string }

let count = 0

async function append(type: string, subject: string, at: number): Promise<LogEvent> {
  const id = `event-${++count}`
  const draft: EventDraft = {
    tenant: TENANT,
    id,
    source: 'test',
    type,
    subject,
    form: 'cloudevents',
    raw: JSON.stringify({ specversion: '1.0', id, source: 'test', type, subject, data: DATA }),
    data: DATA,
    occurredAt: at,
    encounterId: subject,
    traceparent: null,
    cause: null,
    hops: 0,
    origin: 'rest',
  }
  const { position } = await program.log.append(draft)
  return { ...draft, position: position ?? 0, shard: shardOf(TENANT, subject), receivedAt: at }
}

class Crash extends Error {}

/** Hands events to the consumer as the log would: what crashed or met another decision is decided again. */
async function consume(events: readonly LogEvent[], now: number, crash: boolean): Promise<void> {
  const consumer = program.parts.flatMap((part) => part.consumers ?? []).find(({ name }) => name === 'flows')
  assert.ok(consumer)
  const decide = () => consumer.handle(events, program.database.worker, now)
  if (crash) {
    const lost = await decide()
    await assert.rejects(
      program.database.transaction(async (tx) => {
        lost?.(tx)
        throw new Crash()
      }),
      Crash,
    )
  }
  const [first, second] = [await decide(), await decide()]
  await program.database.transaction(async (tx) => first?.(tx))
  // Whoever decided on the same state and comes second is told to decide again, and then finds nothing to do.
  if (second !== null) {
    const late = program.database.transaction(async (tx) => second(tx))
    await late.catch((error: { code?: string }) => assert.equal(error.code, 'CA001', String(error)))
  }
}

const dueKind = () => {
  const kind = program.parts.flatMap((part) => part.dueKinds ?? []).find((one) => one.kind === 'flow.wake')
  assert.ok(kind)
  return kind
}

/** Claims and handles rows as the due engine would; `twice` hands them over again. */
async function wake(rows: readonly DueRow[], now: number, crash: boolean, twice: boolean): Promise<void> {
  if (rows.length === 0) return
  const handle = async (tx: Tx) => {
    tx.unschedule(
      'flow.wake',
      TENANT,
      rows.map(({ key }) => key),
    )
    await dueKind().handle(rows, tx, now)
  }
  if (crash) {
    await assert.rejects(
      program.database.transaction(async (tx) => {
        await handle(tx)
        throw new Crash()
      }),
      Crash,
    )
  }
  await program.database.transaction(handle)
  if (twice) await program.database.transaction(handle)
}

const rowOf = (key: string, payload: Json): DueRow => ({
  kind: 'flow.wake',
  tenant: TENANT,
  key,
  dueAt: 0,
  payload,
  attempts: 0,
})

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
