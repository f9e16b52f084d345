import { type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, type Load, startGenerator, turnedAway } from '../load/index.ts'
import { atLeast, below, type Figure } from '../measure/figure.ts'
import type { Histogram } from '../measure/histogram.ts'
import { line, publishFlow } from '../program/api.ts'
import { costEach, cpuOf } from '../program/cpu.ts'
import { flatEvent } from '../program/flat-event.ts'
import { type Started, startProgram } from '../program/start.ts'
import { IN_EVENT, type Received, type Receiver, startReceiver } from '../receiver/index.ts'
import { type Hop, hop, syncs } from './road-limits.ts'

const STEADY_PER_S = 200
const SUSTAINED_PER_S = 3_500
/** Offered a little more, so that the last second cannot round the figure below its target. */
const OFFERED_PER_S = 3_550
const FLAT_OUT_CLIENTS = 32

type Passage = { load: Load; received: Received; deliveredPerS: number; drainMs: number; cost: string }
type Limits = { steady: Hop; flat: Hop; disk: Histogram }

/** Request → log → consumer → flow run (or subscription) → webhook at a receiver. */
export const road: Scenario = {
  name: 'road',
  summary: 'event → log → consumer → flow run → webhook delivered; and the same by a subscription',
  run: (bench) =>
    withResources(async (use) => {
      const receiver = await use(startReceiver(1))
      const generator = await use(startGenerator())
      const folder = await bench.folder('road')
      bench.say('limits: the generator calls the receiver itself; the disk alone')
      const limits = {
        steady: await hop(bench, generator, receiver, STEADY_PER_S),
        flat: await hop(bench, generator, receiver),
        disk: syncs(folder),
      }
      const program = await use(startProgram({ dataDir: folder, observe: bench.observe }))
      await wayByFlow(program, receiver)
      await program.api.post('/api/v1/subscriptions', {
        routingKeyPattern: 'bench.hook',
        webhookUrl: `${receiver.urls[0]}/hook`,
      })
      const figures: Figure[] = []
      for (const way of ['flow', 'hook'] as const) {
        const pass = (name: string, job: { ratePerS?: number; connections: number; seconds: number }) =>
          passage(program, generator, receiver, { subtype: way, run: `${way}-${name}` }, job)
        bench.say(`${way}: warming up`)
        await pass('warm', { ratePerS: 1_000, connections: 64, seconds: bench.sized(10, 3) })
        bench.say(`${way}: ${STEADY_PER_S}/s`)
        const steady = await pass('steady', { ratePerS: STEADY_PER_S, connections: 64, seconds: bench.sized(30, 5) })
        bench.say(`${way}: ${OFFERED_PER_S}/s`)
        const sustained = await pass('sustained', {
          ratePerS: OFFERED_PER_S,
          connections: 256,
          seconds: bench.sized(60, 10),
        })
        bench.say(`${way}: flat out, ${FLAT_OUT_CLIENTS} clients`)
        const flat = await pass('flat', { connections: FLAT_OUT_CLIENTS, seconds: bench.sized(20, 5) })
        figures.push(...figuresOf(way === 'flow' ? 'flow' : 'subscription', { steady, sustained, flat }, limits))
      }
      return figures
    }),
}

const wayByFlow = (program: Started, receiver: Receiver): Promise<string> =>
  publishFlow(
    program.api,
    line('Road', [
      { id: 'start', type: 'trigger', data: { event: 'bench.flow' } },
      {
        id: 'call',
        type: 'http',
        data: {
          method: 'POST',
          url: `${receiver.urls[0]}/flow`,
          body: { n: '{{ event.data.n }}', due: '{{ event.data.due }}' },
        },
      },
      { id: 'done', type: 'end', data: {} },
    ]),
  )

