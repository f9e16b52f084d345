import { type Cel, CelFault, type CelUse, holds, momentOf, resultOf } from '#flows/cel.ts'
import { mistakeIn } from '#platform/cel/mistakes.ts'
import type { Sentence } from '#platform/sentence.ts'

/** Moments at which an expression that reads nothing but `now` is tried. */
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

/** Why an expression that asks about nobody and nothing, the time at most, can never be answered; null: it can. */
export function constantFault(cel: Cel, use: CelUse): Sentence | null {
  if (![...cel.roots].every((root) => root === 'now')) return null
  const faults = SAMPLES.map((now) => faultAt(cel, use, now))
  return faults.every((fault) => fault !== null) ? (faults[0] ?? null) : null
}

function faultAt(cel: Cel, use: CelUse, now: number): Sentence | null {
  try {
    if (use === 'condition') holds(cel, scopeAt(now))
    else if (use === 'time') momentOf(cel, scopeAt(now))
    else resultOf(cel, scopeAt(now))
    return null
  } catch (error) {
    if (!(error instanceof CelFault)) throw error
    if (error.cause !== undefined) return mistakeIn(error.cause, cel.source)
    return use === 'time'
      ? NO_TIME
      : {
          en: `can never be answered: it ${error.message}`,
          es: 'no se puede responder nunca: da lo que no se puede guardar',
        }
  }
}
