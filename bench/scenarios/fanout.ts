import { type Bench, type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, startGenerator } from '../load/index.ts'
import { atLeast, atMost, below, type Figure, median } from '../measure/figure.ts'
import { mergeHistograms } from '../measure/histogram.ts'
import { costEach, cpuOf } from '../program/cpu.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import { flatEvent } from '../program/flat-event.ts'
import { type Started, startProgram } from '../program/start.ts'
import { IN_EVENT, type Received, type Receiver, startReceiver, sum } from '../receiver/index.ts'
import { hop } from './road-limits.ts'

const SUBSCRIBERS = 10
/** While one receiver hangs: events per second, ten deliveries each. */
const CALM_PER_S = 100

type Subscription = { id: string; secret: string }
type Wave = { received: Received[]; deliveriesPerS: number; sent: number; cost: string }
type Send = (run: string, job: { seconds: number; ratePerS?: number }, expected?: number) => Promise<Wave>

/** One event to ten subscribers, each delivery signed and its attempt recorded. */
export const fanout: Scenario = {
  name: 'fanout',
  summary: 'one event to 10 subscribers, signed, attempts recorded; and with one receiver that hangs',
  run: (bench) =>
    withResources(async (use) => {
      // One port more, which takes requests and never answers.
      const receiver = await use(startReceiver(SUBSCRIBERS + 1))
      await receiver.hang(receiver.ports.slice(SUBSCRIBERS))
      const generator = await use(startGenerator())
      bench.say('limit: the generator calls one receiver itself')
      const direct = await hop(bench, generator, receiver)
      const dataDir = await bench.folder('fanout')
      const program = await use(startProgram({ dataDir, observe: bench.observe }))
      const made: Subscription[] = []
      for (const url of receiver.urls.slice(0, SUBSCRIBERS)) made.push(await subscribe(program, url))
      const secrets = made.map(({ secret }) => secret)
      const send: Send = (run, job, expected = SUBSCRIBERS) =>
        wave(program, generator, receiver, secrets, { run, expected, ...job })
      bench.say('warming up')
      await send('warm', { seconds: bench.sized(5, 2), ratePerS: 200 })
      bench.say('flat out, 16 clients')
      const flat = await send('flat', { seconds: bench.sized(20, 4) })
      const recorded = await attempts(dataDir)
      const sentSoFar = flat.sent + 200 * bench.sized(5, 2)
      const { calm, hung } = await besideHanging(bench, program, receiver, send, made.at(-1) as Subscription)
      return [
        {
          name: 'deliveries, flat out',
          value: flat.deliveriesPerS,
          unit: '/s',
          target: atLeast(6_000),
          limit: { name: 'one hop, flat out', value: direct.ratePerS },
          note: `${sum(flat.received, 'distinct')} deliveries of ${flat.sent} events. ${flat.cost}`,
        },
        {
          name: 'deliveries that never arrived',
          value: flat.sent * SUBSCRIBERS - sum(flat.received, 'distinct'),
          unit: '',
          target: atMost(0),
        },
        {
          name: 'without or with a wrong signature',
          value: sum(flat.received, 'unsigned') + sum(flat.received, 'badSignatures'),
          unit: '',
          target: atMost(0),
        },
        { name: 'attempts not recorded', value: sentSoFar * SUBSCRIBERS - recorded, unit: '', target: atMost(0) },
        {
          name: `p99 of nine beside one that hangs, ${CALM_PER_S} events/s`,
          value: median(hung),
          unit: 'ms',
          target: below(median(calm) * 1.2),
          limit: { name: 'the same nine, none hangs', value: median(calm) },
          note: `each round: ${hung.map((ms) => ms.toFixed(1)).join(' ')}; none hangs: ${calm.map((ms) => ms.toFixed(1)).join(' ')}`,
        },
      ] satisfies Figure[]
    }),
}

const subscribe = ({ api }: Started, url: string): Promise<Subscription> =>
  api.post<Subscription>('/api/v1/subscriptions', { routingKeyPattern: 'bench.fan', webhookUrl: `${url}/hook` })

async function wave(
  program: Started,
  generator: Generator,
  receiver: Receiver,
  secrets: readonly string[],
  { run, expected, ...job }: { run: string; expected: number; seconds: number; ratePerS?: number },
): Promise<Wave> {
  await receiver.expect({ ...IN_EVENT, secrets })
  const before = await cpuOf(program)
  const load = await generator.run({
    host: program.host,
    port: program.port,
    connections: job.ratePerS === undefined ? 16 : 64,
    ...job,
    request: flatEvent(program.api, { type: 'bench', subtype: 'fan', run }),
  })
  assertAccepted(load)
  const received = (await receiver.settled(load.accepted * expected, 3_000)).slice(0, SUBSCRIBERS)
  const lastUs = Math.max(...received.map(({ lastUs: last }) => last))
  const distinct = sum(received, 'distinct')
  return {
    received,
    deliveriesPerS: distinct / ((lastUs - load.firstUs) / 1e6),
    sent: load.accepted,
    cost: costEach(before, await cpuOf(program), distinct),
  }
}

/** Attempts in the history; they are marked in batches shortly after the answers. */
const attempts = (dataDir: string): Promise<number> =>
  withDatabase(dataDir, (db) => numberOf(db, "select count(*) from delivery_attempt where ended = 'delivered'"))

/** In every second round the tenth subscriber is one that hangs; what is told is the p99 of the other nine. */
async function besideHanging(
  bench: Bench,
  program: Started,
  receiver: Receiver,
  send: Send,
  tenth: Subscription,
): Promise<{ calm: number[]; hung: number[] }> {
  const calm: number[] = []
  const hung: number[] = []
  const job = { seconds: bench.sized(20, 5), ratePerS: CALM_PER_S }
  const nine = ({ received }: Wave) =>
    mergeHistograms(received.slice(0, SUBSCRIBERS - 1).map(({ latency }) => latency)).percentileMs(0.99)
  await program.api.delete(`/api/v1/subscriptions/${tenth.id}`)
  for (let round = 0; round < bench.sized(5, 3); round++) {
    bench.say(`round ${round + 1}: none hangs, then one does`)
    const well = await subscribe(program, receiver.urls[SUBSCRIBERS - 1] as string)
    calm.push(nine(await send(`calm-${round}`, job)))
    await program.api.delete(`/api/v1/subscriptions/${well.id}`)
    const hanging = await subscribe(program, receiver.urls[SUBSCRIBERS] as string)
    hung.push(nine(await send(`hung-${round}`, job, SUBSCRIBERS - 1)))
    await program.api.delete(`/api/v1/subscriptions/${hanging.id}`)
  }
  return { calm, hung }
}
