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
    let i = from
    while (i > 0) {
      const parent = (i - 1) >> 1
      const [child, above] = [heap[i] as Noted<T>, heap[parent] as Noted<T>]
      if (!isBefore(child, above)) return
      heap[i] = above
      heap[parent] = child
      i = parent
    }
  }

  function down(): void {
    let i = 0
    for (;;) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && isBefore(heap[child] as Noted<T>, heap[least] as Noted<T>)) least = child
      }
      if (least === i) return
      const [one, other] = [heap[i] as Noted<T>, heap[least] as Noted<T>]
      heap[i] = other
      heap[least] = one
      i = least
    }
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
      if (heap.length > 0) {
        heap[0] = last
        down()
      }
      return { at: first.at, item: first.item }
    },
    get size() {
      return heap.length
    },
  }
}
