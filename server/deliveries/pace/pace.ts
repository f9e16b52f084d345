/** A row that was put back with others, `spacingMs` after the one before it. Null: it has no pace to keep. */
export type Paced = { dueAt: number; spacingMs: number | null }

/** A row is claimed a little after it is due. One later than this had to wait, and so had those behind it. */
const LATE_MS = 1_000

/**
 * Which of the claimed rows go now. Those that waited (behind an open breaker, while no node ran, for a slot) are due
 * all at once by now: one of them goes when it is its turn, the others keep their pace from then on.
 * @param lastAt when the latest paced row of the target went
 * @returns `lastAt` as it is after them, and from when on those that `wait` may go
 */
export function inTurn<Row extends Paced>(rows: readonly Row[], lastAt: number, now: number) {
  const go: Row[] = []
  const wait: Row[] = []
  let last = lastAt
  for (const row of rows.toSorted((a, b) => a.dueAt - b.dueAt)) {
    if (row.spacingMs === null) go.push(row)
    else if (row.dueAt >= now - LATE_MS || last + row.spacingMs <= now) {
      go.push(row)
      last = now
    } else wait.push(row)
  }
  return { go, wait, lastAt: last, from: last + (wait[0]?.spacingMs ?? 0) }
}
