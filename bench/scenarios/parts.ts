import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type pg from 'pg'
import pino from 'pino'
import { appendStatement, buildBatch } from '../../server/events/append.ts'
import { recordEvents } from '../../server/events/spans.ts'
import { compileGraph } from '../../server/flows/compile.ts'
import { advance, triggerFor } from '../../server/flows/interpreter.ts'
import { startEmbedded } from '../../server/platform/embedded/index.ts'
import { type EventDraft, type LogEvent, SHARDS, shardOf } from '../../server/platform/event.ts'
import { openSpans } from '../../server/platform/telemetry/spans.ts'
import { type Scenario, withResources } from '../bench.ts'
import { type Figure, median } from '../measure/figure.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import { startProgram } from '../program/start.ts'
import { startReceiver } from '../receiver/index.ts'

const BATCH = 100

/**
 * What the parts cost that no event would need: each way is measured in turns with the same way without the part, by
 * CPU time, which others on the machine disturb least.
 */
export const parts: Scenario = {
  name: 'parts',
  summary: 'what the lock, row-level security, shards, CEL and telemetry cost each event',
  run: (bench) =>
    withResources(async (use) => {
      const receiver = await use(startReceiver(1))
      await receiver.expect({ n: 'x', due: 'x', clock: 'epoch-ms' })
      const dataDir = await bench.folder('parts')
      // Once for the schema.
      await (await startProgram({ dataDir })).stop()
      await use(startEmbedded({ dataDir, logger: { info: () => {}, warn: () => {}, error: () => {} } }))
      const rounds = bench.sized(600, 100)
      bench.say(`the log: ${rounds} batches of ${BATCH} each way`)
      const log = await withDatabase(dataDir, (owner) =>
        withDatabase(dataDir, (worker) => logParts(owner, worker, rounds)),
      )
      bench.say('conditions, shards and spans: in this process')
      return [
        ...log,
        shardFigure(rounds),
        await conditionFigure(rounds),
        await spanFigure(receiver.urls[0] as string, rounds),
      ]
    }),
}

type Way = { run(): unknown; cpuUs(): number }

/** Runs the ways in turns; gives the median µs of each, for one of `each` things that a turn handles. */
async function inTurns(ways: readonly Way[], rounds: number, each: number): Promise<number[]> {
  const taken = ways.map(() => [] as number[])
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    for (const [i, way] of ways.entries()) {
      const before = way.cpuUs()
      await way.run()
      if (round >= 0) taken[i]?.push((way.cpuUs() - before) / each)
    }
  }
  return taken.map(median)
}

const figureOf = (name: string, withIt: number, without: number, note: string): Figure => ({
  name,
  value: withIt - without,
  unit: 'µs',
  limit: { name: 'the way without it', value: without },
  note,
})

/** CPU of a connection's backend; where there is no /proc, the time that passes. */
async function cpuOfBackend(db: pg.Client): Promise<() => number> {
  const file = `/proc/${await numberOf(db, 'pg_backend_pid()')}/schedstat`
  if (process.platform !== 'linux') return () => performance.now() * 1000
  return () => Number(readFileSync(file, 'latin1').split(' ')[0]) / 1000
}

const cpuOfThis = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

function eventOf(): EventDraft {
  const id = randomUUID()
  return {
    tenant: 'default',
    id,
    source: 'urn:cauce:flat',
    type: 'bench.noted',
    subject: id,
    form: 'flat',
    raw: JSON.stringify({ event_id: id, type: 'bench', subtype: 'noted', encounter_id: id, text: 'x'.repeat(250) }),
    data: null,
    occurredAt: Date.now(),
    encounterId: id,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    cause: null,
    hops: 0,
    origin: 'rest',
  }
}

const batchOf = () => Array.from({ length: BATCH }, eventOf)

/** Appends as the program does, without the lock, and as the owner, for whom row-level security is off. */
async function logParts(owner: pg.Client, worker: pg.Client, rounds: number): Promise<Figure[]> {
  const { rows } = await owner.query<{ text: string }>(`select pg_get_functiondef('append_events'::regproc) as text`)
  const unlocked = (rows[0]?.text ?? '')
    .replace('append_events', 'append_unlocked')
    .replace(/perform pg_advisory_xact_lock\(\d+\);/i, '')
  if (unlocked.includes('pg_advisory')) throw new Error('append_events takes its lock in another way')
  await owner.query(unlocked)
  await owner.query('grant execute on function append_unlocked to cauce_worker')
  // Each role keeps its connection: plans depend on it.
  await worker.query('set role cauce_worker')
  const append = async (db: pg.Client, name = 'append_events'): Promise<Way> => {
    const text = appendStatement(buildBatch([], 0, 0)).replace('append_events', name)
    return {
      cpuUs: await cpuOfBackend(db),
      run: () =>
        db.query({ name, text, values: [buildBatch(batchOf(), Date.now(), Date.now()).json, randomUUID(), false] }),
    }
  }
  const ways = [await append(worker), await append(worker, 'append_unlocked'), await append(owner)]
  const [all = 0, noLock = 0, noPolicy = 0] = await inTurns(ways, rounds, BATCH)
  return [
    { name: `append, each event of ${BATCH}`, value: all, unit: 'µs', note: 'CPU of the backend, like the next three' },
    figureOf('the lock of the log', all, noLock, 'one for each batch'),
    figureOf('row-level security of an append', all, noPolicy, 'the policies of cauce_worker, beside the owner'),
    await cursorFigure(owner, rounds),
  ]
}

