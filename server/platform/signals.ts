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
  let closed = false

  const tell = (topic: string, payload: string | null) => {
    for (const fn of listeners.get(topic) ?? []) fn(payload)
  }

  function receive(text: string): void {
    const message = JSON.parse(text) as { node: string; topics: Record<string, string> }
    if (message.node === node) return
    for (const [topic, payload] of Object.entries(message.topics)) tell(topic, payload)
  }

  async function open(): Promise<void> {
    const opened = await database.connect('cauce_worker')
    opened.onNotification((_channel, payload) => receive(payload))
    opened.onLost((error) => {
      connection = undefined
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
      open().then(
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
      await connection?.close()
    },
  }
}
