import type { Logger } from 'pino'
import type { Connection, OpenDatabase } from '#platform/database.ts'

/**
 * Hints between nodes over LISTEN/NOTIFY, coalesced to at most one message each 10 ms and node. They only save
 * waiting: whoever listens also looks by itself every second.
 */
export type Signals = {
  /** Tells the other nodes; a later payload for the same topic replaces an earlier one within the 10 ms. */
  send(topic: string, payload?: string): void
  /** Called for messages of other nodes, and with `null` after a reconnect: anything may have been missed. */
  on(topic: string, fn: (payload: string | null) => void): void
  close(): Promise<void>
}

const CHANNEL = 'cauce'
const GAP_MS = 10
const RECONNECT_MS = 500

export async function openSignals(database: OpenDatabase, node: string, logger: Logger): Promise<Signals> {
  const listeners = new Map<string, ((payload: string | null) => void)[]>()
  let waiting = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let reconnect: NodeJS.Timeout | undefined
  let connection: Connection | undefined
  let opening: Promise<void> = Promise.resolve()
  let closed = false

  function tell(topic: string, payload: string | null): void {
    for (const fn of listeners.get(topic) ?? []) {
      try {
        fn(payload)
      } catch (error) {
        logger.error({ err: error, topic }, 'a hint could not be taken')
      }
    }
  }

  function receive(text: string): void {
    let message: { node?: unknown; topics?: unknown } | null
    try {
      message = JSON.parse(text)
    } catch {
      // The channel's name is a plain word: others may use it.
      return
    }
    if (message?.node === node || typeof message?.topics !== 'object') return
    for (const [topic, payload] of Object.entries(message.topics ?? {})) tell(topic, String(payload))
  }

  async function open(): Promise<void> {
    const opened = await database.connect('cauce_worker')
    if (closed) return opened.close()
    opened.onNotification((_channel, payload) => receive(payload))
    opened.onLost((error) => {
      if (connection === opened) connection = undefined
      if (closed) return
      logger.warn({ err: error.message }, 'lost the connection that listens to other nodes; connecting again')
      retry()
    })
    await opened.query(`listen ${CHANNEL}`)
    connection = opened
  }

  function retry(): void {
    // A connection lost while it was being opened tells of it twice.
    clearTimeout(reconnect)
    reconnect = setTimeout(() => {
      opening = open().then(
        () => {
          for (const topic of listeners.keys()) tell(topic, null)
        },
        () => {
          if (!closed) retry()
        },
      )
    }, RECONNECT_MS)
  }

  function flush(): void {
    timer = undefined
    const topics = Object.fromEntries(waiting)
    waiting = new Map()
    // Lost hints are found by the sweeps.
    connection?.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify({ node, topics })]).catch(() => {})
  }

  await open()
  return {
    send(topic, payload = '') {
      waiting.set(topic, payload)
      timer ??= setTimeout(flush, GAP_MS)
    },
    on(topic, fn) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), fn])
    },
    async close() {
      closed = true
      clearTimeout(timer)
      clearTimeout(reconnect)
      await opening
      await connection?.close()
    },
  }
}
