import { Worker } from 'node:worker_threads'
import type { Failure, Job, Reply } from '#flows/machine/job.ts'
import { brokenOff, Problem } from '#platform/problem.ts'

/*
 * Trials of many people and replays of a day are computed in a thread of their own, with a connection of its own: the one
 * that serves everybody only hands over what was asked and takes what came of it.
 */

export type ThreadBounds = {
  /** From the beginning to the end, the start of the thread included. */
  lastsMs: number
  atOncePerTenant: number
  atOnce: number
  /** Megabytes of its memory. */
  heapMb: number
}

/** A replay of 200,000 events takes a quarter of the time on a quiet machine. */
export const THREAD_BOUNDS: ThreadBounds = { lastsMs: 120_000, atOncePerTenant: 1, atOnce: 2, heapMb: 1_024 }

export type Threads = {
  /**
   * Does a job in a thread and gives what came of it.
   * @param left aborted when nobody waits for it any more: the thread ends at once
   * @throws Problem 429 (the tenant has one under way), 503 (all are taken, too long, or nobody waits), 422 (too large), or what
   *   the job itself refuses
   */
  run<Result>(tenant: string, left: AbortSignal, job: Job): Promise<Result>
}

export function createThreads(bounds: ThreadBounds = THREAD_BOUNDS): Threads {
  const byTenant = new Map<string, number>()
  let all = 0

  function work(job: Job, left: AbortSignal): Promise<unknown> {
    if (left.aborted) return Promise.reject(brokenOff())
    const thread = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: bounds.heapMb },
      name: 'time machine',
    })
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(tooLong(bounds.lastsMs)), bounds.lastsMs)
      const leave = () => reject(brokenOff())
      left.addEventListener('abort', leave, { once: true })
      thread.once('message', (reply: Reply) =>
        'refused' in reply ? reject(problemOf(reply.refused)) : resolve(reply.result),
      )
      thread.once('error', (error: Error & { code?: string }) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge() : error),
      )
      thread.once('exit', () => {
        clearTimeout(late)
        left.removeEventListener('abort', leave)
        reject(new Error('the thread ended without a word'))
      })
    }).finally(() => thread.terminate())
  }

  return {
    async run<Result>(tenant: string, left: AbortSignal, job: Job): Promise<Result> {
      const own = byTenant.get(tenant) ?? 0
      if (own >= bounds.atOncePerTenant) throw yoursIsUnderWay()
      if (all >= bounds.atOnce) throw allAreTaken()
      byTenant.set(tenant, own + 1)
      all += 1
      try {
        return (await work(job, left)) as Result
      } finally {
        all -= 1
        const others = (byTenant.get(tenant) ?? 1) - 1
        if (others === 0) byTenant.delete(tenant)
        else byTenant.set(tenant, others)
      }
    },
  }
}

const problemOf = ({ status, code, detail, faults }: Failure): Problem => new Problem(status, code, detail, { faults })

const yoursIsUnderWay = () =>
  new Problem(429, 'flows/playing', 'A trial or replay of yours is under way already. Wait for it.', { retryAfterS: 2 })
const allAreTaken = () =>
  new Problem(503, 'flows/playing', 'As many trials and replays as this node does at once are under way.', {
    retryAfterS: 5,
  })
const tooLong = (lastsMs: number) =>
  new Problem(
    503,
    'flows/too-long-to-play',
    `This took longer than ${lastsMs / 1_000} s. Ask for fewer people, or less time.`,
    {
      retryAfterS: 10,
    },
  )
const tooLarge = () =>
  new Problem(
    422,
    'flows/too-much-to-play',
    'This takes more memory than there is for it. Ask for fewer people, or less time.',
  )
