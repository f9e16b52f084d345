import { once } from 'node:events'
import { createServer } from 'node:http'

/** What was asked under a key: how many different requests, and how often any of them came. */
export type Asked = { ids: Set<string>; times: number }

export type StrictReceiver = {
  url: string
  /** Calls of flows, and pushes, by what they say that they are about. */
  calls: ReadonlyMap<string, Asked>
  notes: ReadonlyMap<string, Asked>
  /** Questions to the language model, by prompt. */
  questions: ReadonlyMap<string, Asked>
  /** Requests without a key. */
  readonly keyless: number
  /** While it is on, calls to `/switch` are refused. */
  refusing: boolean
  close(): void
}

/**
 * Honours idempotency as other systems do: a request under a key that it knows is the same work, and gets the same answer. A
 * body that says `fails: n` is refused for the first n different requests about the same.
 */
export async function startStrictReceiver(): Promise<StrictReceiver> {
  const calls = new Map<string, Asked>()
  const notes = new Map<string, Asked>()
  const questions = new Map<string, Asked>()
  const answers = new Map<string, number>()
  const state = { keyless: 0, refusing: false }

  function asked(list: Map<string, Asked>, about: string, id: string): Asked {
    const known = list.get(about) ?? { ids: new Set(), times: 0 }
    known.ids.add(id)
    known.times += 1
    list.set(about, known)
    return known
  }

  function judge(path: string, id: string, text: string): [status: number, body: object] {
    const body = JSON.parse(text) as { key?: string; fails?: number; body?: string; messages?: { content: string }[] }
    if (path.endsWith('/chat/completions')) {
      asked(questions, body.messages?.[0]?.content ?? '?', id)
      return [200, { choices: [{ message: { content: 'yes' }, finish_reason: 'stop' }] }]
    }
    if (path === '/api/v1/push') {
      asked(notes, body.body ?? '?', id)
      return [200, {}]
    }
    const { ids } = asked(calls, body.key ?? '?', id)
    if (path === '/switch') return [state.refusing ? 400 : 200, {}]
    const status = answers.get(id) ?? (ids.size <= (body.fails ?? 0) ? 400 : 200)
    answers.set(id, status)
    return [status, {}]
  }

  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const id = String(request.headers['idempotency-key'] ?? '')
    if (id === '') state.keyless += 1
    const [status, body] = judge(request.url ?? '', id, text)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.keepAliveTimeout = 1_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    notes,
    questions,
    get keyless() {
      return state.keyless
    },
    get refusing() {
      return state.refusing
    },
    set refusing(value) {
      state.refusing = value
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
