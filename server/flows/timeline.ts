import { causeText } from '#flows/failure-text.ts'
import type { Step } from '#flows/run.ts'
import { PAGE_BYTES } from '#platform/bounded-page.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** One visit of a node as people see it. Times are ISO 8601. */
export type Visit = {
  visit: number
  nodeId: string
  label?: string
  type: string
  at: string
  /** When it was left; null while the run waits here, and where it waited when it ended. */
  endedAt: string | null
  input?: Json
  output?: Json
  way?: string
  error?: string
  /** The error, as people read it. */
  says?: Sentence
  /** How often the step was tried as this visit; absent: once. */
  tries?: number
}

/** Steps as they were written, with the two lines of a visit that waited made one. In the order of the visits. */
export function timeline(steps: readonly Step[]): Visit[] {
  const visits = new Map<number, Visit>()
  for (const { at, resumed, ...step } of steps) {
    const time = new Date(at).toISOString()
    const entered = visits.get(step.visit)
    const left = resumed === true || step.way !== undefined || step.error !== undefined || step.type === 'end'
    if (entered !== undefined && resumed !== true) {
      // Of a visit that is tried again the last try counts.
      const tries = (entered.tries ?? 1) + 1
      visits.set(step.visit, { ...step, at: entered.at, endedAt: left ? time : null, tries })
    } else if (entered === undefined) visits.set(step.visit, { ...step, at: time, endedAt: left ? time : null })
    else Object.assign(entered, step, { type: entered.type, endedAt: time })
  }
  return [...visits.values()]
    .sort((a, b) => a.visit - b.visit)
    .map((visit) => (visit.error === undefined ? visit : { ...visit, says: causeText(visit.error) }))
}

/** Where a page of a timeline goes on: after this visit, whose successor stands in the steps of this revision. */
export type StepPlace = { visit: number; revision: number }

/** The steps of a page, filled in order: whole visits, a page of bytes, at least one. */
export type StepPage = {
  readonly steps: readonly Step[]
  /** Null: there is nothing after it, as far as was added. */
  readonly next: StepPlace | null
  /** @returns whether it takes more */
  add(revision: number, steps: readonly Step[]): boolean
}

export function stepPage(from: StepPlace | undefined): StepPage {
  const taken: Step[] = []
  let last = from?.visit ?? Number.NEGATIVE_INFINITY
  let room = PAGE_BYTES
  let next: StepPlace | null = null
  return {
    steps: taken,
    get next() {
      return next
    },
    add(revision, steps) {
      for (const step of steps) {
        if (from !== undefined && step.visit <= from.visit) continue
        room -= Buffer.byteLength(JSON.stringify(step))
        // How the last visit was left belongs to it, whatever it takes.
        if (step.visit > last && room < 0 && taken.length > 0) {
          next = { visit: last, revision }
          return false
        }
        last = Math.max(last, step.visit)
        taken.push(step)
      }
      return true
    },
  }
}
