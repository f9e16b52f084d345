import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbedded } from '../../server/platform/embedded/index.ts'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, startGenerator } from '../load/index.ts'
import { atMost, type Figure, median } from '../measure/figure.ts'
import { grown, readTouches } from '../measure/index-touches.ts'
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
const EXPLAINED_EVENTS = 30

type Side = { dataDir: string; program: Started }

/** The same event into a log of a hundred and into one of five million. */
export const growth: Scenario = {
  name: 'growth',
  summary: 'the same event with 100 and with 5,000,000 events in the log: buffers, plans, time',
  run: (bench) =>
    withResources(async (use) => {
      const generator = await use(startGenerator())
      const many = bench.sized(5_000_000, 300_000)
      const [smallDir, largeDir] = [await bench.folder('small'), await bench.folder('large')]
      bench.say(`filling one log with ${FEW} events, the other with ${many.toLocaleString('en')}`)
      await fill(generator, smallDir, FEW)
      await fill(generator, largeDir, many)
      const small: Side = { dataDir: smallDir, program: await use(startProgram({ dataDir: smallDir })) }
      const large: Side = { dataDir: largeDir, program: await use(startProgram({ dataDir: largeDir })) }
      const timed = await timeRounds(bench, generator, small, large)
      bench.say('explaining every statement')
      const plans: Plan[][] = []
      for (const side of [small, large]) plans.push(await explained(use, generator, side))
      return figuresOf(many, timed, plans as [Plan[], Plan[]])
    }),
}

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

type Timed = {
  /** Median milliseconds of each round, few and many. */
  medians: [number[], number[]]
  /** Buffers of each index for one event, few and many. */
  touches: [Map<string, number>, Map<string, number>]
  /** Sequential scans of the tables of the large log. */
  scans: Map<string, number>
}

async function timeRounds(bench: Bench, generator: Generator, small: Side, large: Side): Promise<Timed> {
  const sides = [small, large] as const
  const medians: Timed['medians'] = [[], []]
  for (const { program } of sides) await post(generator, program, 'warm', EVENTS_PER_ROUND)
  await delay(COUNTERS_MS)
  const touchesOf = ({ dataDir }: Side) => withDatabase(dataDir, readTouches)
  const read = () => Promise.all([touchesOf(small), touchesOf(large)])
  const before = await read()
  for (let round = 0; round < ROUNDS; round++) {
    bench.say(`round ${round + 1} of ${ROUNDS}`)
    for (const [i, { program }] of sides.entries()) {
      medians[i as 0 | 1].push(await post(generator, program, `round-${round}`, EVENTS_PER_ROUND))
    }
  }
  await delay(COUNTERS_MS)
  const after = await read()
  const perEvent = (i: 0 | 1) =>
    new Map([...grown(before[i].buffers, after[i].buffers)].map(([name, n]) => [name, n / (ROUNDS * EVENTS_PER_ROUND)]))
  return { medians, touches: [perEvent(0), perEvent(1)], scans: grown(before[1].scans, after[1].scans) }
}

/** The plans of what the program sent for a few events, its consumers' reads included. */
async function explained(
  use: <R extends { stop(): unknown }>(resource: Promise<R>) => Promise<R>,
  generator: Generator,
  side: Side,
): Promise<Plan[]> {
  await withDatabase(side.dataDir, explainAll)
  await side.program.stop()
  const program = await use(startProgram({ dataDir: side.dataDir }))
  await post(generator, program, 'explained-warm', EXPLAINED_EVENTS)
  const { log } = await clusterOf(side.dataDir)
  const { size } = await stat(log)
  await post(generator, program, 'explained', EXPLAINED_EVENTS)
  // A sweep of the readers is among them.
  await delay(1_500)
  const plans = await readPlans(log, size)
  await program.stop()
  return plans
}

const isAppend = ({ text }: Plan) => text.includes('append_events(')
const isRead = ({ text }: Plan) => /from event_log\s+where position > /.test(text)
const buffersOf = (plans: readonly Plan[], which: (plan: Plan) => boolean) =>
  median(plans.filter(which).map(({ buffers }) => buffers))

const nameOf = (count: number) => count.toLocaleString('en')

function figuresOf(count: number, { medians, touches, scans }: Timed, [few, many]: [Plan[], Plan[]]): Figure[] {
  const [smallMs, largeMs] = [median(medians[0]), median(medians[1])]
  const more = [...touches[1]].map(([name, buffers]) => ({ name, more: buffers - (touches[0].get(name) ?? 0) }))
  const most = more.reduce((worst, one) => (one.more > worst.more ? one : worst))
  const compared = (name: string, which: (plan: Plan) => boolean): Figure => ({
    name: `${name}: buffers with ${nameOf(count)} events`,
    value: buffersOf(many, which),
    unit: '',
    limit: { name: `with ${FEW}`, value: buffersOf(few, which) },
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
    scanFigure(count, scans, many),
    {
      name: `median time of one event with ${nameOf(count)}, more than with ${FEW}`,
      value: (largeMs / smallMs - 1) * 100,
      unit: '%',
      target: atMost(20),
      note: `ms, each round: ${medians[1].map((ms) => ms.toFixed(2)).join(' ')}; with ${FEW}: ${medians[0].map((ms) => ms.toFixed(2)).join(' ')}`,
    },
  ]
}

/** Scans that the counters saw in the rounds, and nodes of the plans: both must be none. */
function scanFigure(count: number, scans: Map<string, number>, plans: readonly Plan[]): Figure {
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
