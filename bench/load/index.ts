import { startChild } from '../child.ts'
import { Histogram } from '../measure/histogram.ts'
import type { GeneratorQuestions, LoadJob } from './job.ts'

export type Load = {
  sent: number
  /** The rate was not taken in time: what was due last was never sent. */
  givenUp: boolean
  /** Answers that are 2xx. */
  accepted: number
  statuses: Record<string, number>
  latency: Histogram
  lateness: Histogram
  firstUs: number
  lastUs: number
  /** Accepted requests per second, from the first sent to the last answer. */
  ratePerS: number
}

export type Generator = { run(job: LoadJob): Promise<Load>; stop(): Promise<void> }

/** A load generator in a process of its own. */
export function startGenerator(): Generator {
  const child = startChild<GeneratorQuestions>(new URL('./generator.ts', import.meta.url))
  return {
    stop: child.stop,
    async run(job) {
      const { latency, lateness, ...result } = await child.ask('run', job)
      const counted = new Histogram(latency)
      return {
        ...result,
        accepted: counted.total,
        latency: counted,
        lateness: new Histogram(lateness),
        ratePerS: counted.total / ((result.lastUs - result.firstUs) / 1e6),
      }
    },
  }
}

/** How a program says that it has too much to do. */
const TURNED_AWAY = ['429', '503']

export const turnedAway = ({ statuses }: Load): number =>
  TURNED_AWAY.reduce((sum, status) => sum + (statuses[status] ?? 0), 0)

/**
 * Every request must have been accepted, or turned away because there were too many: the rate of those accepted then
 * tells. A load that was refused for another reason, or not answered, measures nothing.
 */
export function assertAccepted(load: Load): void {
  if (load.accepted + turnedAway(load) !== load.sent) {
    throw new Error(`of ${load.sent} requests only ${load.accepted} were accepted: ${JSON.stringify(load.statuses)}`)
  }
}
