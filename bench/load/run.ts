import { monotonicUs } from '../measure/clock.ts'
import { Histogram } from '../measure/histogram.ts'
import type { LoadJob, LoadResult } from './job.ts'
import { startMetronome } from './metronome.ts'
import { openPool } from './pool.ts'
import { compileTemplate } from './template.ts'

/** How much longer than planned a load may take: a server that is slower than the rate gets what it takes meanwhile. */
const PATIENCE_MS = 30_000
/** Most that the answers to the last requests are waited for. */
const LAST_MS = 15_000
const SHORTEST_BEAT_MS = 0.5

/** Carries one job out. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const nextRequest = requestsOf(job)
  const latency = new Histogram()
  const lateness = new Histogram()
  const statuses: Record<string, number> = {}
  const dueOf = new Float64Array(job.connections)
  let lastUs = 0
  let sent = 0
  let givenUp = false
  let over: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    over = resolve
  })
  const count = (name: string, times = 1) => {
    statuses[name] = (statuses[name] ?? 0) + times
  }

  const pool = await openPool(job, job.connections, (connection, status) => {
    lastUs = monotonicUs()
    if (typeof status === 'number' && status >= 200 && status < 300)
      latency.record(lastUs - (dueOf[connection] as number))
    count(String(status))
    sendDue()
  })
  const firstUs = monotonicUs()
  const schedule = scheduleOf(job, firstUs)
  const dueAt = (n: number, nowUs: number) => (givenUp ? Number.POSITIVE_INFINITY : schedule(n, nowUs))

  /** Sends what is due while there is a connection for it. */
  function sendDue(): void {
    const now = monotonicUs()
    for (let due = dueAt(sent, now); due <= now; due = dueAt(sent, now)) {
      const connection = pool.take()
      if (connection === undefined) break
      lateness.record(now - due)
      dueOf[connection] = due
      pool.send(connection, nextRequest(sent, due))
      sent += 1
    }
    if (pool.pending === 0 && dueAt(sent, now) === Number.POSITIVE_INFINITY) over()
  }

  const stop =
    job.ratePerS === undefined ? () => {} : startMetronome(Math.max(1_000 / job.ratePerS, SHORTEST_BEAT_MS), sendDue)
  let patience = setTimeout(
    () => {
      givenUp = true
      patience = setTimeout(over, LAST_MS)
      sendDue()
    },
    (job.seconds ?? 600) * 1_000 + (job.patienceMs ?? PATIENCE_MS),
  )
  sendDue()
  await done
  stop()
  clearTimeout(patience)
  if (pool.pending > 0) count('lost', pool.pending)
  pool.close()
  return { sent, givenUp, statuses, latency: latency.counts, lateness: lateness.counts, firstUs, lastUs }
}

/**
 * When the n-th request is due, in microseconds: at even distances (open loop), or now, whenever a connection is free
 * (closed loop). Infinity when there is no n-th.
 */
function scheduleOf(job: LoadJob, firstUs: number): (n: number, nowUs: number) => number {
  const most = job.requests ?? Number.POSITIVE_INFINITY
  const endUs = firstUs + (job.seconds ?? Number.POSITIVE_INFINITY) * 1e6
  const gapUs = job.ratePerS === undefined ? null : 1e6 / job.ratePerS
  return (n, nowUs) => {
    const due = gapUs === null ? nowUs : firstUs + n * gapUs
    return n >= most || due >= endUs ? Number.POSITIVE_INFINITY : due
  }
}

function requestsOf(job: LoadJob): (n: number, dueUs: number) => string {
  const firstN = job.firstN ?? 0
  const render = compileTemplate(job.request, `${job.host}:${job.port}`, firstN)
  const keyOf = keysOf(job.keys)
  return (n, dueUs) => render(firstN + n, keyOf(n), Math.floor(dueUs))
}

function keysOf(keys: LoadJob['keys']): (n: number) => number {
  if (keys === undefined) return () => 0
  const { from, count, order } = keys
  if (order === 'in turn') return (n) => from + (n % count)
  return () => from + Math.floor(Math.random() * count)
}
