import { Worker } from 'node:worker_threads'
import type { Failure, Job, Reply } from '#flows/machine/job.ts'
import { brokenOff, Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

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
  /** So long a thread is kept that has nothing to do. */
  idleMs: number
}

/** A replay of as many events as it takes is done in a quarter of the time on a quiet machine. */
export const THREAD_BOUNDS: ThreadBounds = {
  lastsMs: 120_000,
  atOncePerTenant: 1,
  atOnce: 2,
  heapMb: 1_024,
  idleMs: 300_000,
}

/** Most of what a trial makes is gone a moment later: a larger nursery keeps it out of the old generation. */
const YOUNG_MB = 192

type Kept = { thread: Worker; over: NodeJS.Timeout }

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

  /** Threads without work: to start one takes a second of computing. */
  const idle: Kept[] = []

  function start(): Worker {
    const thread = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: bounds.heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
      name: 'time machine',
    })
    thread.unref()
    // Of one that nobody waits for nobody wants to hear.
    thread.on('error', () => {})
    thread.once('exit', () => forget(thread))
    return thread
  }

  function keep(thread: Worker): void {
    idle.push({ thread, over: setTimeout(() => void thread.terminate(), bounds.idleMs).unref() })
  }

  function forget(thread: Worker): void {
    const at = idle.findIndex((kept) => kept.thread === thread)
    if (at === -1) return
    clearTimeout(idle[at]?.over)
    idle.splice(at, 1)
  }

  function take(): Worker {
    const kept = idle.pop()
    if (kept === undefined) return start()
    clearTimeout(kept.over)
    return kept.thread
  }

  async function work(job: Job, left: AbortSignal): Promise<unknown> {
    if (left.aborted) throw brokenOff()
    const thread = take()
    let isKept = false
    const over = new AbortController()
    const late = setTimeout(() => over.abort(tooLong(bounds.lastsMs)), bounds.lastsMs)
    const leave = () => over.abort(brokenOff())
    left.addEventListener('abort', leave, { once: true })
    try {
      const reply = await asked(thread, job, over.signal)
      if ('refused' in reply) {
        isKept = true
        throw problemOf(reply.refused)
      }
      isKept = reply.heapMb < bounds.heapMb / 4
      return reply.result
    } finally {
      clearTimeout(late)
      left.removeEventListener('abort', leave)
      if (isKept) keep(thread)
      else await thread.terminate()
    }
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

/** What a thread answers, unless it ends, or somebody ends it, before. */
function asked(thread: Worker, job: Job, ended: AbortSignal): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const end = () => reject(ended.reason as Error)
    const fail = (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge() : error)
    const exit = () => reject(new Error('the thread ended without a word'))
    const free = () => {
      ended.removeEventListener('abort', end)
      thread.off('message', tell).off('error', fail).off('exit', exit)
    }
    const tell = (reply: Reply) => {
      free()
      resolve(reply)
    }
    ended.addEventListener('abort', end, { once: true })
    thread.on('message', tell).on('error', fail).on('exit', exit)
    thread.postMessage(job)
  })
}

const problemOf = ({ status, code, detail, faults }: Failure): Problem => new Problem(status, code, detail, { faults })

const yoursIsUnderWay = () =>
  refusal(429, 'flows/playing', 2, {
    en: 'A trial or replay of yours, or of a colleague, is under way already. Wait for it to end and try again.',
    es: 'Ya hay una repetición o prueba en curso, tuya o de un colega. Espera a que termine y vuelve a intentarlo.',
  })
const allAreTaken = () =>
  refusal(503, 'flows/playing', 5, {
    en: 'As many trials and replays as this node does at once are under way. Wait a moment and try again.',
    es: 'Ya están en curso todas las repeticiones y pruebas que caben a la vez. Espera un momento y vuelve a intentarlo.',
  })
const tooLong = (lastsMs: number) =>
  refusal(503, 'flows/too-long-to-play', 10, {
    en: `This took longer than ${lastsMs / 1_000} s. Ask for fewer people, or less time.`,
    es: `Esto tardó más de ${lastsMs / 1_000} s. Pide menos personas, o menos tiempo.`,
  })
const tooLarge = () =>
  refusal(422, 'flows/too-much-to-play', undefined, {
    en: 'This takes more memory than there is for it. Ask for fewer people, or less time.',
    es: 'Esto ocupa más memoria de la que hay para ello. Pide menos personas, o menos tiempo.',
  })

const refusal = (status: number, code: string, retryAfterS: number | undefined, messages: Sentence) =>
  new Problem(status, code, messages.en, { messages, retryAfterS })
