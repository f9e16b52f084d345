/** What is to happen when, in the order of time; of one moment the lower `order` first, then what was noted first. */
export type Agenda<T> = {
  add(at: number, order: number, item: T): void
  /** The next one, if it is due by then. */
  take(until: number): { at: number; item: T } | null
  readonly size: number
}

type Noted<T> = { at: number; order: number; nth: number; item: T }

const isBefore = (a: Noted<unknown>, b: Noted<unknown>): boolean =>
  a.at !== b.at ? a.at < b.at : a.order !== b.order ? a.order < b.order : a.nth < b.nth

/** A binary heap: a world of many people has many things ahead of it at once. */
export function createAgenda<T>(): Agenda<T> {
  const heap: Noted<T>[] = []
  let noted = 0

  function up(from: number): void {
    const item = heap[from] as Noted<T>
    let i = from
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = heap[parent] as Noted<T>
      if (!isBefore(item, above)) break
      heap[i] = above
      i = parent
    }
    heap[i] = item
  }

  /** The first place is free for an item, or for whatever comes before it. */
  function down(item: Noted<T>): void {
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Noted<T>, heap[child] as Noted<T>)) child += 1
      const least = heap[child] as Noted<T>
      if (!isBefore(least, item)) break
      heap[i] = least
      i = child
    }
    heap[i] = item
  }

  return {
    add(at, order, item) {
      noted += 1
      heap.push({ at, order, nth: noted, item })
      up(heap.length - 1)
    },
    take(until) {
      const [first] = heap
      if (first === undefined || first.at > until) return null
      const last = heap.pop() as Noted<T>
      if (heap.length > 0) down(last)
      return { at: first.at, item: first.item }
    },
    get size() {
      return heap.length
    },
  }
}
