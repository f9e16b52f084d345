import { invalid, says } from '#platform/problem.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A week in which clocks went back is an hour longer, and who asks for the last one counts it by a clock of their own. */
const SLACK_MS = HOUR_MS

/**
 * The window of a comparison out of its query.
 * @param now wall ms
 * @param most how many days it may have
 * @throws Problem 400 when it is empty or longer
 */
export function windowOf(
  query: { from?: string; to?: string },
  now: number,
  most: number,
): { from: number; to: number } {
  const to = query.to === undefined ? now + 1 : Date.parse(query.to)
  const from = query.from === undefined ? to - HOUR_MS : Date.parse(query.from)
  if (from >= to) throw invalid({ path: '/from', ...says('must be before `to`', 'debe ser anterior al fin') })
  if (to - from > most * DAY_MS + SLACK_MS)
    throw invalid({
      path: '/from',
      ...(most === 1
        ? says('must be at most a day before `to`', 'debe estar a un día del fin como máximo')
        : says(`must be at most ${most} days before \`to\``, `debe estar a ${most} días del fin como máximo`)),
    })
  return { from, to }
}
