/** What is asked for again after nobody answered is asked for once: it may have been done. */
import type { Middleware } from 'openapi-fetch'
import { newKey } from './new-key.ts'
import type { paths } from './schema.d.ts'

/** What would be there twice, or go out twice. */
const ONCE: ReadonlySet<string> = new Set<keyof paths>([
  '/api/v1/deliveries/replay',
  '/api/v1/encounters/{id}/extend',
  '/api/v1/flows',
  '/api/v1/flows/import',
  '/api/v1/flows/{id}/publish',
  '/api/v1/flows/{id}/runs',
  '/api/v1/flows/{id}/runs/bulk',
  '/api/v1/inbound-endpoints',
  '/api/v1/inbound-endpoints/{id}/refeed',
  '/api/v1/inbound-endpoints/{id}/rotate-secret',
  '/api/v1/keys',
  '/api/v1/mqtt/rules',
  '/api/v1/runs/{id}/fork',
  '/api/v1/subscriptions',
  '/api/v1/subscriptions/import',
  '/api/v1/subscriptions/{id}/replay',
  '/api/v1/subscriptions/{id}/rotate-secret',
  '/api/v1/tenants',
  '/api/v1/timers',
  '/api/v1/users',
])

const HEADER = 'Idempotency-Key'
/** Whoever asks for the same later means it anew. */
const LASTS_MS = 10 * 60_000

/**
 * Gives each POST of these a key, the same one as long as it has not been answered.
 * @param now milliseconds
 */
export function repeats(now: () => number = Date.now): Middleware {
  const unanswered = new Map<string, { key: string; at: number }>()
  const asked = new Map<string, { name: string; key: string }>()
  const lost = (id: string) => {
    const one = asked.get(id)
    asked.delete(id)
    if (one !== undefined) unanswered.set(one.name, { key: one.key, at: now() })
  }
  return {
    async onRequest({ request, schemaPath, id }) {
      if (request.method !== 'POST' || !ONCE.has(schemaPath) || request.headers.has(HEADER)) return
      const name = `${request.url} ${await request.clone().text()}`
      const before = unanswered.get(name)
      unanswered.delete(name)
      const key = before !== undefined && now() - before.at < LASTS_MS ? before.key : newKey()
      asked.set(id, { name, key })
      request.headers.set(HEADER, key)
      return request
    },
    async onResponse({ response, id }) {
      // A proxy that lost the program, a program that is not done with the first try: as if nobody had answered.
      if (response.status >= 500 || (response.status === 409 && (await isRunning(response)))) lost(id)
      else asked.delete(id)
    },
    onError: ({ id }) => lost(id),
  }
}

const isRunning = async (response: Response): Promise<boolean> =>
  (await response.clone().text()).includes('"idempotency-running"')
