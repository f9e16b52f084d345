import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import type { ClientQuestions, Place } from '../broker/client.ts'
import { startChild } from '../child.ts'
import { assertAccepted, type Generator, type Load, startGenerator } from '../load/index.ts'
import { atLeast, below, type Figure, median } from '../measure/figure.ts'
import { costEach, cpuOf } from '../program/cpu.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import { flatEvent } from '../program/flat-event.ts'
import { type Started, startProgram } from '../program/start.ts'

const WINDOW = 1_000
/** Of the two legs only the middle is timed: the start of the process and the last stragglers are not. */
const FROM = 0.15
const TO = 0.95
const POLL_MS = 20
/** Nothing listens there. */
const NO_BROKER = '9'
const CALM_PER_S = 1_000

type Client = ReturnType<typeof startChild<ClientQuestions>>
type Leg = { ratePerS: number; cost: string }
type Rig = {
  bench: Bench
  client: Client
  generator: Generator
  dataDir: string
  out: Place
  into: Place
  events: number
}

/** The two legs over a real broker beside the client library alone on the same broker, in turns. */
export const rabbitmq: Scenario = {
  name: 'rabbitmq',
  summary:
    'log to RabbitMQ with confirms, RabbitMQ to the log, beside the client library alone; intake without the broker',
  run: (bench) =>
    withResources(async (use) => {
      const prefix = `bench-${randomBytes(4).toString('hex')}`
      const client = await use(startChild<ClientQuestions>(new URL('../broker/client.ts', import.meta.url)))
      const rig: Rig = {
        bench,
        client,
        generator: await use(startGenerator()),
        dataDir: await bench.folder('rabbitmq'),
        out: { exchange: `${prefix}.events`, queue: `${prefix}-out`, key: 'bench.noted' },
        into: { exchange: `${prefix}.events`, queue: `${prefix}-in`, key: 'into.noted' },
        events: bench.sized(150_000, 20_000),
      }
      for (const place of [rig.out, rig.into]) await client.ask('declare', place)
      try {
        return await measure(rig)
      } finally {
        for (const place of [rig.out, rig.into]) await client.ask('remove', place)
      }
    }),
}

async function measure(rig: Rig): Promise<Figure[]> {
  const { bench, client, out, into, events } = rig
  const publishing: number[] = []
  const relaying: Leg[] = []
  const reading: number[] = []
  const taking: Leg[] = []
  let calm: Load | undefined
  const warm = { count: Math.round(events / 5) }
  bench.say('warming the client up')
  await client.ask('publish', { ...out, ...warm, window: WINDOW })
  await client.ask('consume', { ...out, ...warm, prefetch: WINDOW })
  for (let round = 0; round < bench.sized(3, 1); round++) {
    bench.say(`round ${round + 1}: the client alone publishes`)
    publishing.push(await client.ask('publish', { ...out, count: events, window: WINDOW }))
    await client.ask('purge', out)
    bench.say('the log fills while the broker is away')
    calm = await fill(rig, round)
    bench.say('the broker is back: the relay')
    relaying.push(await relay(rig))
    await client.ask('purge', out)
    bench.say('the client alone reads')
    await client.ask('publish', { ...into, count: events, window: WINDOW })
    reading.push(await client.ask('consume', { ...into, count: events, prefetch: WINDOW }))
    bench.say('the program takes as many into the log')
    await client.ask('publish', { ...into, count: events, window: WINDOW })
    taking.push(await take(rig))
  }
  return figuresOf({ publishing, relaying, reading, taking, calm: calm as Load })
}

const start = ({ bench, dataDir, out, into }: Rig, port?: string): Promise<Started> =>
  startProgram({
    dataDir,
    observe: bench.observe,
    env: {
      CAUCE_BUS: 'rabbitmq',
      ...(port === undefined ? {} : { RABBITMQ_PORT: port }),
      RABBITMQ_EXCHANGE: out.exchange,
      RABBITMQ_QUEUE: into.queue,
      RABBITMQ_BINDING_KEYS: into.key,
      RABBITMQ_WORK_QUEUE: 'none',
      RABBITMQ_TASK_EXCHANGE: 'none',
      RABBITMQ_NOTIFICATION_EXCHANGE: 'none',
    },
  })

