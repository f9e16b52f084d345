import { once } from 'node:events'
import { createServer } from 'node:http'

export type Receiver = {
  url: string
  /** Calls by path and idempotency key (`webhook-id` or `idempotency-key`): how often each came, with its body. */
  calls: Map<string, { count: number; body: string; ids: Set<string> }>
  close(): void
}

/**
 * A receiver that honours idempotency: it counts every call but keeps one entry for each body's event.
 * @param keyOf what of a body makes two calls the same work (an event id)
 */
export async function startReceiver(keyOf: (path: string, body: string) => string): Promise<Receiver> {
  const calls: Receiver['calls'] = new Map()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const key = keyOf(request.url ?? '', body)
    const id = String(request.headers['webhook-id'] ?? request.headers['idempotency-key'] ?? '')
    const known = calls.get(key) ?? { count: 0, body, ids: new Set() }
    known.count += 1
    known.ids.add(id)
    calls.set(key, known)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  server.keepAliveTimeout = 1_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
