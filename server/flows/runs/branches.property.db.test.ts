import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { cloudEventView } from '#events/index.ts'
import { insertFlow, publishVersion } from '#flows/authoring/store.ts'
import type { Graph } from '#flows/graph.ts'
import { flows } from '#flows/index.ts'
import { type Run, type Step, waitsOf } from '#flows/run.ts'
import { readRun, readSteps } from '#flows/runs/shown/store.ts'
import { lockRuns } from '#flows/runs/store.ts'
import { durably, rowOf, TENANT } from '#flows/runs/testing-durable.ts'
import { simulate } from '#flows/simulator.ts'
import { env } from '#flows/testing.ts'
import { blocks, type DrawnBlocks, drawBlocks, modelOf } from '#flows/testing-branches.ts'
import { notifications } from '#notifications/index.ts'
import type { DueRow } from '#platform/due-kind.ts'
import type { Json, LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { reports } from '#reports/index.ts'
import { testProgram } from '../../testing.ts'

/*
 * Runs with branches, loops and arms inside each other, durably: against the model kept apart, whatever is lost, doubled
 * or decided twice; and against the simulator, step by step and moment by moment.
 */

const START = Date.parse('2026-03-02T12:00:00Z')
const ROUNDS = 6
const FLOWS_PER_ROUND = 25

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([conversations, deliveries, notifications, reports, flows])
})
after(() => program?.close())
const { append, consume, wake } = durably(() => program)

type Walker = { made: DrawnBlocks; flowId: string; subject: string; runId: string; event: LogEvent | null }

let count = 0

async function publish(list: Parameters<typeof drawBlocks>[0]): Promise<Walker> {
  const name = `branches.n${++count}`
  const made = drawBlocks(list, name)
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
  return { made, flowId, subject: `branches-${count}`, runId: '', event: null }
}

async function begin(walkers: readonly Walker[], now: number, crash: boolean): Promise<void> {
  const starts: LogEvent[] = []
  for (const walker of walkers) {
    const event = await append(walker.made.flow.triggers[0]?.pattern ?? '', walker.subject, now)
    starts.push(event)
    walker.event = event
    walker.runId = hashId('run', TENANT, walker.flowId, 'test', event.id)
  }
  await consume(starts, now, crash)
}

async function runOf({ runId }: Walker): Promise<Run | undefined> {
  const [record] = await program.database.transaction((tx) => lockRuns(tx, [{ tenant: TENANT, id: runId }]))
  return record?.run
}

async function stepsOf({ runId }: Walker): Promise<{ status: string; steps: readonly Step[] }> {
  const run = await readRun(program.database.worker, TENANT, runId)
  assert.ok(run, 'the run is there')
  assert.notEqual(run.status, 'failed', JSON.stringify(run.state))
  const { steps, next } = await readSteps(program.database.worker, TENANT, run)
  assert.equal(next, null)
  return { status: run.status, steps }
}

const called = (runId: string, node: string, visit: number): DueRow =>
  rowOf(`${runId}:${visit}:outcome`, {
    deliveryId: 'd',
    ended: 'delivered',
    attempts: 1,
    status: 200,
    error: null,
    outcome: { status: 200, headers: {}, body: null },
    payload: { runId, node, visit },
  } as Json)

test('branches run durably as the model says, whatever is lost, doubled or decided twice', async () => {
  const drawn = fc.sample(fc.record({ blocks, lots: fc.array(fc.nat(), { maxLength: 30 }) }), {
    numRuns: FLOWS_PER_ROUND * ROUNDS,
    seed: 20260302,
  })
  let now = START
  let several = 0
  for (let round = 0; round < ROUNDS; round++) {
    const part = drawn.slice(round * FLOWS_PER_ROUND, (round + 1) * FLOWS_PER_ROUND)
    const walkers: Walker[] = []
    for (const { blocks: list } of part) walkers.push(await publish(list))
    await begin(walkers, now, round % 2 === 0)
    const told = walkers.map(() => [] as string[])
    for (let turn = 0; turn < 30; turn++) {
      const events: LogEvent[] = []
      const rows: DueRow[] = []
      for (const [i, walker] of walkers.entries()) {
        const lot = part[i]?.lots[turn]
        const run = lot === undefined ? undefined : await runOf(walker)
        const waits = run === undefined ? [] : waitsOf(run)
        const parked = waits[(lot ?? 0) % waits.length]
        if (parked === undefined) continue
        if (waits.length > 1) several += 1
        told[i]?.push(parked.node)
        now = Math.max(now, parked.wakeAt ?? 0)
        const { node, visit } = parked
        if (parked.kind === 'event') events.push(await append(parked.event ?? '', walker.subject, now))
        else if (parked.kind === 'outcome') rows.push(called(walker.runId, node, visit))
        else rows.push(rowOf(`${walker.runId}:${visit}`, { runId: walker.runId, node, visit }))
      }
      if (events.length + rows.length === 0) break
      if (events.length > 0) await consume(events, now, turn % 3 === 0)
      await wake(rows, now, turn % 3 === 1, turn % 2 === 0)
    }
    for (const [i, walker] of walkers.entries()) await checkAgainstModel(walker, told[i] ?? [])
  }
  assert.ok(several > 50, `runs with several branches: ${several}`)
})