/** Events at a fixed rate, whose answers are timed, then as many as there are to be. */
async function fill(rig: Rig, round: number): Promise<Load> {
  const { bench, generator, events } = rig
  const program = await start(rig, NO_BROKER)
  try {
    const request = flatEvent(program.api, { type: 'bench', subtype: 'noted', run: `r${round}-${Date.now()}` })
    const place = { host: program.host, port: program.port, connections: 64, request }
    const calm = await generator.run({ ...place, ratePerS: CALM_PER_S, seconds: bench.sized(10, 3) })
    assertAccepted(calm)
    const rest = await generator.run({ ...place, firstN: calm.sent, requests: events - calm.sent })
    assertAccepted(rest)
    return calm
  } finally {
    await program.stop()
  }
}

/** @param done counts what is through, of `events` */
async function timed(rig: Rig, done: (program: Started) => Promise<number>): Promise<Leg> {
  const program = await start(rig)
  try {
    let first: { at: number; count: number; cpu: Awaited<ReturnType<typeof cpuOf>> } | undefined
    for (;;) {
      const count = await done(program)
      const at = performance.now()
      if (first === undefined && count >= rig.events * FROM) first = { at, count, cpu: await cpuOf(program) }
      if (count >= rig.events * TO && first !== undefined) {
        const passed = count - first.count
        const cost = costEach(first.cpu, await cpuOf(program), passed)
        return { ratePerS: passed / ((at - first.at) / 1000), cost }
      }
      await delay(POLL_MS)
    }
  } finally {
    await program.stop()
  }
}

type Diagnosis = { confirmed: number }

const relay = (rig: Rig): Promise<Leg> =>
  timed(rig, async ({ api }) => (await api.get<Diagnosis>('/backoffice/brokers')).confirmed)

async function take(rig: Rig): Promise<Leg> {
  const { dataDir } = rig
  let head: number | undefined
  return timed(rig, async () => {
    const now = await withDatabase(dataDir, (db) => numberOf(db, 'select last_value from event_position'))
    head ??= now - (now % 1)
    return now - head
  })
}

const spread = (values: readonly number[]) => values.map((value) => Math.round(value)).join(' ')

function figuresOf(found: {
  publishing: readonly number[]
  relaying: readonly Leg[]
  reading: readonly number[]
  taking: readonly Leg[]
  calm: Load
}): Figure[] {
  const { publishing, relaying, reading, taking, calm } = found
  const share = (legs: readonly Leg[], limits: readonly number[]) =>
    median(legs.map(({ ratePerS }, i) => ratePerS / (limits[i] as number))) * 100
  const leg = (name: string, legs: readonly Leg[], limits: readonly number[], target?: Figure['target']): Figure => ({
    name,
    value: median(legs.map(({ ratePerS }) => ratePerS)),
    unit: 'events/s',
    ...(target === undefined ? {} : { target }),
    limit: { name: 'the client library alone', value: median(limits) },
    note: `each round: ${spread(legs.map(({ ratePerS }) => ratePerS))}; alone: ${spread(limits)}. ${legs.at(-1)?.cost}`,
  })
  return [
    leg('log to confirmed by the broker, the backlog of an outage', relaying, publishing, atLeast(10_000)),
    { name: 'share of the client library alone', value: share(relaying, publishing), unit: '%', target: atLeast(70) },
    leg('broker to committed', taking, reading),
    { name: 'share of the client library alone', value: share(taking, reading), unit: '%', target: atLeast(50) },
    {
      name: `answer of the intake without the broker at ${CALM_PER_S}/s, p99`,
      value: calm.latency.percentileMs(0.99),
      unit: 'ms',
      target: below(50),
      note: `p50 ${calm.latency.percentileMs(0.5).toFixed(1)} ms`,
    },
  ]
}