/** A consumer's commit moves a cursor for each shard that its batch has events of. */
async function cursorFigure(db: pg.Client, rounds: number): Promise<Figure> {
  await db.query(
    `insert into consumer_cursor select 'parts', shard, 0, false, now() from generate_series(0, ${SHARDS - 1}) as shard`,
  )
  const text = `update consumer_cursor c set position = c.position + 1, moved_at = now()
    from generate_series(0, $1::int - 1) as s (shard) where c.consumer = 'parts' and c.shard = s.shard`
  const cpuUs = await cpuOfBackend(db)
  const move = (shards: number): Way => ({ cpuUs, run: () => db.query({ name: 'move', text, values: [shards] }) })
  const [many = 0, one = 0] = await inTurns([move(SHARDS), move(1)], rounds, BATCH)
  return figureOf(`${SHARDS} cursors in place of one`, many, one, `for each event of a batch of ${BATCH}`)
}

function shardFigure(rounds: number): Figure {
  const events = batchOf()
  const began = cpuOfThis()
  for (let i = 0; i < rounds * 10; i++) for (const { tenant, subject } of events) shardOf(tenant, subject)
  return {
    name: 'the shard of an event',
    value: (cpuOfThis() - began) / (rounds * 10 * BATCH),
    unit: 'µs',
    note: 'reckoned twice: for the log and for the feed',
  }
}

/** A run of trigger and end: with a condition on the trigger and a branch, and without either. */
async function conditionFigure(rounds: number): Promise<Figure> {
  const event = {
    id: 'e',
    source: 'bench',
    type: 'go',
    subject: 's',
    time: '2026-03-02T12:00:00.000Z',
    data: { amount: 12, vip: true },
  }
  const env = {
    facts: { contact: null, encounter: null, queue: null },
    lastResort: 'es',
    experiment: 'tenant/flow',
    unable: () => null,
    addBusinessTime: () => null,
  }
  const about = { encounterId: 's', contactId: null, queueId: null, silence: null }
  const ways = [true, false].map((isAsked) => {
    const { flow, faults } = compileGraph({
      nodes: [
        { id: 'start', type: 'trigger', data: { event: 'go', ...(isAsked ? { where: 'event.data.vip' } : {}) } },
        ...(isAsked
          ? [{ id: 'ask', type: 'branch', data: { cases: [{ handle: 'big', when: 'event.data.amount > 10' }] } }]
          : []),
        { id: 'done', type: 'end', data: {} },
      ],
      edges: (isAsked ? ['start ask', 'ask done'] : ['start done']).map((pair) => {
        const [source, target] = pair.split(' ')
        return { id: pair, source, target }
      }),
    })
    if (flow === undefined) throw new Error(JSON.stringify(faults))
    return () => {
      const trigger = triggerFor(flow.triggers, event, env.facts, 0)
      if (trigger === null) throw new Error('the event does not match')
      const input = { kind: 'start', runId: 'r', trigger: trigger.node.id, event, position: 1, about } as const
      advance(flow, null, input, 0, env)
    }
  })
  const many = 2_000
  const turns = ways.map(
    (once): Way => ({
      cpuUs: cpuOfThis,
      run() {
        for (let n = 0; n < many; n++) once()
      },
    }),
  )
  const [asked = 0, plain = 0] = await inTurns(turns, Math.min(rounds, 100), many)
  return figureOf('CEL: the conditions of a trigger and a branch', asked, plain, 'beside a run of trigger and end')
}

/** A span of an event, made, queued and sent. */
async function spanFigure(collector: string, rounds: number): Promise<Figure> {
  const logger = pino({ level: 'silent' })
  const spans = await openSpans({ endpoint: collector, service: 'bench', version: '0', logger })
  const events: LogEvent[] = batchOf().map((event, i) => ({ ...event, position: i + 1, shard: 0, receivedAt: 0 }))
  const began = cpuOfThis()
  const count = Math.min(rounds, 200)
  for (let round = 0; round < count; round++) {
    recordEvents(spans, 'append log', 'producer', events, 1)
    // More than the queue holds would be dropped unsent.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await spans.close(5_000)
  return {
    name: 'telemetry: a span, sent to a collector',
    value: (cpuOfThis() - began) / (count * BATCH),
    unit: 'µs',
    note: 'four to seven for each event of a road; without OTEL_EXPORTER_OTLP_ENDPOINT a comparison each',
  }
}
