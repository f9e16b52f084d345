import type { Step } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/** One visit of a node as people see it. Times are ISO 8601. */
export type Visit = {
  visit: number
  nodeId: string
  type: string
  at: string
  /** When it was left; null while the run waits here. */
  endedAt: string | null
  input?: Json
  output?: Json
  way?: string
  error?: string
}

/** Steps as they were written, with the two lines of a visit that waited made one. In the order of the visits. */
export function timeline(steps: readonly Step[]): Visit[] {
  const visits = new Map<number, Visit>()
  for (const { at, resumed, ...step } of steps) {
    const time = new Date(at).toISOString()
    const entered = visits.get(step.visit)
    const left = resumed === true || step.way !== undefined || step.error !== undefined
    if (entered === undefined) visits.set(step.visit, { ...step, at: time, endedAt: left ? time : null })
    else Object.assign(entered, step, { type: entered.type, endedAt: time })
  }
  return [...visits.values()].sort((a, b) => a.visit - b.visit)
}
