import { type Cel, CelFault, type CelUse, holds, momentOf, resultOf } from '#flows/cel.ts'
import { mistakeIn } from '#platform/cel/mistakes.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What each event has, as texts; of what they hold nothing is known. */
const OF_EACH_EVENT = { id: 'e', source: 's', type: 't', time: '2026-06-17T13:37:11.123Z' }
const READ_OF_EACH: ReadonlySet<string> = new Set(Object.keys(OF_EACH_EVENT).map((name) => `event.${name}`))

/** Moments at which an expression that asks about nobody and nothing is tried. */
export const SAMPLES: readonly number[] = [
  '2001-01-01T00:00:00Z',
  '2026-06-17T13:37:11.123Z',
  '2037-12-31T23:59:59Z',
].map((time) => Date.parse(time))

export const scopeAt = (now: number) => ({
  event: null,
  last: null,
  contact: null,
  encounter: null,
  queue: null,
  vars: {},
  now: new Date(now),
})

const NO_TIME: Sentence = {
  en: 'is no time: it must be a text such as 2026-03-02T10:00:00Z, or a timestamp',
  es: 'no es una hora: debe ser un texto como 2026-03-02T10:00:00Z, o un timestamp',
}

/**
 * Why an expression that asks about nobody and nothing can never be answered; null: it can. It may read the time, and of the
 * event what each one has: `event.time` is a text, with which nobody can reckon.
 */
export function constantFault(cel: Cel, use: CelUse): Sentence | null {
  const isKnown = (root: string) => root === 'now' || (root === 'event' && cel.paths.length > 0)
  if (![...cel.roots].every(isKnown) || !cel.paths.every((path) => READ_OF_EACH.has(path))) return null
  const faults = SAMPLES.map((now) => faultAt(cel, use, now))
  return faults.every((fault) => fault !== null) ? (faults[0] ?? null) : null
}

function faultAt(cel: Cel, use: CelUse, now: number): Sentence | null {
  const scope = { ...scopeAt(now), event: cel.paths.length > 0 ? OF_EACH_EVENT : null }
  try {
    if (use === 'condition') holds(cel, scope)
    else if (use === 'time') momentOf(cel, scope)
    else resultOf(cel, scope)
    return null
  } catch (error) {
    if (!(error instanceof CelFault)) throw error
    // With another text it might be answered; a text never becomes something else.
    if (scope.event !== null && (error.cause as { code?: string } | undefined)?.code !== 'no_such_overload') return null
    if (error.cause !== undefined) return mistakeIn(error.cause, cel.source)
    return use === 'time'
      ? NO_TIME
      : {
          en: `can never be answered: it ${error.message}`,
          es: 'no se puede responder nunca: da lo que no se puede guardar',
        }
  }
}
