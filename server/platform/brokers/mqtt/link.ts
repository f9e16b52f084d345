import type { Logger } from 'pino'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'
import { settledWithin } from '#platform/within.ts'
import {
  type BrokerAddress,
  type Connection,
  type ConnectionOptions,
  type Ending,
  openConnection,
  type Protocol,
} from './connection.ts'
import { ConnectFailed, MqttAway } from './errors.ts'
import type { OutgoingMessage } from './message.ts'
import type { Published } from './publishing.ts'
import { connectionReaction, reasonText, SHARED_REFUSED } from './reasons.ts'

export type LinkOptions = Omit<ConnectionOptions, 'protocol'> & {
  /** `auto`: 5, and 3.1.1 where the broker does not speak it. */
  protocol: Protocol | 'auto'
  logger: Logger
  /** How log lines name the link. */
  name: string
  /** Asked before each try: whether this process may use the client id now. */
  mayConnect?(): Promise<boolean>
  /** A try failed or a connection was lost. */
  onTrouble?(): void
  /** A connection is there; what it does belongs to making the connection: a rejection ends it. */
  onConnected?(connection: Connection): Promise<void>
}

export type LinkState = {
  state: 'connecting' | 'connected' | 'away' | 'stopped'
  protocol: Protocol | null
  /** Wall milliseconds of the last change. */
  since: number
  /** Why it is not connected, or was not the last time. */
  lastError: string | null
}

/** A lasting link to a broker: connects, and connects again. */
export type MqttLink = {
  readonly clientId: string
  readonly address: BrokerAddress
  state(): LinkState
  /** The connection of this moment. */
  connection(): Connection | null
  /**
   * At QoS 1: resolves when the broker has confirmed. Rejects with MqttAway at once while there is no connection: what
   * must not be lost is kept by whoever sends it.
   */
  publish(message: OutgoingMessage, timeoutMs?: number): Promise<Published>
  /** Resolves when connected; rejects with MqttAway after `withinMs`, or when the link has stopped for good. */
  ready(withinMs: number): Promise<void>
  /** Tries at once, also after a refusal that stopped it. */
  retryNow(): void
  /** @param forget the broker drops the session */
  stop(options?: { withinMs?: number; forget?: boolean }): Promise<void>
}

const ACK_TIMEOUT_MS = 10_000
/** A connection that ends sooner counts as a failed try: two clients with one id would chase each other … */
const STEADY_MS = 10_000
/** … but waits no longer than after so many: a broker that lets us in is there. */
const MOST_UNSTEADY = 2
/** Failures after which the wait is the longest. */
const SLOWEST = 6
const ASK_AGAIN_MS = 1_000
/** A try to connect may be under way while we stop; whatever it comes to is closed. */
const STOP_SPARE_MS = 1_000

