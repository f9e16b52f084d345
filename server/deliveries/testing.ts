import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'

export type Received = { path: string; method: string; headers: IncomingMessage['headers']; body: string; at: number }

/** A local receiver for tests: answers as it is told, and remembers what came. */
export type Receiver = {
  url: string
  received: Received[]
  /** Resolves when `count` requests have come. */
  came(count: number): Promise<void>
  close(): Promise<void>
}

export async function startReceiver(
  answer: (request: Received, response: ServerResponse, count: number) => void = (_request, response) => response.end(),
): Promise<Receiver> {
  const received: Received[] = []
  let waiting: { count: number; resolve(): void }[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url: path = '', method = '', headers } = request
      const one = { path, method, headers, body: Buffer.concat(chunks).toString(), at: performance.now() }
      received.push(one)
      for (const { resolve } of waiting.filter(({ count }) => count <= received.length)) resolve()
      waiting = waiting.filter(({ count }) => count > received.length)
      answer(one, response, received.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    received,
    came: (count) =>
      received.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A receiver that speaks raw bytes, for answers that no HTTP server would give. */
export async function startRawReceiver(
  onRequest: (socket: Socket) => void,
): Promise<{ url: string; connections(): number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server: TcpServer = createTcpServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', () => onRequest(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

const portOf = (server: Server | TcpServer): number => (server.address() as { port: number }).port
