import type { About, EventView } from '#flows/run.ts'

/** An event of a pretended log, with its place. */
export type Beat = {
  readonly position: number
  readonly event: EventView
  readonly about: About
  /** The moment from which it counts; absent: it comes in its time. */
  readonly at?: number
  /** Events of flows that led to it. */
  readonly hops: number
  /** The flow that it asks to begin, where it is such an event. */
  readonly asks?: string
  /** A run waits for what it asks for. */
  readonly called?: true
  /** False: it begins nothing, and is only heard. */
  readonly begins?: false
  /** It is of the real log: other flows had their runs of it. */
  readonly recorded?: true
}

/** Events that runs may have missed on their way to a wait, as the log would give them back. */
export type Heard = {
  note(beat: Beat): void
  /** Of a type after a position, in order. @param subject null: whatever it is about */
  since(type: string, subject: string | null, after: number): readonly Beat[]
  /** The position of the latest. */
  readonly last: number
}

export function createHeard(): Heard {
  const byType = new Map<string, Beat[]>()
  const bySubject = new Map<string, Beat[]>()
  let last = 0

  function add(lists: Map<string, Beat[]>, key: string, beat: Beat): void {
    const list = lists.get(key)
    if (list === undefined) lists.set(key, [beat])
    else if (list.at(-1) !== beat) list.push(beat)
  }

  return {
    note(beat) {
      last = Math.max(last, beat.position)
      add(byType, beat.event.type, beat)
      add(bySubject, `${beat.event.type}\n${beat.event.subject}`, beat)
    },
    since(type, subject, after) {
      const list = (subject === null ? byType.get(type) : bySubject.get(`${type}\n${subject}`)) ?? []
      let from = list.length
      while (from > 0 && (list[from - 1] as Beat).position > after) from -= 1
      return from === list.length ? NONE : list.slice(from)
    },
    get last() {
      return last
    },
  }
}

const NONE: readonly Beat[] = []
