import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, type Load, startGenerator, turnedAway } from '../load/index.ts'
import { atLeast, atMost, type Figure } from '../measure/figure.ts'
import { caughtUp, publishFlow } from '../program/api.ts'
import { type CpuSeconds, cpuOf } from '../program/cpu.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import { type Started, startProgram } from '../program/start.ts'
import { startReceiver } from '../receiver/index.ts'
import { outlast } from './durable-weeks.ts'

const TARGET_PER_S = 4_000
/** Offered a little more, so that the last second cannot round the figure below its target. */
const OFFERED_PER_S = 4_100
/** Events of one request, and rows of one batch of the limit. */
const BATCH = 50
const LIMIT_BATCH = 100

/** What runs cost that are written down at each step of their way, and what they live through. */
export const durable: Scenario = {
  name: 'durable',
  summary:
    'event → run of 5 steps with a branch and a notify → end; runs parked for weeks, a restart and a new version',
  run: (bench) =>
    withResources(async (use) => {
      const generator = await use(startGenerator())
      const program = await use(startProgram({ dataDir: await bench.folder('durable'), observe: bench.observe }))
      await publishFlow(program.api, FIVE_STEPS)
      bench.say('warming up')
      await passage(program, generator, { run: 'warm', ratePerS: 1_500, seconds: bench.sized(15, 5) })
      bench.say(`${OFFERED_PER_S.toLocaleString('en')} events a second`)
      const seconds = bench.sized(60, 8)
      const sustained = await passage(program, generator, { run: 'sustained', ratePerS: OFFERED_PER_S, seconds })
      bench.say('the limit: its row alone')
      const limit = await rowAlone(program, bench.sized(20, 4))
      await program.stop()
      const receiver = await use(startReceiver(1))
      return [...figuresOf(sustained, limit), ...(await outlast(bench, use, generator, receiver))]
    }),
}

const at = (i: number) => ({ position: { x: 0, y: i * 120 } })
const told = (body: string) => ({ content: { title: 'Pedido {{ event.data.n }}', body }, channels: ['inbox'] })
const FIVE_STEPS = {
  name: 'Five steps',
  nodes: [
    { id: 'start', type: 'trigger', ...at(0), data: { event: 'bench.five' } },
    { id: 'size', type: 'set', ...at(1), data: { vars: { large: 'event.data.i % 2 == 0' } } },
    { id: 'which', type: 'branch', ...at(2), data: { cases: [{ handle: 'large', when: 'vars.large' }] } },
    { id: 'large', type: 'notify', ...at(3), data: told('Su pedido grande {{ event.data.n }}') },
    { id: 'small', type: 'notify', ...at(4), data: told('Su pedido {{ event.data.n }}') },
    { id: 'done', type: 'end', ...at(5), data: {} },
  ],
  edges: [
    { id: '1', source: 'start', target: 'size' },
    { id: '2', source: 'size', target: 'which' },
    { id: '3', source: 'which', sourceHandle: 'large', target: 'large' },
    { id: '4', source: 'which', sourceHandle: 'else', target: 'small' },
    { id: '5', source: 'large', target: 'done' },
    { id: '6', source: 'small', target: 'done' },
  ],
}

type Passage = { load: Load; runs: number; ended: number; sent: number; perS: number; cpu: CpuSeconds }

