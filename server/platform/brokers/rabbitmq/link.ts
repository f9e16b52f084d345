import { type ChannelModel, connect } from 'amqplib'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'

const CONNECT_MS = 10_000
/** A peer that says nothing for so long (twice) is gone. */
const HEARTBEAT_S = 30
/** A connection that lasted so long was a good one. */
const LASTING_MS = 10_000
/** RabbitMQ's own default; 0 would let it send frames of any size. */
const FRAME_BYTES = 131_072

export type RabbitmqAddress = {
  host: string
  port: number
  username: string
  password: string
  vhost: string
  /** PEM texts; null: without TLS. Certificates are always verified. */
  tls: { ca?: string; cert?: string; key?: string } | null
}

/** One connection that comes back: what is set up on it is set up anew each time. */
export type Link = {
  /** The connection while it is up. */
  readonly connection: ChannelModel | undefined
  readonly blocked: boolean
  /** Resolves when it is up and not blocked, or closed for good. */
  whenReady(): Promise<void>
  /** It has done what it is for: the next loss is a new one, and is waited for from the shortest time on. */
  well(): void
  /** The broker is known to be there: a wait for the next attempt is cut short. */
  hurry(): void
  /** Gives the connection up, and makes a new one after the usual wait. */
  drop(error: Error): void
  close(): Promise<void>
}

/**
 * @param options.setUp declares and opens what is needed; when it throws the connection is given up and tried again
 * @param options.changed the link is up, lost (with the error) or blocked (with why), or goes on
 */
export function createLink(options: {
  address: RabbitmqAddress
  /** As the broker's own tools show it. */
  name: string
  setUp(connection: ChannelModel): Promise<void>
  changed(what: { event: 'up' | 'lost' | 'blocked' | 'unblocked'; error?: Error; retryMs?: number }): void
}): Link {
  const { address } = options
  let current: ChannelModel | undefined
  let ready = Promise.withResolvers<void>()
  let blocked = false
  let attempts = 0
  let upAt = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined
  const drops = new WeakMap<ChannelModel, (error: Error) => void>()

  async function open(): Promise<void> {
    let connection: ChannelModel | undefined
    let over = false
    /** Once for each connection, whichever of its events comes first. */
    function lost(error: Error): void {
      if (over) return
      over = true
      // One that has lasted is no part of a row of failures.
      if (current === connection && performance.now() - upAt > LASTING_MS) attempts = 0
      attempts += 1
      if (current === connection) current = undefined
      leave(connection)
      notReady()
      blocked = false
      const retryMs = reconnectDelayMs(attempts, Math.random())
      if (closed) return
      timer = setTimeout(again, retryMs)
      options.changed({ event: 'lost', error, retryMs })
    }
    try {
      connection = await connected(address, options.name)
      connection.on('error', lost)
      connection.on('close', (error?: Error) => lost(error ?? new Error('the connection was closed')))
      connection.on('blocked', (reason: string) => {
        blocked = true
        notReady()
        options.changed({ event: 'blocked', error: new Error(`the broker is short of ${reason}`) })
      })
      connection.on('unblocked', () => {
        blocked = false
        if (current !== undefined) ready.resolve()
        options.changed({ event: 'unblocked' })
      })
      drops.set(connection, lost)
      await options.setUp(connection)
    } catch (error) {
      lost(error as Error)
      return
    }
    if (over) return
    if (closed) return leave(connection)
    current = connection
    upAt = performance.now()
    if (!blocked) ready.resolve()
    options.changed({ event: 'up' })
  }

  function again(): void {
    clearTimeout(timer)
    timer = undefined
    void open()
  }

  function notReady(): void {
    if (closed) return
    const before = ready
    ready = Promise.withResolvers()
    // Whoever waited for the one before waits for this one, also when that one had resolved.
    void ready.promise.then(() => before.resolve())
  }

  void open()
  return {
    get connection() {
      return current
    },
    get blocked() {
      return blocked
    },
    whenReady: () => ready.promise,
    well() {
      attempts = 0
    },
    hurry() {
      if (timer !== undefined && !closed) again()
    },
    drop(error) {
      if (current !== undefined) drops.get(current)?.(error)
    },
    async close() {
      closed = true
      clearTimeout(timer)
      ready.resolve()
      const connection = current
      current = undefined
      if (connection !== undefined) await ended(connection)
    },
  }
}

const BUFFER: object = { writableHighWaterMark: 2 * 1024 * 1024 }

/**
 * What is written meanwhile goes out at once: amqplib writes each frame by itself, and a system call costs as much as
 * all else that it does for a message. Where its stream is not to be had nothing is lost but that.
 */
export function together(connection: ChannelModel, write: () => void): void {
  const { stream } = connection.connection as { stream?: { cork?(): void; uncork?(): void } }
  stream?.cork?.()
  try {
    write()
  } finally {
    // amqplib hands the frames on in the turn of the event loop after this one.
    setImmediate(() => setImmediate(() => stream?.uncork?.()))
  }
}

async function connected(address: RabbitmqAddress, name: string): Promise<ChannelModel> {
  const { host, port, username, password, vhost, tls } = address
  const connecting = connect(
    {
      protocol: tls === null ? 'amqp' : 'amqps',
      hostname: host,
      port,
      username,
      password,
      vhost,
      heartbeat: HEARTBEAT_S,
      frameMax: FRAME_BYTES,
    },
    {
      // Without it small writes wait for the answer to the one before, some 40 ms.
      noDelay: true,
      keepAlive: true,
      // A batch is written as a whole (see `together`): not in pieces that each wait for the one before.
      ...BUFFER,
      timeout: CONNECT_MS,
      clientProperties: { product: 'Cauce', connection_name: name },
      ...(tls ?? {}),
    },
  )
  return connecting.catch((error: Error) => {
    // amqplib keeps back what the broker says here, which is always of the virtual host.
    if (!/ConnectionOpenOk; got <ConnectionClose/.test(error.message)) throw error
    const why = `there is no virtual host ${JSON.stringify(vhost)}, or ${username} may not use it`
    throw new Error(`the broker refused the connection: ${why}`, { cause: error })
  })
}

/** How long an orderly end may take. */
const END_MS = 2_000

/** Ends a connection or a channel. One that breaks while it is being closed answers nobody: it only says that it is closed. */
export async function ended(open: {
  close(): Promise<void>
  once(event: 'close', fn: () => void): unknown
}): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_MS)
    open.once('close', resolve)
    open.close().then(resolve, () => resolve())
  })
  clearTimeout(timer)
}

/** A connection that is given up may still be open: it is closed as far as it lets itself be. */
function leave(connection: ChannelModel | undefined): void {
  connection?.close().catch(() => {})
}
