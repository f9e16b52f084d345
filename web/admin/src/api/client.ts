/** The program's API, typed by its OpenAPI document. */
import createClient, { type Middleware } from 'openapi-fetch'
import { ApiError, problemOf } from './problem.ts'
import { repeats } from './repeats.ts'
import type { components, paths } from './schema.d.ts'

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

let onSessionEnd = () => {}
/** Who is told when an answer says that nobody is signed in any more. */
export function whenSessionEnds(listener: () => void): void {
  onSessionEnd = listener
}

let signIns = 0
/** Somebody signed in: what was asked before, and is refused after, tells nothing of their session. */
export function sessionBegan(): void {
  signIns++
}

/** During which session each was asked. */
const askedIn = new WeakMap<Request, number>()

const refusals: Middleware = {
  onRequest({ request }) {
    askedIn.set(request, signIns)
  },
  async onResponse({ request, response, schemaPath }) {
    if (response.ok) return
    if (response.status === 401 && schemaPath !== '/api/v1/session' && askedIn.get(request) === signIns) onSessionEnd()
    throw new ApiError(await problemOf(response))
  },
  onError({ error }) {
    // Called off by us: nobody waits for it.
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return new ApiError({ status: 0, type: 'unreachable' })
  },
}

/**
 * `api.GET('/api/v1/flows/{id}', { params: { path: { id } } })`. The session is a cookie that no script reads. A refusal is
 * thrown as an `ApiError`; `body` gives the answer's body.
 */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' })
// The last one sees an answer first: a refusal is thrown after it was taken note of.
api.use(refusals, repeats())

/** The body of an answer, and what a write says so that it does not go over a change of others: `headers: ifMatch`. */
export async function tagged<D>(call: Promise<{ data?: D; response: Response }>) {
  const { data, response } = await call
  return { it: data as NonNullable<D>, ifMatch: { 'if-match': response.headers.get('etag') ?? '*' } }
}

/** The body of an answer: `await body(api.GET(…))`. */
export async function body<D>(call: Promise<{ data?: D }>): Promise<NonNullable<D>> {
  const { data } = await call
  return data as NonNullable<D>
}
