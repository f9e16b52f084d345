/** What was read of a partition: up to which offset all of it is in safe hands. */
export type Progress = {
  /** A record was handed on. @returns called when it is in safe hands */
  expect(offset: bigint): () => void
  /** The next offset to read; there may be none between it and the last record. */
  next: bigint
  /** All before this is in safe hands: where another reader may begin. */
  readonly settled: bigint
}

/** @param start where reading begins: all before is in safe hands */
export function trackProgress(start: bigint): Progress {
  let waiting: { offset: bigint; done: boolean }[] = []
  let head = 0
  const progress = {
    next: start,
    expect(offset: bigint) {
      const entry = { offset, done: false }
      waiting.push(entry)
      return () => {
        entry.done = true
      }
    },
    get settled() {
      while (waiting[head]?.done) head += 1
      const first = waiting[head]
      // Shifting one by one would move all that is behind it each time.
      if (head > 1_000) {
        waiting = waiting.slice(head)
        head = 0
      }
      return first === undefined ? progress.next : first.offset
    },
  }
  return progress
}