/** Sends a load and waits until what it led to has arrived. */
async function passage(
  program: Started,
  generator: Generator,
  receiver: Receiver,
  kind: { subtype: string; run: string },
  job: { ratePerS?: number; connections: number; seconds: number },
): Promise<Passage> {
  await receiver.expect(IN_EVENT)
  const before = await cpuOf(program)
  const load = await generator.run({
    host: program.host,
    port: program.port,
    ...job,
    request: flatEvent(program.api, { type: 'bench', ...kind }),
  })
  assertAccepted(load)
  const [received] = (await receiver.settled(load.accepted)) as [Received]
  return {
    load,
    received,
    deliveredPerS: received.distinct / ((received.lastUs - load.firstUs) / 1e6),
    cost: costEach(before, await cpuOf(program), load.accepted),
    drainMs: (received.lastUs - load.lastUs) / 1000,
  }
}

/** Said of a rate that was not taken: without it the figure alone would look like a slow delivery. */
function takenOf(load: Load): string {
  const { givenUp, ratePerS, sent } = load
  const away = turnedAway(load)
  if (!givenUp && away === 0) return ''
  const why = [
    ...(givenUp ? [`the generator gave up after ${sent.toLocaleString('en')}`] : []),
    ...(away > 0 ? [`${away.toLocaleString('en')} were turned away`] : []),
  ]
  return `${Math.round(ratePerS)}/s accepted (${why.join('; ')}); `
}

function figuresOf(
  way: string,
  { steady, sustained, flat }: { steady: Passage; sustained: Passage; flat: Passage },
  { steady: steadyHop, flat: flatHop, disk }: Limits,
): Figure[] {
  const missing = [steady, sustained, flat].reduce(
    (sum, { load, received }) => sum + load.accepted - received.distinct,
    0,
  )
  const repeated = [steady, sustained, flat].reduce((sum, { received: r }) => sum + r.requests - r.distinct, 0)
  const ms = ({ latency }: Received | Hop, p: number) => latency.percentileMs(p)
  const at200 = (p: number, target: number): Figure => ({
    name: `${way}, 200/s: request to receiver, p${p * 100}`,
    value: ms(steady.received, p),
    unit: 'ms',
    target: below(target),
    limit: { name: 'one hop + one disk sync', value: ms(steadyHop, p) + disk.percentileMs(p) },
    ...(p === 0.5
      ? {
          note: `answer p50 ${steady.load.latency.percentileMs(0.5)} ms; the generator sent ${steady.load.lateness.percentileMs(0.5)} ms late`,
        }
      : {}),
  })
  return [
    at200(0.5, 4),
    at200(0.99, 12),
    {
      name: `${way}, offered ${OFFERED_PER_S}/s: delivered`,
      value: sustained.deliveredPerS,
      unit: '/s',
      target: atLeast(SUSTAINED_PER_S),
      limit: { name: 'one hop, flat out', value: flatHop.ratePerS },
      note: `${takenOf(sustained.load)}the last arrived ${Math.round(sustained.drainMs)} ms after the last answer. ${sustained.cost}`,
    },
    {
      name: `${way}, offered ${OFFERED_PER_S}/s: p99`,
      value: ms(sustained.received, 0.99),
      unit: 'ms',
      target: below(250),
      note: `p50 ${ms(sustained.received, 0.5)} ms, most ${Math.round(sustained.received.latency.maxMs)} ms`,
    },
    {
      name: `${way}, flat out: completed`,
      value: flat.deliveredPerS,
      unit: '/s',
      limit: { name: 'one hop, flat out', value: flatHop.ratePerS },
      note: `accepted ${Math.round(flat.load.ratePerS)}/s, p99 ${Math.round(ms(flat.received, 0.99))} ms, the last ${Math.round(flat.drainMs)} ms after the last answer`,
    },
    {
      name: `${way}: events that never arrived`,
      value: missing,
      unit: '',
      target: { is: '<=', value: 0 },
      note: `${repeated} arrived twice`,
    },
  ]
}