async function checkAgainstModel(walker: Walker, told: readonly string[]): Promise<void> {
  const { status, steps } = await stepsOf(walker)
  const visits = new Map<string, number>()
  const arms = new Map<string, number>()
  for (const { nodeId, resumed, type, way } of steps) {
    if (resumed !== true) visits.set(nodeId, (visits.get(nodeId) ?? 0) + 1)
    if (type === 'split') arms.set(nodeId, Number(way?.slice(1)))
  }
  const model = modelOf(walker.made, (id) => arms.get(id) as number)
  for (const id of told) model.over(id)
  assert.deepEqual([...visits].sort(), [...model.visits].sort())
  assert.equal(status, model.waits.length > 0 ? 'waiting' : 'completed')
  const timers = await program.database.worker.query<{ key: string }>(
    `select key from due where kind = 'flow.wake' and tenant = $1 and key like $2 || ':%' and key not like '%:outcome'`,
    [TENANT, walker.runId],
  )
  const waiting = model.waits.filter((id) => walker.made.flow.nodes.get(id)?.kind.type === 'wait')
  assert.equal(timers.length, waiting.length, 'timers of waits that are over are gone, those of others are there')
}

test('the simulator walks branches as real runs go, step by step and moment by moment', async () => {
  const lists = fc.sample(blocks, { numRuns: 60, seed: 7 })
  const walkers: Walker[] = []
  for (const list of lists) walkers.push(await publish(list))
  await begin(walkers, START, false)
  for (const walker of walkers) {
    await walkReally(walker)
    const { made, flowId, event } = walker
    assert.ok(event)
    const simulated = simulate(
      made.flow,
      {
        event: cloudEventView(event),
        about: { encounterId: walker.subject, contactId: 'p1', queueId: null, silence: null },
        facts: { contact: null, encounter: null, queue: null },
        later: [],
        outcomes: new Map(),
      },
      {
        ...env(),
        experiment: `${TENANT}/${flowId}`,
        notify: () => {
          throw new Error('nobody is notified')
        },
      },
    )
    const { status, steps } = await stepsOf(walker)
    const shown = (list: readonly Step[]) =>
      list.map(({ nodeId, at, way, resumed, visit }) => JSON.stringify({ nodeId, at, way, resumed, visit }))
    assert.deepEqual(shown(steps), shown(simulated.steps))
    assert.equal(simulated.run?.status, status)
  }
})

/** Calls are answered at once, then the clock goes on to the next timer; nobody replies. */
async function walkReally(walker: Walker): Promise<void> {
  let now = START
  for (;;) {
    const run = await runOf(walker)
    const waits = run === undefined ? [] : waitsOf(run)
    const [call] = waits.filter(({ kind }) => kind === 'outcome').sort((a, b) => a.visit - b.visit)
    if (call !== undefined) {
      await wake([called(walker.runId, call.node, call.visit)], now, false, false)
      continue
    }
    const [next] = waits
      .filter(({ wakeAt }) => wakeAt !== null)
      .sort((a, b) => (a.wakeAt as number) - (b.wakeAt as number))
    if (next === undefined) return
    now = Math.max(now, next.wakeAt as number)
    const { node, visit } = next
    await wake([rowOf(`${walker.runId}:${visit}`, { runId: walker.runId, node, visit })], now, false, false)
  }
}
