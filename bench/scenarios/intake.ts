import { type Bench, type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, type Load, startGenerator } from '../load/index.ts'
import { atLeast, below, type Figure, median } from '../measure/figure.ts'
import { apiOf } from '../program/api.ts'
import { costEach, cpuOf } from '../program/cpu.ts'
import { flatEvent } from '../program/flat-event.ts'
import { startLimit } from '../program/limit.ts'
import { API_KEY } from '../program/settings.ts'
import { startProgram } from '../program/start.ts'

const CONNECTIONS = 256

type Place = { host: string; port: number; pid: number; dataDir: string }
type Measured = Load & { cost: string }

/** Durable intake over HTTP beside the same route that stores nothing, in turns. */
export const intake: Scenario = {
  name: 'intake',
  summary: 'durable intake over HTTP at 256 connections, beside the same route that only answers 202',
  run: (bench) =>
    withResources(async (use) => {
      const limit = await use(startLimit(await bench.folder('limit')))
      const program = await use(startProgram({ dataDir: await bench.folder('intake'), observe: bench.observe }))
      const generator = await use(startGenerator())
      const noted = { type: 'bench', subtype: 'noted' }
      bench.say('warming both up')
      for (const place of [limit, program]) await load(bench, generator, place, { ...noted, run: 'warm' })
      const limits: Measured[] = []
      const durable: Measured[] = []
      for (let round = 0; round < bench.sized(5, 3); round++) {
        bench.say(`round ${round + 1}: the limit, then durable`)
        limits.push(await load(bench, generator, limit, { ...noted, run: `limit-${round}` }))
        durable.push(await load(bench, generator, program, { ...noted, run: `durable-${round}` }))
      }
      bench.say('with consumers at work: encounter events, a bare row each')
      const working = await load(bench, generator, program, { type: 'encounter', subtype: 'noted', run: 'working' })
      return [
        ...figuresOf(limits, durable),
        { name: 'durable intake, consumers at work', value: working.ratePerS, unit: 'requests/s', note: working.cost },
        { name: 'its answer, p99', value: working.latency.percentileMs(0.99), unit: 'ms' },
      ]
    }),
}

async function load(
  bench: Bench,
  generator: Generator,
  place: Place,
  kind: { type: string; subtype: string; run: string },
): Promise<Measured> {
  const api = apiOf(`http://${place.host}:${place.port}`, API_KEY)
  const before = await cpuOf(place)
  const result = await generator.run({
    host: place.host,
    port: place.port,
    connections: CONNECTIONS,
    seconds: bench.sized(10, 3),
    request: flatEvent(api, kind),
  })
  assertAccepted(result)
  return { ...result, cost: costEach(before, await cpuOf(place), result.accepted) }
}

const rates = (loads: readonly Load[]) => loads.map(({ ratePerS }) => ratePerS)
const spread = (values: readonly number[]) => values.map((value) => Math.round(value)).join(' ')

function figuresOf(limits: readonly Measured[], durable: readonly Measured[]): Figure[] {
  const ratio = median(durable.map(({ ratePerS }, i) => ratePerS / (limits[i] as Measured).ratePerS))
  const p99s = durable.map(({ latency }) => latency.percentileMs(0.99))
  return [
    {
      name: 'durable intake, no consumer concerned',
      value: median(rates(durable)),
      unit: 'requests/s',
      limit: { name: 'answers 202 only', value: median(rates(limits)) },
      note: `each round: ${spread(rates(durable))}; limit: ${spread(rates(limits))}. ${durable.at(-1)?.cost}; limit: ${limits.at(-1)?.cost}`,
    },
    { name: 'share of the limit', value: ratio * 100, unit: '%', target: atLeast(60), note: 'median of the rounds' },
    { name: 'durable answer, p50', value: median(durable.map(({ latency }) => latency.percentileMs(0.5))), unit: 'ms' },
    {
      name: 'durable answer, p99',
      value: median(p99s),
      unit: 'ms',
      target: below(40),
      limit: { name: 'answers 202 only', value: median(limits.map(({ latency }) => latency.percentileMs(0.99))) },
      note: `each round: ${p99s.map((ms) => ms.toFixed(1)).join(' ')}`,
    },
  ]
}
