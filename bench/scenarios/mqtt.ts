import { setTimeout as delay } from 'node:timers/promises'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '../../server/platform/brokers/mqtt/testing.ts'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { type Child, startChild } from '../child.ts'
import { atMost, below, type Figure, median } from '../measure/figure.ts'
import { Histogram } from '../measure/histogram.ts'
import type { Kind, PeerQuestions } from '../mqtt/peer.ts'
import { startProgram } from '../program/start.ts'

const RATE_PER_S = 500
const TOPIC = 'bench/messages'
/** As deploy/mosquitto has it: enough on their way for a group commit. */
const CONFIG = 'allow_anonymous true\nmax_queued_messages 100000\nmax_inflight_messages 100'

type Peer = Child<PeerQuestions>
type Measured = { p50: number; p99: number; sent: number; distinct: number; doubled: number }

const startPeer = (): Peer => startChild<PeerQuestions>(new URL('../mqtt/peer.ts', import.meta.url))

/** Messages at QoS 1, requests and answers, beside the bare client library at the same broker. */
export const mqtt: Scenario = {
  name: 'mqtt',
  summary: `MQTT at QoS 1, ${RATE_PER_S}/s: publish to handler, request and reply, and through the log`,
  run: (bench) =>
    withResources(async (use) => {
      const missing = withoutMosquitto()
      if (missing !== false) throw new Error(missing)
      const broker = await startMosquitto({ config: CONFIG })
      await use({ stop: () => broker.close() })
      const rounds = await inTurns(bench, broker, use)
      const bareAsk = await asks(bench, broker, use, 'bare')
      const linkAsk = await asks(bench, broker, use, 'link')
      const whole = await throughProgram(bench, broker, use)
      const of = (kind: Kind, figure: 'p50' | 'p99') => median(rounds[kind].map((round) => round[figure]))
      const lost = (all: readonly Measured[]) => all.reduce((sum, { sent, distinct }) => sum + sent - distinct, 0)
      const each = (kind: Kind, figure: 'p50' | 'p99') =>
        rounds[kind].map((round) => round[figure].toFixed(2)).join(' ')
      return [
        {
          name: 'publish to handler, p50',
          value: of('link', 'p50'),
          unit: 'ms',
          target: below(1),
          limit: { name: 'bare library, p50', value: of('bare', 'p50') },
          note: `each round: ${each('link', 'p50')}; bare: ${each('bare', 'p50')}`,
        },
        {
          name: 'publish to handler, p99',
          value: of('link', 'p99'),
          unit: 'ms',
          target: below(5),
          limit: { name: 'bare library, p99', value: of('bare', 'p99') },
          note: `each round: ${each('link', 'p99')}; bare: ${each('bare', 'p99')}`,
        },
        { name: 'messages lost', value: lost(rounds.link), unit: '', target: atMost(0) },
        {
          name: 'request and reply, we ask, p50',
          value: linkAsk.percentileMs(0.5),
          unit: 'ms',
          target: below(1),
          limit: { name: 'bare library asks', value: bareAsk.percentileMs(0.5) },
          note: `p99 ${linkAsk.percentileMs(0.99).toFixed(2)} ms; bare: ${bareAsk.percentileMs(0.99).toFixed(2)} ms`,
        },
        {
          name: 'request and reply, a rule of the program answers, p50',
          value: whole.reply.percentileMs(0.5),
          unit: 'ms',
          target: below(1),
          limit: { name: 'bare library answers', value: bareAsk.percentileMs(0.5) },
          note: `p99 ${whole.reply.percentileMs(0.99).toFixed(2)} ms`,
        },
        {
          name: 'in, committed to the log, out again, p50',
          value: whole.round.p50,
          unit: 'ms',
          note: `p99 ${whole.round.p99.toFixed(2)} ms; two hops and a commit, fsync on; ${whole.round.doubled} doubled`,
        },
        { name: 'events lost on that way', value: lost([whole.round]), unit: '', target: atMost(0) },
      ] satisfies Figure[]
    }),
}

type Use = Parameters<Parameters<typeof withResources>[0]>[0]

