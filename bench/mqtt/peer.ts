/** A process that publishes, hears, asks or answers over MQTT: with the bare client library, or with the gateway's link. */
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { MqttClient } from 'mqtt'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { mqttMetrics } from '../../server/mqtt/metrics.ts'
import { createPublish } from '../../server/mqtt/outbound/publish.ts'
import { createRequests, type Requests } from '../../server/mqtt/requests/requests.ts'
import { type MqttLink, openLink } from '../../server/platform/brokers/mqtt/index.ts'
import { answerQuestions } from '../child.ts'
import { startMetronome } from '../load/metronome.ts'
import { monotonicUs } from '../measure/clock.ts'
import { Histogram } from '../measure/histogram.ts'

export type Kind = 'bare' | 'link'
type At = { port: number; kind: Kind; topic: string }
export type Heard = { counts: Float64Array; distinct: number; doubled: number }

export type PeerQuestions = {
  /** Subscribes, and counts from now on what comes. */
  hear: { ask: At; answer: null }
  heard: { ask: null; answer: Heard }
  /** Subscribes, and answers requests. */
  answer: { ask: At; answer: null }
  /** Publishes at QoS 1 at a fixed rate; gives how many were confirmed. */
  publish: { ask: At & { ratePerS: number; seconds: number }; answer: number }
  /** Asks, one request after the other. */
  ask: { ask: At & { count: number }; answer: Float64Array }
}

/** Of the size of an event of ours. */
const FILLER = 'x'.repeat(330)
const BEAT_MS = 2

let heard = { latency: new Histogram(), numbers: new Set<number>(), doubled: 0 }

function count(text: string): void {
  const now = monotonicUs()
  const [, n, at] = /"n":"(\d+)","at":"(\d+)"/.exec(text) ?? []
  if (n === undefined) return
  heard.latency.record(now - Number(at))
  if (heard.numbers.has(Number(n))) heard.doubled += 1
  heard.numbers.add(Number(n))
}

async function bare(port: number): Promise<MqttClient> {
  const client = new MqttClient(() => connect({ port, host: '127.0.0.1', noDelay: true }), {
    protocolVersion: 5,
    clientId: `bare-${randomUUID()}`,
    reconnectPeriod: 0,
  })
  await new Promise((resolve, reject) => {
    client.once('connect', resolve)
    client.once('error', reject)
  })
  return client
}

async function link(
  port: number,
  onText: (text: string) => void,
  filters: readonly string[],
  requests?: () => Requests,
): Promise<MqttLink> {
  const made = openLink(
    {
      address: { host: '127.0.0.1', port },
      protocol: '5',
      clientId: `link-${randomUUID()}`,
      sessionS: 300,
      keepaliveS: 60,
      mostInHand: 200,
      maxPacketBytes: 1_000_000,
      logger: pino({ level: 'silent' }),
      name: 'bench',
      async onMessage(message) {
        requests?.().take(message)
        onText(message.payload.toString())
      },
      async onConnected(connection) {
        await connection.subscribe(filters)
        await requests?.().connected(connection)
      },
    },
    Date.now,
  )
  await made.ready(10_000)
  return made
}

async function hear({ port, kind, topic }: At): Promise<null> {
  heard = { latency: new Histogram(), numbers: new Set(), doubled: 0 }
  if (kind === 'link') {
    await link(port, count, [topic])
  } else {
    const client = await bare(port)
    client.on('message', (_topic, payload) => count(payload.toString()))
    await client.subscribeAsync(topic, { qos: 1 })
  }
  return null
}

async function answer({ port, kind, topic }: At): Promise<null> {
  const client = await bare(port)
  if (kind === 'link') throw new Error('the program itself answers for the gateway')
  client.on('message', (_topic, payload, { properties }) => {
    const { responseTopic, correlationData } = properties ?? {}
    if (responseTopic !== undefined) client.publish(responseTopic, payload, { qos: 1, properties: { correlationData } })
  })
  await client.subscribeAsync(topic, { qos: 1 })
  return null
}

async function publish({ port, topic, ratePerS, seconds }: PeerQuestions['publish']['ask']): Promise<number> {
  const client = await bare(port)
  const total = ratePerS * seconds
  let sent = 0
  let confirmed = 0
  const beganUs = monotonicUs()
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = startMetronome(BEAT_MS, () => {
    const due = Math.min(total, Math.floor(((monotonicUs() - beganUs) / 1e6) * ratePerS))
    for (; sent < due; sent++) {
      // From the publication: what the metronome is late by is nothing that a gateway could mend, and what a handler
      // is held up by shows in all that comes meanwhile, since the rate is fixed.
      const text = `{"n":"${sent}","at":"${monotonicUs()}","filler":"${FILLER}"}`
      client.publish(topic, text, { qos: 1 }, () => {
        if (++confirmed === total) resolve()
      })
    }
  })
  await promise
  stop()
  await client.endAsync()
  return confirmed
}

async function ask({ port, kind, topic, count: wanted }: PeerQuestions['ask']['ask']): Promise<Float64Array> {
  const took = new Histogram()
  if (kind === 'link') {
    const requests: Requests = createRequests({
      link: () => made,
      publish: createPublish(() => made, mqttMetrics(new Registry())),
      answerPrefix: 'cauce/answers',
      metrics: mqttMetrics(new Registry()),
    })
    let made: MqttLink | null = null
    made = await link(
      port,
      () => {},
      [],
      () => requests,
    )
    await made.connection()?.subscribe([`cauce/answers/${made.clientId}`])
    for (let n = 0; n < wanted; n++) {
      const began = monotonicUs()
      await requests.ask(topic, n, 10_000)
      took.record(monotonicUs() - began)
    }
    await made.stop()
    return took.counts
  }
  const client = await bare(port)
  const back = `cauce/answers/${randomUUID()}`
  await client.subscribeAsync(back, { qos: 1 })
  let arrived: () => void = () => {}
  client.on('message', () => arrived())
  for (let n = 0; n < wanted; n++) {
    const began = monotonicUs()
    const done = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const properties = { responseTopic: back, correlationData: Buffer.from(String(n)) }
    client.publish(topic, `{"data":${n}}`, { qos: 1, properties })
    await done
    took.record(monotonicUs() - began)
  }
  await client.endAsync()
  return took.counts
}

answerQuestions<PeerQuestions>({
  hear,
  heard: async () => ({
    counts: heard.latency.counts,
    distinct: heard.numbers.size,
    doubled: heard.doubled,
  }),
  answer,
  publish,
  ask,
})
