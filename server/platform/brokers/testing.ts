import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { env } from 'node:process'
import { createServer as createTlsServer } from 'node:tls'

const LOOK_MS = 2_000

/**
 * Why tests against a real broker are left out, for `describe(…, { skip })`; false when they run. Where
 * CAUCE_REQUIRE_BROKERS is set they always run, and fail without it.
 */
export async function withoutBroker(name: string, port: number, host = '127.0.0.1'): Promise<string | false> {
  if (env.CAUCE_REQUIRE_BROKERS === '1') return false
  const listens = await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: LOOK_MS })
    const end = (found: boolean) => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
  return listens ? false : `no ${name} listens on ${host}:${port}`
}

/** Stands between a program and something that it connects to. */
export type TcpProxy = {
  port: number
  /** Nothing gets through any more: connections are ended, new ones refused. */
  cut(): void
  /** What is open breaks; new ones get through. @returns how many sockets were open */
  reset(): number
  restore(): void
  /** What the broker says arrives so much later. */
  delay(ms: number): void
  close(): Promise<void>
}

/** What passes on one connection: pieces of it may be changed, come later, or be held back until there is more. */
export type Passing = (data: Buffer) => readonly { data: Buffer; lateMs?: number }[]

const asItIs = (): Passing => (data) => [{ data }]

/**
 * @param to a port of this machine, or the path of a socket
 * @param through what happens to the two directions of each connection; `tls`: it is asked by TLS, and asks without
 */
export async function tcpProxy(
  to: number | string,
  through: { questions?(): Passing; answers?(): Passing; tls?: { key: string; cert: string } } = {},
): Promise<TcpProxy> {
  const { questions = asItIs, answers = asItIs, tls } = through
  const open = new Set<Socket>()
  const resetting = new WeakSet<Socket>()
  let passes = true
  let delayMs = 0
  const meet = (socket: Socket) => {
    if (!passes) return socket.destroy()
    const target = connect(typeof to === 'string' ? { path: to } : { host: '127.0.0.1', port: to, noDelay: true })
    for (const one of [socket, target]) {
      open.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        // One that is being reset closes by itself: destroyed half-way its handle would stay, and the process not end.
        for (const both of [socket, target]) if (!resetting.has(both)) both.destroy()
      })
    }
    forward(socket, target, questions(), () => 0)
    forward(target, socket, answers(), () => delayMs)
  }
  const server = tls === undefined ? createServer({ noDelay: true }, meet) : createTlsServer(tls, meet)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reset = () => {
    const count = open.size
    for (const socket of open) {
      // A reset, as of a cable or a process: not the orderly end of a conversation. Other sockets know no such thing.
      if (socket.remoteFamily === undefined) socket.destroy()
      else if (!resetting.has(socket)) {
        resetting.add(socket)
        socket.resetAndDestroy()
      }
    }
    return count
  }
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      passes = false
      reset()
    },
    reset,
    restore() {
      passes = true
    },
    delay(ms) {
      delayMs = ms
    },
    async close() {
      passes = false
      // No reset: a peer that goes at the same moment would leave a handle behind, and the process would not end.
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Nothing overtakes what was said before, also when the delay becomes shorter. */
function forward(from: Socket, to: Socket, pass: Passing, delayMs: () => number): void {
  const said: { at: number; data: Buffer }[] = []
  function hand(): void {
    while (said[0] !== undefined && said[0].at <= performance.now()) to.write((said.shift() as { data: Buffer }).data)
    if (said[0] !== undefined && to.writable) setTimeout(hand, said[0].at - performance.now())
  }
  from.on('data', (whole) => {
    for (const { data, lateMs = 0 } of pass(whole)) {
      said.push({ at: performance.now() + delayMs() + lateMs, data })
      if (said.length === 1) hand()
    }
  })
  from.on('end', () => to.end())
}

/** A database behind a proxy. @returns its address there */
export async function databaseProxy(url: string): Promise<TcpProxy & { url: string }> {
  const address = new URL(url)
  const host = decodeURIComponent(address.hostname)
  const proxy = await tcpProxy(host.startsWith('/') ? `${host}/.s.PGSQL.${address.port}` : Number(address.port || 5432))
  address.hostname = '127.0.0.1'
  address.port = String(proxy.port)
  return { ...proxy, url: address.href }
}
