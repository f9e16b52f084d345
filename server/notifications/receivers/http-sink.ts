import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type SinkRequest = {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: Buffer
}

export type SinkAnswer = { status: number; headers?: Readonly<Record<string, string>>; body?: unknown }

export type HttpSink = { url: string; close(): Promise<void> }

/** A small HTTP server on 127.0.0.1 that answers each request as it is told. @param port 0 takes a free one */
export async function httpSink(answer: (request: SinkRequest) => SinkAnswer, port = 0): Promise<HttpSink> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const { status, headers, body } = answer(await read(incoming))
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    } catch {
      // The sender went away while it was sending.
      outgoing.destroy()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(incoming: IncomingMessage): Promise<SinkRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers, body: Buffer.concat(chunks) }
}
