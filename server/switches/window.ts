import { invalid, says } from '#platform/problem.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * The window of a comparison out of its query.
 * @param now wall ms
 * @throws Problem 400 when it is empty or longer than a day
 */
export function windowOf(query: { from?: string; to?: string }, now: number): { from: number; to: number } {
  const to = query.to === undefined ? now + 1 : Date.parse(query.to)
  const from = query.from === undefined ? to - HOUR_MS : Date.parse(query.from)
  if (from >= to) throw invalid({ path: '/from', ...says('must be before `to`', 'debe ser anterior al fin') })
  if (to - from > DAY_MS)
    throw invalid({
      path: '/from',
      ...says('must be at most a day before `to`', 'debe estar a un día del fin como máximo'),
    })
  return { from, to }
}
