import { hash } from 'node:crypto'
import { crashPoint } from '#platform/crash-point.ts'
import type { Keyed } from '#platform/http/keyed.ts'
import { invalid, Problem } from '#platform/problem.ts'

/** How long an answer is kept for its key; published in the API document. */
export const KEY_LIFETIME_MS = 24 * 3_600_000

/**
 * How long a key stays claimed by a request that never finished. A repeat that overtakes a slow request makes the
 * same ids (`Call.newId`), so the database keeps one of the two.
 */
export const CLAIM_MS = 15_000

const MAX_KEY_LENGTH = 255

export type Answer = { status: number; body: string | null }
/** Sealed by what only the caller has. */
export type StoredAnswer = { status: number; body: Uint8Array | null }

export type Claim =
  | { state: 'claimed'; fence: string }
  | { state: 'running' }
  | { state: 'done'; fingerprint: string; answer: StoredAnswer }

export type IdempotencyKey = { tenant: string; scope: string; keyHash: string; fingerprint: string }

export type IdempotencyStore = {
  /** Takes the key in a statement of its own, or says who holds it. Two at once: exactly one gets it. */
  claim(key: IdempotencyKey, wallMs: number): Promise<Claim>
  /**
   * Keeps the answer; does nothing when the claim has passed to another. With the database away it resolves and goes
   * on trying until the claim runs out: the work is done, and a repeat would find it.
   */
  finish(key: IdempotencyKey, fence: string, answer: StoredAnswer, wallMs: number): Promise<void>
  /** Gives the key back: the request may be tried again. Goes on trying as `finish` does. */
  release(key: IdempotencyKey, fence: string): Promise<void>
  /** Of the program, the same on all nodes: what answers are sealed with, besides what the caller has. */
  secret(): Promise<Uint8Array>
}

/**
 * The key of a header: a Structured Field String, or the bare token that many clients send.
 * @throws Problem 400 when it is neither
 */
export function readIdempotencyKey(header: string): string {
  const quoted = /^\s*"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"\s*$/.exec(header)
  const key = quoted ? (quoted[1] as string).replace(/\\(["\\])/g, '$1') : header.trim()
  if (key === '' || key.length > MAX_KEY_LENGTH || (quoted === null && !/^[\x21\x23-\x2b\x2d-\x7e]+$/.test(key))) {
    throw invalid({
      path: '/headers/Idempotency-Key',
      message: `must have 1 to ${MAX_KEY_LENGTH} visible characters; in quotes also spaces, commas, \\" and \\\\`,
    })
  }
  return key
}

/** Of a key or a credential: whoever reads a hash can use neither. */
export const hashKey = (text: string): string => hash('sha256', text)

/** The same request gives the same text: members in the order of their names, all the way down. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

/** The credential is part of it: an answer is never replayed to another one of the same tenant. */
export const fingerprintOf = (request: {
  method: string
  url: string
  tenant: string
  credential: string
  body: unknown
}): string =>
  hash('sha256', canonicalJson([request.method, request.url, request.tenant, request.credential, request.body]))

export type Outcome = Answer & { replayed: boolean }

/**
 * Runs `perform` at most once for a key, and gives its answer to every repeat for 24 h. Answers 5xx and 429 are
 * not kept.
 *
 * A process killed after the effect was committed and before its answer was kept leaves the key claimed: repeats
 * are told 409 for 15 s, the next one is performed again and, by the same ids, finds its own work.
 *
 * @throws Problem 409 while the first request runs, 422 when the key came with another request or credential
 */
export async function runOnce(
  store: IdempotencyStore,
  key: IdempotencyKey,
  { seal, open }: Pick<Keyed, 'seal' | 'open'>,
  wall: () => number,
  perform: () => Promise<Answer>,
): Promise<Outcome> {
  const claim = await store.claim(key, wall())
  if (claim.state === 'running') {
    throw new Problem(409, 'idempotency-running', 'A request with this Idempotency-Key is still under way.', {
      retryAfterS: 1,
    })
  }
  if (claim.state === 'done') {
    if (claim.fingerprint !== key.fingerprint) {
      throw new Problem(
        422,
        'idempotency-mismatch',
        'This Idempotency-Key was used with another request or another credential.',
      )
    }
    const { status, body } = claim.answer
    return { status, body: body && open(body), replayed: true }
  }
  let answer: Answer
  try {
    answer = await perform()
  } catch (error) {
    await store.release(key, claim.fence)
    throw error
  }
  crashPoint('idempotency:before-finish')
  if (answer.status >= 500 || answer.status === 429) await store.release(key, claim.fence)
  else
    await store.finish(key, claim.fence, { ...answer, body: answer.body === null ? null : seal(answer.body) }, wall())
  return { ...answer, replayed: false }
}