/** Sends events in batches, each about a subject and a person of its own, and waits until their runs have ended. */
async function passage(
  program: Started,
  generator: Generator,
  { run, ratePerS, seconds }: { run: string; ratePerS: number; seconds: number },
): Promise<Passage> {
  const events = Array.from({ length: BATCH }, (_, i) => ({
    ...{ specversion: '1.0', id: `${run}-{n}-${i}`, source: 'bench', type: 'bench.five', subject: `${run}-{n}-${i}` },
    ...{ time: new Date().toISOString(), datacontenttype: 'application/json' },
    data: { n: '{n}', i, patient_id: `patient-{n}-${i}`, queue_id: 'queue-of-the-bench', text: 'x'.repeat(150) },
  }))
  const sentByNow = () =>
    withDatabase(program.dataDir, (db) => numberOf(db, `select count(*) from notification where status = 'sent'`))
  const sentBefore = await sentByNow()
  const before = await cpuOf(program)
  const load = await generator.run({
    host: program.host,
    port: program.port,
    connections: 32,
    ratePerS: ratePerS / BATCH,
    seconds,
    request: {
      method: 'POST',
      path: '/api/v1/events',
      headers: { ...program.api.headers, 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
    },
  })
  assertAccepted(load)
  await caughtUp(program.api)
  const runs = load.accepted * BATCH
  const { ended, tookS } = await withDatabase(program.dataDir, async (db) => {
    await allOver(db)
    const of = `from flow_run where tenant = 'default' and subject like '${run}-%'`
    return {
      ended: await numberOf(db, `select count(*) filter (where status = 'completed') ${of}`),
      tookS: await numberOf(
        db,
        `select extract(epoch from (select max(ended_at) ${of}) - (select min(received_at) from event_log
         where tenant = 'default' and subject like '${run}-%'))`,
      ),
    }
  })
  const after = await cpuOf(program)
  const cpu = { node: after.node - before.node, postgres: after.postgres - before.postgres }
  return { load, runs, ended, sent: (await sentByNow()) - sentBefore, perS: ended / tookS, cpu }
}

/** Waits until no run is under way, or until none has ended for ten seconds. */
async function allOver(db: pg.Client): Promise<void> {
  let last = -1
  for (let quiet = 0; quiet < 100; quiet++) {
    const waiting = await numberOf(db, `select count(*) from flow_run where status = 'waiting'`)
    if (waiting === 0) return
    if (waiting !== last) quiet = 0
    last = waiting
    await delay(100)
  }
}

type Alone = { perS: number; cpuUs: number }

/** The row of a run, written as it begins and as it ends, and nothing else: two commits for each batch. */
async function rowAlone(program: Started, seconds: number): Promise<Alone> {
  return withDatabase(program.dataDir, async (db) => {
    await db.query('create table bench_limit (like flow_run including all)')
    const { rows } = await db.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'flow_run'::regclass and attnum > 0 and not attisdropped`,
    )
    const names = rows.map(({ name }) => name)
    const columns = names.map((name) =>
      name === 'id' ? 'made.id' : name === 'key' ? 'made.id::text' : `model.${name}`,
    )
    const insert = `insert into bench_limit (${names.join(', ')})
      select ${columns.join(', ')} from (select * from flow_run limit 1) model, unnest($1::uuid[]) as made (id)`
    const update = `update bench_limit set status = 'completed', revision = revision + 1, ended_at = now(), state = state
      where tenant = 'default' and id = any($1::uuid[])`
    const before = await cpuOf(program)
    const began = performance.now()
    let count = 0
    while (performance.now() - began < seconds * 1_000) {
      const ids = Array.from({ length: LIMIT_BATCH }, () => randomUUID())
      await db.query({ name: 'insert', text: insert, values: [ids] })
      await db.query({ name: 'update', text: update, values: [ids] })
      count += LIMIT_BATCH
    }
    const tookS = (performance.now() - began) / 1_000
    const after = await cpuOf(program)
    await db.query('drop table bench_limit')
    return { perS: count / tookS, cpuUs: ((after.postgres - before.postgres) / count) * 1e6 }
  })
}

function figuresOf({ load, runs, ended, sent, perS, cpu }: Passage, limit: Alone): Figure[] {
  const away = turnedAway(load) * BATCH
  const taken = load.givenUp || away > 0 ? `${runs.toLocaleString('en')} events taken, ${away} turned away; ` : ''
  const alone = `its row alone, inserted and updated in batches of ${LIMIT_BATCH}`
  return [
    {
      name: `runs of 5 steps, offered ${OFFERED_PER_S}/s: ended`,
      value: perS,
      unit: '/s',
      target: atLeast(TARGET_PER_S),
      limit: { name: alone, value: limit.perS },
      note: `${taken}${runs.toLocaleString('en')} runs, events in batches of ${BATCH}; from the first event to the last end`,
    },
    {
      name: 'CPU of PostgreSQL for each run',
      value: (cpu.postgres / runs) * 1e6,
      unit: 'µs',
      limit: { name: alone, value: limit.cpuUs },
    },
    {
      name: 'CPU of Node for each run',
      value: (cpu.node / runs) * 1e6,
      unit: 'µs',
      note: 'event, run and notification',
    },
    { name: 'runs that did not end', value: runs - ended, unit: '', target: atMost(0) },
    { name: 'notifications that were not sent', value: runs - sent, unit: '', target: atMost(0) },
  ]
}