/** Opens a link; it connects in the background and never throws. */
export function openLink(options: LinkOptions, wall: () => number): MqttLink {
  const { logger, name } = options
  const place = { broker: `${options.address.host}:${options.address.port}`, clientId: options.clientId, link: name }
  let state: LinkState = { state: 'connecting', protocol: null, since: wall(), lastError: null }
  let current: Connection | null = null
  let failures = 0
  let stopping = false
  let wakeUp: (() => void) | undefined
  const waiters = new Set<(error: Error | null) => void>()

  function change(next: Partial<LinkState>): void {
    state = { ...state, ...next, since: wall() }
    if (state.state === 'connected' || state.state === 'stopped') {
      const error = state.state === 'connected' ? null : new MqttAway(state.lastError ?? 'the link is stopped')
      for (const tell of [...waiters]) tell(error)
    }
  }

  async function tryOnce(protocol: Protocol): Promise<Connection> {
    const connection = await openConnection({ ...options, protocol })
    try {
      await options.onConnected?.(connection)
    } catch (error) {
      await connection.end(0, false)
      throw error
    }
    return connection
  }

  async function tryVersions(): Promise<Connection> {
    if (options.protocol !== 'auto') return tryOnce(options.protocol)
    try {
      return await tryOnce('5')
    } catch (error) {
      // Some older brokers just hang up on a version that they do not know.
      const older = error instanceof ConnectFailed && (error.reaction === 'older' || error.message === HUNG_UP)
      if (!older || stopping) throw error
      return tryOnce('3.1.1')
    }
  }

  /** Resolves when it is time for another try; never, when nothing changes until somebody acts. */
  const pause = (ms: number | null) =>
    new Promise<void>((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function hold(connection: Connection): Promise<Ending> {
    const since = performance.now()
    current = connection
    change({ state: 'connected', protocol: connection.protocol })
    const outage = failures
    if (outage > 0) logger.info({ ...place, protocol: connection.protocol }, 'the MQTT broker is back')
    else logger.info({ ...place, protocol: connection.protocol }, 'connected to the MQTT broker')
    const ending = await new Promise<Ending>((resolve) => connection.onEnded(resolve))
    current = null
    failures = performance.now() - since >= STEADY_MS ? 0 : Math.min(outage, MOST_UNSTEADY)
    return ending
  }

  function failed(why: string, reaction: ReturnType<typeof connectionReaction>): Promise<void> {
    failures = reaction === 'slow' ? Math.max(failures + 1, SLOWEST) : failures + 1
    options.onTrouble?.()
    if (reaction === 'stop') {
      logger.error(
        { ...place, err: why },
        'the MQTT broker turned us away; not trying again until somebody asks for it',
      )
      change({ state: 'stopped', lastError: why })
      return pause(null)
    }
    // Said once for each outage.
    if (state.state !== 'away') logger.warn({ ...place, err: why }, 'the MQTT broker is away; connecting again')
    change({ state: 'away', lastError: why })
    return pause(reconnectDelayMs(failures, Math.random()))
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        if (options.mayConnect !== undefined && !(await options.mayConnect())) {
          await pause(ASK_AGAIN_MS)
          continue
        }
        const connection = await tryVersions()
        if (stopping) {
          await connection.end(0, false)
          return
        }
        const { why, code } = await hold(connection)
        if (stopping) return
        await failed(why, code === null ? 'retry' : connectionReaction(code))
      } catch (error) {
        if (stopping) return
        const failure = error as Error
        await failed(failure.message, failure instanceof ConnectFailed ? failure.reaction : 'retry')
      }
    }
  }

  const running = run()

  return {
    clientId: options.clientId,
    address: options.address,
    state: () => state,
    connection: () => current,
    async publish(message, timeoutMs = ACK_TIMEOUT_MS) {
      if (current === null) throw new MqttAway(state.lastError ?? 'there is no connection to the MQTT broker yet')
      return current.publish(message, timeoutMs)
    },
    ready(withinMs) {
      if (current !== null) return Promise.resolve()
      if (state.state === 'stopped') return Promise.reject(new MqttAway(state.lastError ?? 'the link is stopped'))
      return new Promise((resolve, reject) => {
        const tell = (error: Error | null) => {
          clearTimeout(timer)
          waiters.delete(tell)
          if (error === null) resolve()
          else reject(error)
        }
        const timer = setTimeout(() => tell(new MqttAway(state.lastError ?? 'the broker did not answer')), withinMs)
        waiters.add(tell)
      })
    },
    retryNow() {
      if (current !== null) return
      failures = 0
      wakeUp?.()
    },
    async stop({ withinMs = 5_000, forget = false } = {}) {
      stopping = true
      wakeUp?.()
      await current?.end(withinMs, forget)
      await settledWithin(running, STOP_SPARE_MS)
      change({ state: 'stopped' })
    },
  }
}

const HUNG_UP = 'the connection was closed'

/** What a subscription's refusal means: no shared subscriptions here, or no right to the filter. */
export const refusalOf = (code: number): { shared: boolean; text: string } => ({
  shared: code === SHARED_REFUSED,
  text: reasonText(code),
})