/** The bare library and the gateway's link by turns, so that what else the machine does is in both. */
async function inTurns(bench: Bench, broker: Mosquitto, use: Use): Promise<Record<Kind, Measured[]>> {
  const publisher = await use(startPeer())
  const rounds: Record<Kind, Measured[]> = { bare: [], link: [] }
  for (let round = 0; round < bench.sized(5, 2); round++) {
    for (const kind of ['bare', 'link'] as const) {
      bench.say(`round ${round + 1}: ${kind === 'bare' ? 'the bare library' : "the gateway's link"} hears`)
      const listener = startPeer()
      try {
        await listener.ask('hear', { port: broker.port, kind, topic: TOPIC })
        // The first messages meet code that was never run.
        await publisher.ask('publish', load(broker, { seconds: 1 }))
        await listener.ask('hear', { port: broker.port, kind, topic: `${TOPIC}/x` })
        const sent = await publisher.ask('publish', load(broker, { topic: `${TOPIC}/x`, seconds: bench.sized(10, 3) }))
        rounds[kind].push(await measured(listener, sent))
      } finally {
        await listener.stop()
      }
    }
  }
  return rounds
}

const load = ({ port }: Mosquitto, more: { topic?: string; seconds: number }) => ({
  port,
  kind: 'bare' as const,
  topic: TOPIC,
  ratePerS: RATE_PER_S,
  ...more,
})

/** What was heard, when all has come or nothing comes any more. */
async function measured(listener: Peer, sent: number): Promise<Measured> {
  for (let last = -1; ; ) {
    const { counts, distinct, doubled } = await listener.ask('heard', null)
    if (distinct >= sent || distinct === last) {
      const latency = new Histogram(counts)
      return { p50: latency.percentileMs(0.5), p99: latency.percentileMs(0.99), sent, distinct, doubled }
    }
    last = distinct
    await delay(1_000)
  }
}

async function asks(bench: Bench, broker: Mosquitto, use: Use, kind: Kind): Promise<Histogram> {
  bench.say(`${kind === 'bare' ? 'the bare library' : 'the gateway'} asks`)
  const topic = `bench/ask/${kind}`
  const responder = await use(startPeer())
  await responder.ask('answer', { port: broker.port, kind: 'bare', topic })
  return askThem(bench, broker, await use(startPeer()), kind, topic)
}

async function askThem(bench: Bench, { port }: Mosquitto, asker: Peer, kind: Kind, topic: string): Promise<Histogram> {
  await asker.ask('ask', { port, kind, topic, count: 300 })
  return new Histogram(await asker.ask('ask', { port, kind, topic, count: bench.sized(5_000, 1_000) }))
}

async function throughProgram(bench: Bench, broker: Mosquitto, use: Use) {
  bench.say('the real program: a rule that answers')
  const program = await use(
    startProgram({
      dataDir: await bench.folder('mqtt'),
      observe: bench.observe,
      env: { MQTT_HOST: '127.0.0.1', MQTT_PORT: String(broker.port) },
    }),
  )
  const make = (rule: object) => program.api.post('/api/v1/mqtt/rules', rule)
  await make({ name: 'Answer', topic: 'bench/ask/rule', reply: 'payload.data' })
  // What is sent on leaves after the commit of its event.
  const passed = { event: { type: '"bench.passed"', subject: 'levels[1]' }, republish: { topic: '"bench/out"' } }
  await make({ name: 'Through the log', topic: 'bench/in', ...passed })
  const reply = await askThem(bench, broker, await use(startPeer()), 'bare', 'bench/ask/rule')
  bench.say('the real program: in, through the log, and out')
  const listener = await use(startPeer())
  const publisher = await use(startPeer())
  const out = { port: broker.port, kind: 'bare' as const, topic: 'bench/out' }
  await listener.ask('hear', out)
  await publisher.ask('publish', load(broker, { topic: 'bench/in', seconds: 3 }))
  await delay(500)
  const again = await use(startPeer())
  await again.ask('hear', out)
  const seconds = bench.sized(20, 4)
  const sent = await publisher.ask('publish', load(broker, { topic: 'bench/in', seconds }))
  return { reply, round: await measured(again, sent) }
}
