import { monotonicUs } from '../measure/clock.ts'
import { Histogram } from '../measure/histogram.ts'
import { type Connection, openConnection } from './connection.ts'
import type { LoadJob, LoadResult } from './job.ts'
import { startMetronome } from './metronome.ts'
import { compileTemplate } from './template.ts'

/** Most that late answers are waited for after the last request. */
const PATIENCE_MS = 30_000
const SHORTEST_BEAT_MS = 0.5

/** Carries one job out. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const firstN = job.firstN ?? 0
  const render = compileTemplate(job.request, `${job.host}:${job.port}`, firstN)
  const keyOf = keysOf(job.keys)
  const latency = new Histogram()
  const lateness = new Histogram()
  const statuses: Record<string, number> = {}
  const most = job.requests ?? Number.POSITIVE_INFINITY
  let sent = 0
  let pending = 0
  let lastUs = 0
  let over: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    over = resolve
  })

  const idle: number[] = []
  const dueOf = new Float64Array(job.connections)
  const busy = new Uint8Array(job.connections)
  let next: (connection: number) => void = () => {}

  const count = (name: string) => {
    statuses[name] = (statuses[name] ?? 0) + 1
  }
  const connections: Connection[] = await Promise.all(
    Array.from({ length: job.connections }, (_, i) =>
      openConnection(
        job,
        (status) => {
          lastUs = monotonicUs()
          if (status >= 200 && status < 300) latency.record(lastUs - (dueOf[i] as number))
          count(String(status))
          settled(i)
          next(i)
        },
        () => {
          if (busy[i] === 1) {
            count('lost')
            settled(i)
          }
        },
      ),
    ),
  )
  function settled(connection: number): void {
    busy[connection] = 0
    pending -= 1
  }

  const firstUs = monotonicUs()
  const endUs = firstUs + (job.seconds ?? Number.POSITIVE_INFINITY) * 1e6

  function send(connection: number, dueUs: number): void {
    dueOf[connection] = dueUs
    busy[connection] = 1
    pending += 1
    ;(connections[connection] as Connection).send(render(firstN + sent, keyOf(sent), Math.floor(dueUs)))
    sent += 1
  }

  if (job.ratePerS === undefined) {
    next = (connection) => {
      const now = monotonicUs()
      if (sent < most && now < endUs) send(connection, now)
      else if (pending === 0) over()
    }
    for (let i = 0; i < connections.length; i++) next(i)
  } else {
    const gapUs = 1e6 / job.ratePerS
    const dueAt = (n: number) => firstUs + n * gapUs
    for (let i = connections.length - 1; i >= 0; i--) idle.push(i)
    const sendDue = () => {
      const now = monotonicUs()
      while (idle.length > 0 && sent < most && dueAt(sent) <= now && dueAt(sent) < endUs) {
        lateness.record(now - dueAt(sent))
        send(idle.pop() as number, dueAt(sent))
      }
      if ((sent >= most || dueAt(sent) >= endUs) && pending === 0) over()
    }
    next = (connection) => {
      idle.push(connection)
      sendDue()
    }
    const stop = startMetronome(Math.max(gapUs / 1000, SHORTEST_BEAT_MS), sendDue)
    void done.then(stop)
  }

  const limitMs = (job.seconds ?? 600) * 1000 + PATIENCE_MS
  const patience = setTimeout(over, limitMs)
  await done
  clearTimeout(patience)
  for (let i = 0; i < busy.length; i++) if (busy[i] === 1) count('lost')
  for (const connection of connections) connection.close()
  return { sent, statuses, latency: latency.counts, lateness: lateness.counts, firstUs, lastUs }
}

function keysOf(keys: LoadJob['keys']): (n: number) => number {
  if (keys === undefined) return () => 0
  const { from, count, order } = keys
  if (order === 'in turn') return (n) => from + (n % count)
  return () => from + Math.floor(Math.random() * count)
}
