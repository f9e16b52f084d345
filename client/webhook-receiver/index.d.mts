import type { IncomingMessage, ServerResponse } from 'node:http'

/** A `Headers`, or an object with the names in any case, as Node and its frameworks have. */
export type RequestHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined }

/** The bytes as they came, or their text: never what a parser made of them. */
export type RawBody = string | ArrayBuffer | ArrayBufferView

export type Refusal = 'missing-header' | 'bad-timestamp' | 'bad-signature'

export type Verdict = { ok: true; id: string; timestamp: number } | { ok: false; reason: Refusal }

/**
 * Judges one request. Does not drop repeats; `createReceiver` does.
 * @throws TypeError when a key is damaged, or the body is not raw
 */
export function verify(request: {
  /** `whsec_…` and `whpk_…`; several while one is being rotated. */
  keys: string | readonly string[]
  headers: RequestHeaders
  body: RawBody
  /** Epoch milliseconds; default: the clock's. */
  now?: number
  /** How old, or how far ahead, a request may be. Default 300. */
  toleranceSeconds?: number
}): Verdict

/** Where ids are kept. The default, `memoryStore()`, is forgotten with the process. */
export type SeenStore = {
  /** Takes an id. `new`: nobody had it. `busy`: the first one is still at work on it. `done`: the work is done. */
  begin(id: string): 'new' | 'busy' | 'done' | Promise<'new' | 'busy' | 'done'>
  done(id: string): void | Promise<void>
  /** The work failed: the id is new again. */
  forget(id: string): void | Promise<void>
}

/** Remembers the last `max` ids (default 100,000) for `keepSeconds` at most (default eight days). */
export function memoryStore(options?: {
  max?: number
  keepSeconds?: number
  now?: () => number
}): SeenStore & { readonly size: number }

/** A request that is genuine and new. */
export type Webhook = {
  /** `webhook-id`: equal on every retry and replay. */
  id: string
  /** Unix seconds of this attempt. */
  timestamp: number
  headers: RequestHeaders
  body: Buffer
  /** The body as JSON. @throws SyntaxError */
  json<T = unknown>(): T
}

export type Work = (webhook: Webhook) => unknown

/** What to answer: `status`, without a body. */
export type Outcome =
  | { status: 200; id: string; repeat: boolean }
  | { status: 409; id: string; reason: 'in-progress' }
  | { status: 400 | 401; reason: Refusal }

export type Receiver = {
  /**
   * Verifies a request and has `work` done once for its id. What `work` throws is thrown on: answer 500, and the
   * sender tries again.
   */
  receive(request: { headers: RequestHeaders; body: RawBody }, work: Work): Promise<Outcome>
  /** A listener for `node:http`, which answers by itself. `maxBytes` (default 2 MiB): more is answered with 413. */
  listener(
    work: Work,
    options?: { maxBytes?: number; onError?: (error: unknown) => void },
  ): (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** @throws TypeError when a key is damaged or private */
export function createReceiver(options: {
  /** `whsec_…` and `whpk_…`; several while one is being rotated. */
  keys: string | readonly string[]
  /** How old, or how far ahead, a request may be. Default 300. */
  toleranceSeconds?: number
  store?: SeenStore
  /** Epoch milliseconds. */
  now?: () => number
}): Receiver
