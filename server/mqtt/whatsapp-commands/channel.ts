import {
  type Attempt,
  attemptOfAnswer,
  type Channel,
  cleaned,
  type Delivery,
  type DeliveryDraft,
  outgoingHttp,
  type Prepared,
} from '#deliveries/index.ts'
import { MqttAway, MqttRefused } from '#platform/brokers/mqtt/index.ts'
import { type Chain, chainedHeaders, chainMember } from '#platform/chain.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { nextTrace, type Trace, traceHeaders } from '#platform/trace-context.ts'
import { HOPS } from '../inbound/read-message.ts'
import type { Publish } from '../outbound/publish.ts'
import { checkBody, commandBody, type Line, pathOfLine, topicOfLine } from './command.ts'
import type { Transport, Way } from './transport.ts'

const CHANNEL = 'whatsapp-command'

type CommandRequest = {
  line: Line
  messageId: string
  body: string
  /** How many of ours led to it. */
  hops?: number
}
/** What led to it, and the attempt's own span. */
type Led = Pick<Delivery, 'cause'> & { trace: Trace }
type PreparedCommand = Prepared & { command: CommandRequest }

export type NewCommand = {
  tenant: string
  line: Line
  /** The receiver's idempotency key: the same on every way and every attempt. */
  messageId: string
  to: string
  message: string
  data?: { readonly [name: string]: Json }
  traceparent: string | null
  chain: Chain
}

export const deliveryIdOf = (tenant: string, line: Line, messageId: string): string =>
  hashId('whatsapp-command', tenant, line, messageId)

/** What shares breaker and slots: a line, whichever way its commands take. */
export const targetOf = (line: Line): string => `whatsapp-command:${line}`

/** A command as a delivery: the same message id makes the same one. */
export function commandDelivery({ tenant, line, traceparent, chain, ...command }: NewCommand): DeliveryDraft {
  const { messageId } = command
  const request: CommandRequest = { line, messageId, body: commandBody(command), hops: chain.hops }
  return {
    tenant,
    id: deliveryIdOf(tenant, line, messageId),
    channel: CHANNEL,
    target: targetOf(line),
    request,
    traceparent,
    cause: chain.cause,
  }
}

/** Of the attempt's 15 s, so that enough is left for the other way. */
const MQTT_TIMEOUT_MS = 4_000
/** An hour: what is later than that is no answer any more. Never long between two, so that a switch is soon felt. */
const SCHEDULE_MS = [1_000, 5_000, 15_000, 30_000, ...Array(12).fill(60_000), ...Array(9).fill(300_000)]
/** Faults of the message itself: the same request gets the same answer. */
const PERMANENT = new Set([400, 413, 415, 422])

/**
 * Commands over MQTT or by HTTP, as the switch says at the moment of each attempt. Over MQTT a command that the broker does
 * not take, or that nobody is there to take, goes by HTTP in the same attempt. Both carry the same body and message id: what
 * went both ways, since an answer was lost, is one message to the receiver.
 */
export function commandChannel(
  runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>,
  options: {
    transport: Transport
    publish: Publish
    topic: string
    urls: Readonly<Record<Line, string | undefined>>
    token: string | undefined
    sent(line: Line, way: 'mqtt' | 'http', result: string): void
  },
): Channel<PreparedCommand> {
  const { transport, publish, urls, token } = options
  const http = outgoingHttp(runtime)

  /** Null when the command was handed over; else why not. */
  async function overMqtt({ line, body, hops = 0 }: CommandRequest, { trace }: Led): Promise<string | null> {
    const topic = topicOfLine(options.topic, line)
    try {
      const userProperties = { ...traceHeaders(trace), [HOPS]: String(hops) }
      const message = { topic, payload: body, contentType: 'application/json', userProperties }
      const { heard } = await publish('command', message, MQTT_TIMEOUT_MS)
      return heard ? null : `nobody is subscribed to ${topic}`
    } catch (error) {
      const known = error instanceof MqttAway || error instanceof MqttRefused || error instanceof Problem
      if (!known) throw error
      return error.message
    }
  }

  async function byHttp(
    command: CommandRequest,
    because: string,
    { trace, cause }: Led,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const { line, messageId, body, hops = 0 } = command
    const base = urls[line]
    if (base === undefined) {
      const unset = `there is no address for commands (WA_${line.toUpperCase()}_BASE_URL)`
      return { verdict: 'retry', error: `${because}, and ${unset}` }
    }
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Cauce',
      // A header takes ASCII only.
      'idempotency-key': encodeURIComponent(messageId),
      ...chainedHeaders(trace, chainMember({ hops, cause })),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const url = `${base.replace(/\/+$/, '')}${pathOfLine(line)}`
    const answer = cleaned(
      await http.request({ method: 'POST', url, headers, body, statusSuffices: true }, signal),
      token === undefined ? [] : [token],
    )
    const attempt = attemptOfAnswer(answer, runtime.clock.wall())
    // The service is well; a target that is gone for good would be all of a line.
    if (attempt.verdict === 'dead') return { ...attempt, verdict: 'retry' }
    return PERMANENT.has(answer.status) ? { ...attempt, verdict: 'permanent' } : attempt
  }

  return {
    name: CHANNEL,
    schedule: SCHEDULE_MS,
    timeoutMs: 15_000,
    prepare: async (rows) =>
      rows.map(({ request }) => {
        const command = request as CommandRequest
        return { summary: `WhatsApp command to ${command.line}`, command }
      }),
    async send({ command }, { cause }, signal, trace) {
      const began = performance.now()
      const way = transport.active()
      const attempt = await attemptOn(way, command, { trace, cause }, signal)
      const outcome = attempt.verdict === 'delivered' && attempt.headers?.way === way ? 'sent' : 'failed'
      transport.record(way, { key: command.messageId, outcome, tookMs: performance.now() - began })
      const shadow = transport.shadow()
      if (shadow !== null) void tryOut(shadow, command)
      return attempt
    },
  }

  async function attemptOn(way: Way, command: CommandRequest, led: Led, signal: AbortSignal): Promise<Attempt> {
    const { line } = command
    const why = way === 'mqtt' ? await overMqtt(command, led) : 'HTTP is switched on'
    if (why === null) {
      options.sent(line, 'mqtt', 'delivered')
      return { verdict: 'delivered', headers: { way: 'mqtt' } }
    }
    const attempt = await byHttp(command, why, led, signal)
    options.sent(line, 'http', attempt.verdict)
    return { ...attempt, headers: { ...attempt.headers, way: 'http', because: why.slice(0, 300) } }
  }

  /**
   * The way in the shadow, with a message that names nobody: whether it is open, and how long it takes. A service that
   * does not know such messages refuses it, and has been reached.
   */
  async function tryOut(way: Way, { line, messageId }: CommandRequest): Promise<void> {
    const began = performance.now()
    const command = { line, messageId, body: checkBody(messageId) }
    const led = { trace: nextTrace(null), cause: null }
    let outcome = 'failed'
    try {
      if (way === 'mqtt') outcome = (await overMqtt(command, led)) === null ? 'sent' : 'failed'
      else {
        const { status = 500 } = await byHttp(command, '', led, AbortSignal.timeout(MQTT_TIMEOUT_MS))
        outcome = status < 500 ? 'sent' : 'failed'
      }
    } catch {
      // Not reached: that is what is recorded.
    }
    transport.record(way, { key: messageId, outcome, tookMs: performance.now() - began })
  }
}
