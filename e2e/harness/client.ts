import { KEY } from './program.ts'
import { PATIENCE_MS } from './scale.ts'

const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }

/** Between two tries. Shorter, many callers would take from a program that starts a quarter of a processor. */
const AGAIN_MS = 100

/** How long a caller waits: for a server that is silent before it asks the next one, and for an answer at all. */
export type Patience = { silentMs?: number; unansweredMs?: number }

/** An answer that stays as it is however often one asks. */
export class Refused extends Error {}

/** A caller whose servers may be killed, stopped or cut off at any moment. */
export type Client = {
  /**
   * Asks again, each time the next server, until it is answered.
   * @throws when it is refused, or not answered in time
   */
  persist<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>
  /** Asks once. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export function clientOf(
  urls: readonly string[],
  { silentMs = 15_000, unansweredMs = PATIENCE_MS }: Patience = {},
): Client {
  let turn = 0

  function ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return fetch(`${urls[turn++ % urls.length]}${path}`, {
      method,
      headers: { ...HEADERS, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(silentMs),
    })
  }

  return {
    ask,
    async persist<T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) {
      const end = Date.now() + unansweredMs
      let last = 'no answer'
      for (;;) {
        try {
          const answer = await ask(method, path, body, headers)
          const text = await answer.text()
          if (answer.status < 400) return (text === '' ? undefined : JSON.parse(text)) as T
          // An earlier try of the same key may be under way or cut.
          const isRunning = answer.status === 409 && text.includes('"idempotency-running"')
          if (answer.status < 500 && answer.status !== 429 && !isRunning)
            throw new Refused(`${method} ${path}: ${answer.status} ${text}`)
          last = `${answer.status} ${text}`
        } catch (error) {
          if (error instanceof Refused) throw error
          last = `${error} ${(error as Error).cause ?? ''}`
        }
        if (Date.now() > end)
          throw new Error(`${method} ${path} was not answered for ${unansweredMs / 1000} s, last ${last}`)
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    },
  }
}

/**
 * Waits for a fact.
 * @param pending what is missing, or '' when it holds
 */
export async function settled(pending: () => Promise<string>, timeoutMs = PATIENCE_MS): Promise<void> {
  const end = Date.now() + timeoutMs
  let why = ''
  while (Date.now() < end) {
    why = await pending().catch((error) => (error as Error).message)
    if (why === '') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not settled after ${timeoutMs / 1000} s: ${why}`)
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
