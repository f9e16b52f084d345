import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbedded } from '../../server/platform/embedded/index.ts'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, startGenerator } from '../load/index.ts'
import { atMost, type Figure, median } from '../measure/figure.ts'
import { grown, readTouches, type Touches } from '../measure/index-touches.ts'
import { explainAll, type Plan, readPlans } from '../measure/plans.ts'
import { clusterOf } from '../program/cluster.ts'
import { withDatabase } from '../program/database.ts'
import { flatEvent } from '../program/flat-event.ts'
import { type Started, startProgram } from '../program/start.ts'
import { seedEvents } from '../seed/events.ts'

const FEW = 100
const ROUNDS = 5
const EVENTS_PER_ROUND = 400
/** An idle session hands its counters on after 10 s. */
const COUNTERS_MS = 12_000
/** So few that a log of a hundred stays one. */
const EXPLAINED_EVENTS = 20

/** What one event touches: buffers by index, sequential scans by table, and the plans of every statement. */
type Explained = { touches: Map<string, number>; scans: Map<string, number>; plans: Plan[] }

/** The same event into a log of a hundred and into one of five million. */
export const growth: Scenario = {
  name: 'growth',
  summary: 'the same event with 100 and with 5,000,000 events in the log: buffers, plans, time',
  run: (bench) =>
    withResources(async (use) => {
      const generator = await use(startGenerator())
      const count = bench.sized(5_000_000, 300_000)
      const folders = [await bench.folder('few'), await bench.folder('many')] as const
      bench.say(`filling one log with ${FEW} events, the other with ${nameOf(count)}`)
      await fill(generator, folders[0], FEW)
      await fill(generator, folders[1], count)
      bench.say('explaining every statement')
      const few = await explain(generator, folders[0])
      const many = await explain(generator, folders[1])
      const [small, large] = [
        await use(startProgram({ dataDir: folders[0] })),
        await use(startProgram({ dataDir: folders[1] })),
      ]
      return [...figuresOf(count, few, many), await timeFigure(bench, generator, small, large)]
    }),
}

const nameOf = (count: number) => count.toLocaleString('en')

/** Starts the program once for its schema and a model event, stops it, and copies that event. */
async function fill(generator: Generator, dataDir: string, count: number): Promise<void> {
  const program = await startProgram({ dataDir })
  try {
    await post(generator, program, 'model', 1)
  } finally {
    await program.stop()
  }
  const embedded = await startEmbedded({ dataDir, logger: { info: () => {}, warn: () => {}, error: () => {} } })
  try {
    await withDatabase(dataDir, (db) => seedEvents(db, count))
  } finally {
    await embedded.stop()
  }
}

/** One after the other over one connection: each event is a commit of its own. */
async function post(generator: Generator, { host, port, api }: Started, run: string, events: number): Promise<number> {
  const load = await generator.run({
    host,
    port,
    connections: 1,
    requests: events,
    request: flatEvent(api, { type: 'bench', subtype: 'grown', run }),
  })
  assertAccepted(load)
  return load.latency.percentileMs(0.5)
}

/** Sends a few events while every statement is explained; what the readers do anyway is taken off. */
async function explain(generator: Generator, dataDir: string): Promise<Explained> {
  const restarted = await startProgram({ dataDir })
  await withDatabase(dataDir, (db) => explainAll(db, true))
  await restarted.stop()
  const program = await startProgram({ dataDir })
  try {
    await post(generator, program, 'warm', EXPLAINED_EVENTS)
    const read = async () => {
      await delay(COUNTERS_MS)
      return withDatabase(dataDir, readTouches)
    }
    const readings = [await read(), await read()]
    const { log } = await clusterOf(dataDir)
    const { size } = await stat(log)
    await post(generator, program, 'explained', EXPLAINED_EVENTS)
    readings.push(await read())
    const [first, second, third] = readings as [Touches, Touches, Touches]
    const idle = grown(first.buffers, second.buffers)
    const touched = [...grown(second.buffers, third.buffers)]
    await withDatabase(dataDir, (db) => explainAll(db, false))
    return {
      touches: new Map(touched.map(([name, n]) => [name, (n - (idle.get(name) ?? 0)) / EXPLAINED_EVENTS])),
      scans: grown(second.scans, third.scans),
      plans: await readPlans(log, size),
    }
  } finally {
    await program.stop()
  }
}

async function timeFigure(bench: Bench, generator: Generator, few: Started, many: Started): Promise<Figure> {
  for (const program of [few, many]) await post(generator, program, 'before', EVENTS_PER_ROUND)
  const fewMs: number[] = []
  const manyMs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bench.say(`round ${round + 1} of ${ROUNDS}`)
    fewMs.push(await post(generator, few, `round-${round}`, EVENTS_PER_ROUND))
    manyMs.push(await post(generator, many, `round-${round}`, EVENTS_PER_ROUND))
  }
  const rounds = (times: readonly number[]) => times.map((ms) => ms.toFixed(2)).join(' ')
  return {
    name: 'median time of one event, more than with few',
    value: (median(manyMs) / median(fewMs) - 1) * 100,
    unit: '%',
    target: atMost(20),
    note: `ms, each round: ${rounds(manyMs)}; with few: ${rounds(fewMs)}`,
  }
}

const isAppend = ({ text }: Plan) => text.includes('append_events(')
const isRead = ({ text }: Plan) => /from event_log\s+where position > /.test(text)
const buffersOf = (plans: readonly Plan[], which: (plan: Plan) => boolean) =>
  median(plans.filter(which).map(({ buffers }) => buffers))

function figuresOf(count: number, few: Explained, many: Explained): Figure[] {
  const more = [...many.touches].map(([name, buffers]) => ({ name, more: buffers - (few.touches.get(name) ?? 0) }))
  const most = more.reduce((worst, one) => (one.more > worst.more ? one : worst))
  const compared = (name: string, which: (plan: Plan) => boolean): Figure => ({
    name: `${name}: buffers with ${nameOf(count)} events`,
    value: buffersOf(many.plans, which),
    unit: '',
    limit: { name: `with ${FEW}`, value: buffersOf(few.plans, which) },
    note: 'median of the statements, from EXPLAIN (ANALYZE, BUFFERS)',
  })
  return [
    {
      name: 'most more buffers of one index, each event',
      value: most.more,
      unit: '',
      target: atMost(2),
      note: more.map(({ name, more: n }) => `${name} ${n >= 0 ? '+' : ''}${n.toFixed(2)}`).join(', '),
    },
    compared('append', isAppend),
    compared('read of the consumers', isRead),
    scanFigure(count, many),
  ]
}

/** Scans that the counters saw, and nodes of the plans: both must be none. */
function scanFigure(count: number, { scans, plans }: Explained): Figure {
  const counted = [...scans].filter(([, n]) => n > 0)
  const planned = plans.flatMap(({ text, nodes }) =>
    nodes.filter(({ type, relation }) => type === 'Seq Scan' && scans.has(relation ?? '')).map(() => text),
  )
  const where = [
    ...counted.map(([name, n]) => `${name} ${n} times`),
    ...new Set(planned.map((text) => text.slice(0, 80))),
  ]
  return {
    name: `sequential scans of the log with ${nameOf(count)} events`,
    value: counted.reduce((sum, [, n]) => sum + n, 0) + planned.length,
    unit: '',
    target: atMost(0),
    ...(where.length > 0 ? { note: where.join('; ') } : {}),
  }
}
