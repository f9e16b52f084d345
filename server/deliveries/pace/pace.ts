/** A row that was put back with others, `spacingMs` after the one before it. Null: it has no pace to keep. */
export type Paced = { dueAt: number; spacingMs: number | null }

/** Where rows become due one after the other, those of this long are claimed at once. */
export const EXPECT_MS = 250

/**
 * Which of the claimed rows go now. Each has its turn when it is due, and no sooner than its pace after the one before
 * it: what waited (behind an open breaker, while no node ran, for a slot) has saved up nothing, so that of many that are
 * due at once one goes. Only what became due since the last claim goes together.
 * @param lastAt when the latest paced row of the target had its turn
 * @returns `lastAt` as it is after them, and from when on those that `wait` may go
 */
export function inTurn<Row extends Paced>(rows: readonly Row[], lastAt: number, now: number) {
  const go: Row[] = []
  const wait: Row[] = []
  let last = lastAt
  for (const row of rows.toSorted((a, b) => a.dueAt - b.dueAt)) {
    if (row.spacingMs === null) {
      go.push(row)
      continue
    }
    const turn = Math.max(last + row.spacingMs, row.dueAt)
    if (wait.length > 0 || turn > now) wait.push(row)
    else {
      go.push(row)
      last = turn < now - EXPECT_MS ? now : turn
    }
  }
  return { go, wait, lastAt: last, from: last + (wait[0]?.spacingMs ?? 0) }
}

/**
 * When to ask again where rows become due in turn: with the next one, or with so many as `EXPECT_MS` has.
 * @param lastAt when the latest of those that went had its turn
 */
export const nextAskAt = (lastAt: number, spacingMs: number): number =>
  // Moments are kept finer than milliseconds: one later, it is surely due.
  Math.ceil(lastAt + spacingMs * Math.max(1, Math.floor(EXPECT_MS / spacingMs))) + 1
