import { createHmac, timingSafeEqual } from 'node:crypto'
import { monotonicUs } from '../measure/clock.ts'
import { Histogram } from '../measure/histogram.ts'

/** What a receiver looks for in the requests that reach it. */
export type Expectation = {
  /** Regular expressions over the body; the first group is the number, or the due instant. */
  n: string
  due: string
  /** The clock of the due instant: microseconds of the machine, or milliseconds of the calendar. */
  clock: 'monotonic-us' | 'epoch-ms'
  /** Standard Webhooks secrets by port: every 16th signature is verified, all must be there. */
  secrets?: readonly (string | null)[]
}

/** What reached one port. */
export type Received = {
  requests: number
  /** Distinct numbers. */
  distinct: number
  unsigned: number
  badSignatures: number
  /** Without a number or a due instant. */
  strange: number
  /** From due to receipt, of the first request of each number. */
  latency: Float64Array
  lastUs: number
}

const VERIFY_EVERY = 16

export function createCount(expectation: Expectation, secret: string | null) {
  const nOf = new RegExp(expectation.n)
  const dueOf = new RegExp(expectation.due)
  const monotonic = expectation.clock === 'monotonic-us'
  const key = secret === null ? null : Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const latency = new Histogram()
  let seen = new Uint8Array(1 << 16)
  const counts = { requests: 0, distinct: 0, unsigned: 0, badSignatures: 0, strange: 0, lastUs: 0 }

  function first(n: number): boolean {
    if (n >= seen.length) {
      const larger = new Uint8Array(Math.max(seen.length * 2, n + 1))
      larger.set(seen)
      seen = larger
    }
    const before = seen[n] === 1
    seen[n] = 1
    return !before
  }

  function verify(head: string, body: Buffer): void {
    if (key === null) return
    const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
      headerOf(head, `webhook-${name}`),
    )
    if (id === undefined || timestamp === undefined || signatures === undefined) counts.unsigned += 1
    else if (counts.requests % VERIFY_EVERY === 0) {
      const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
      const right = signatures.split(' ').some((signature) => {
        const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
        return given.length === signed.length && timingSafeEqual(given, signed)
      })
      if (!right) counts.badSignatures += 1
    }
  }

  return {
    take(head: string, body: Buffer): void {
      const at = monotonicUs()
      const text = body.toString('latin1')
      const n = nOf.exec(text)?.[1]
      const due = dueOf.exec(text)?.[1]
      counts.requests += 1
      counts.lastUs = at
      if (n === undefined || due === undefined) {
        counts.strange += 1
        return
      }
      if (first(Number(n))) {
        counts.distinct += 1
        latency.record(monotonic ? at - Number(due) : (Date.now() - Number(due)) * 1000)
      }
      verify(head, body)
    },
    report: (): Received => ({ ...counts, latency: latency.counts }),
  }
}

function headerOf(head: string, name: string): string | undefined {
  const at = head.toLowerCase().indexOf(`\r\n${name}:`)
  if (at === -1) return undefined
  const end = head.indexOf('\r\n', at + 2)
  return head.slice(at + name.length + 3, end === -1 ? undefined : end).trim()
}
