import { setTimeout as delay } from 'node:timers/promises'

/** A client of the public API: what the bench sets up before it measures. */
export type Api = {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown): Promise<Answer>
  put<Answer>(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<void>
  /** What a generator sends with each request. */
  headers: Record<string, string>
}

export function apiOf(url: string, key: string): Api {
  const headers = { authorization: `Bearer ${key}` }
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    get: async <Answer>(path: string) => (await call('GET', path)) as Answer,
    post: async <Answer>(path: string, body: unknown) => (await call('POST', path, body)) as Answer,
    put: async <Answer>(path: string, body: unknown) => (await call('PUT', path, body)) as Answer,
    delete: async (path) => void (await call('DELETE', path)),
    headers,
  }
}

/** Makes and publishes a flow; gives its id. */
export async function publishFlow(
  api: Api,
  graph: { name: string; nodes: unknown[]; edges: unknown[]; settings?: unknown },
) {
  const { id } = await api.post<{ id: string }>('/api/v1/flows', { name: graph.name })
  await api.put(`/api/v1/flows/${id}/draft`, graph)
  await api.post(`/api/v1/flows/${id}/publish`, {})
  return id
}

/** A straight line of nodes, in the stored form. */
export function line(name: string, nodes: readonly { id: string; type: string; data: unknown }[]) {
  return {
    name,
    nodes: nodes.map((node, i) => ({ ...node, position: { x: 0, y: i * 120 } })),
    edges: nodes.slice(1).map((node, i) => ({ id: String(i + 1), source: nodes[i]?.id, target: node.id })),
  }
}

/** Waits until the newest event has its consequences: consumers handle events in order. */
export async function caughtUp(api: Api): Promise<void> {
  for (;;) {
    const pending = await api.get<{ items: unknown[] }>('/backoffice/events/outbox?status=pending&limit=1')
    if (pending.items.length === 0) return
    await delay(50)
  }
}
