import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { IClientOptions, MqttClient } from 'mqtt'
import { acknowledgements } from './acknowledgements.ts'
import { ConnectFailed, MqttAway } from './errors.ts'
import { type MqttMessage, messageOf, type OutgoingMessage } from './message.ts'
import { createPublisher, type Published } from './publishing.ts'
import { connectionReaction, reasonText } from './reasons.ts'

export type Protocol = '5' | '3.1.1'

export type BrokerAddress = {
  host: string
  port: number
  username?: string
  password?: string
  /** Absent: plain TCP. */
  tls?: { ca?: string; cert?: string; key?: string; verify: boolean }
}

export type ConnectionOptions = {
  address: BrokerAddress
  protocol: Protocol
  clientId: string
  /** Seconds for which the broker keeps the session of a client that is away; 0: it ends with the connection. */
  sessionS: number
  keepaliveS: number
  /** Messages in the handler's hands at once; on MQTT 5 the broker is told (Receive Maximum) and keeps to it with QoS 1. */
  mostInHand: number
  /** Longest packet that we take, on MQTT 5 told to the broker. */
  maxPacketBytes: number
  /** A message is acknowledged when this resolves; after a rejection it stays with the broker, for the next connection. */
  onMessage(message: MqttMessage): Promise<void>
}

/** Why a connection ended: `code` is the broker's reason, when it gave one. */
export type Ending = { why: string; code: number | null }

/** `refused`: the reason code of a refusal. */
export type SubscribeResult = { filter: string; refused: number | null }

export type Connection = {
  protocol: Protocol
  sessionPresent: boolean
  /** Whether the broker says that it has no shared subscriptions; 3.1.1 knows none. */
  sharedAvailable: boolean
  publish(message: OutgoingMessage, timeoutMs: number): Promise<Published>
  /** At QoS 1, without messages that were retained before. */
  subscribe(filters: readonly string[]): Promise<SubscribeResult[]>
  unsubscribe(filters: readonly string[]): Promise<void>
  /** Called once. */
  onEnded(fn: (ending: Ending) => void): void
  /**
   * Takes no more messages, lets handlers and confirmations finish, at the latest after `withinMs`, and says goodbye.
   * @param forget the session ends, with what waits in it
   */
  end(withinMs: number, forget: boolean): Promise<void>
}

const CONNECT_TIMEOUT_MS = 10_000
const SUBSCRIBE_TIMEOUT_MS = 10_000
const GOODBYE_MS = 500
/** Given to the library instead of its own acknowledgement: we send it, in order, when the message is done. */
const HELD = new Error('acknowledged when it is done')

function socketOf({ host, port, tls }: BrokerAddress) {
  // Without this a PUBACK and the message after it wait for each other's acknowledgement: 44 ms.
  if (tls === undefined) return connectTcp({ host, port, noDelay: true })
  const { verify, ...files } = tls
  // An address is checked as it is; only names are told to the server.
  const named = isIP(host) === 0 ? { servername: host } : {}
  const socket = connectTls({ host, port, rejectUnauthorized: verify, ...named, ...files })
  socket.setNoDelay(true)
  return socket
}

function clientOptions(options: ConnectionOptions): IClientOptions {
  const { address, protocol, sessionS } = options
  return {
    protocolVersion: protocol === '5' ? 5 : 4,
    clientId: options.clientId,
    username: address.username,
    password: address.password,
    clean: sessionS === 0,
    keepalive: options.keepaliveS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Each connection has a client of its own: nothing of an earlier one is sent or subscribed behind our back.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(protocol === '5'
      ? {
          properties: {
            sessionExpiryInterval: sessionS,
            receiveMaximum: options.mostInHand,
            maximumPacketSize: options.maxPacketBytes,
          },
        }
      : {}),
  }
}

