import { Type } from '@sinclair/typebox'
import { invalid, says } from '#platform/problem.ts'

const DAY_MS = 86_400_000
/** Without a beginning a report is of so long. */
const USUAL_DAYS = 30
const MOST_DAYS = 366

const time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))

/** The period of a report, as query parameters. */
export const periodFields = {
  from: time(`From here on; default ${USUAL_DAYS} days before the end. What is kept no more is left out`),
  to: time('Before this; default now'),
}

/**
 * The period that was asked for, the end left out; domain milliseconds.
 * @param keptSince nothing is known of what was before: the period begins there, and is told so
 * @throws Problem 400 for a period that is none, or longer than a year
 */
export function periodOf(
  { from, to }: { from?: string; to?: string },
  now: number,
  keptSince: number,
): { from: number; to: number } {
  // What happened this very moment is part of it.
  const end = to === undefined ? now + 1 : Date.parse(to)
  const start = from === undefined ? end - USUAL_DAYS * DAY_MS : Date.parse(from)
  if (start >= end) throw invalid({ path: '/from', ...says('must be before the end', 'debe ser anterior al fin') })
  if (end - start > MOST_DAYS * DAY_MS) {
    throw invalid({
      path: '/from',
      ...says(`must be at most ${MOST_DAYS} days before the end`, `debe estar a ${MOST_DAYS} días del fin como máximo`),
    })
  }
  return { from: Math.min(Math.max(start, keptSince), end), to: end }
}