/**
 * One connection to a broker.
 * @throws ConnectFailed with what follows from it
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  // Only who uses MQTT pays for loading it.
  const { MqttClient: Client } = await import('mqtt')
  const client = new Client(() => socketOf(options.address), clientOptions(options))
  const inbox = takeMessages(client, options)
  let problem: Ending = { why: 'the connection was closed', code: null }
  client.on('error', (error) => {
    const { code } = error as { code?: unknown }
    problem = { why: error.message || String(code), code: typeof code === 'number' ? code : null }
  })
  client.on('disconnect', ({ reasonCode = 0 }) => {
    problem = { why: `the broker ended the connection: ${reasonText(reasonCode)}`, code: reasonCode }
  })
  const { promise: connected, resolve, reject } = Promise.withResolvers<{ sessionPresent: boolean }>()
  client.once('connect', resolve)
  client.once('close', () => {
    const { why, code } = problem
    const reaction = code === null ? 'retry' : connectionReaction(code)
    reject(new ConnectFailed(code === null ? why : `the broker refused the connection: ${reasonText(code)}`, reaction))
  })
  const { sessionPresent } = await connected
  const publisher = createPublisher(client)

  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>()
  client.once('close', () => {
    inbox.close()
    publisher.lost(problem.why)
    end(problem)
  })

  return {
    protocol: options.protocol,
    sessionPresent,
    sharedAvailable:
      options.protocol === '5' &&
      (client.serverProperties as { sharedSubscriptionAvailable?: boolean } | undefined)
        ?.sharedSubscriptionAvailable !== false,
    publish: publisher.publish,
    subscribe: async (filters) =>
      filters.length === 0 ? [] : answered(client, (done) => subscribe(client, filters, done)),
    unsubscribe: async (filters) => {
      if (filters.length === 0) return
      await answered(client, (done) => {
        client.unsubscribe([...filters], (error) => done(error ?? null, undefined))
      })
    },
    onEnded: (fn) => void ended.then(fn),
    async end(withinMs, forget) {
      const until = performance.now() + withinMs
      await inbox.drain(withinMs)
      await publisher.drained(Math.max(0, until - performance.now()))
      inbox.close()
      const expiry = forget && options.protocol === '5' ? { properties: { sessionExpiryInterval: 0 } } : {}
      client.end(false, expiry)
      // The library waits for confirmations that a dead connection never brings.
      const timer = setTimeout(() => client.stream.destroy(), GOODBYE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/**
 * Hands messages on and acknowledges them; no more at once than the options say. What the broker does not bound by itself waits
 * in the socket, and behind it everything else that the broker has to say: a session with many messages waiting would hear
 * no answer to its subscription and none to its pings, and be given up at each connection.
 */
function takeMessages(client: MqttClient, { mostInHand, onMessage, protocol }: ConnectionOptions) {
  const stream = client.stream as NodeJS.WritableStream & { destroyed?: boolean }
  const acks = acknowledgements((bytes) => {
    if (!stream.destroyed) stream.write(bytes)
  })
  let inHand = 0
  let unbounded = 0
  let closed = false
  let blocked: (() => void) | undefined
  let idle: (() => void) | undefined

  function settled(isBounded: boolean): void {
    inHand -= 1
    if (!isBounded) unbounded -= 1
    const go = blocked
    blocked = undefined
    go?.()
    if (inHand === 0) idle?.()
  }

  client.handleMessage = (packet, callback) => {
    // What comes while we stop stays with the broker.
    if (closed) return void callback(HELD)
    const message = messageOf(packet)
    const isBounded = protocol === '5' && message.qos === 1
    inHand += 1
    if (!isBounded) unbounded += 1
    const acknowledge = message.qos === 1 ? acks.expect(message.packetId) : () => {}
    onMessage(message)
      .then(acknowledge, () => {})
      .finally(() => settled(isBounded))
    if (unbounded < mostInHand) callback(HELD)
    else blocked = () => callback(HELD)
  }

  return {
    close() {
      closed = true
    },
    async drain(withinMs: number) {
      closed = true
      if (inHand === 0) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        idle = resolve
        timer = setTimeout(resolve, withinMs)
      })
      clearTimeout(timer)
      // The last acknowledgements are written at the end of this turn.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A request of the library as a promise that does not outlive the connection. */
function answered<T>(client: MqttClient, ask: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = () => settle(() => reject(new MqttAway('the connection was lost')))
    const timer = setTimeout(
      () => settle(() => reject(new MqttAway('the broker did not answer'))),
      SUBSCRIBE_TIMEOUT_MS,
    )
    function settle(then: () => void): void {
      clearTimeout(timer)
      client.off('close', gone)
      then()
    }
    client.once('close', gone)
    ask((error, value) => settle(() => (error === null ? resolve(value) : reject(new MqttAway(error.message)))))
  })
}

function subscribe(
  client: MqttClient,
  filters: readonly string[],
  done: (error: Error | null, value: SubscribeResult[]) => void,
): void {
  // Retained messages (rh 2: none) tell of what was; taken at each connection they would count as new.
  const wanted = Object.fromEntries(filters.map((filter) => [filter, { qos: 1 as const, rh: 2 }]))
  client.subscribe(wanted, (error, _granted, packet) => {
    const granted = packet?.granted
    if (granted === undefined) return done(error ?? new Error('the broker did not answer'), [])
    done(
      null,
      filters.map((filter, at) => {
        const code = granted[at] as number
        return { filter, refused: code >= 0x80 ? code : null }
      }),
    )
  })
}
