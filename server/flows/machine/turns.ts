import { BATCH_CHARACTERS, BATCH_VAR } from '#flows/entry/control.ts'
import { type Entry, entryOf, takesPlace } from '#flows/entry/entry.ts'
import type { Flow } from '#flows/flow.ts'
import type { Beat } from '#flows/machine/heard.ts'
import { calledOffBy, ONCE_PER, REPLACED, UNDER_WAY, WAITS_ALREADY } from '#flows/machine/not-begun.ts'
import type { About, Facts, Run } from '#flows/run.ts'
import { isFromBefore } from '#flows/silences.ts'
import { addSpan } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/*
 * Entry control in memory: who waits to begin a run of a flow that does not begin them at once. What `entry/due.ts` does over
 * its tables in earnest.
 */

/** Whoever lets runs begin. */
export type Door = {
  tenant: string
  flowId: string
  now(): number
  at(at: number, happen: () => void): void
  /** Runs of the flow that are under way. */
  underWay(): number
  stands(key: string, about: About): boolean
  begin(beat: Beat, trigger: string, vars: Run['vars']): void
  /** It begins no run after all. */
  passed(beat: Beat, why: Sentence): void
}

export type Turns = {
  arrive(beat: Beat, came: { runId: string; trigger: string; key: string | null; facts: Facts }): void
  /** What would have ended a run ends what waits to begin one. */
  withdraw(which: Withdrawal): void
  /** A run is over: others may begin. */
  freed(key: string | null): void
  /** Events that wait to begin a run. */
  readonly waiting: readonly Beat[]
}

type Withdrawal = { ending: { type: string; at: number | undefined } } & ({ key: string } | { person: string })

type Waiting = Entry & { beat: Beat; readyAt: number; held: boolean }

/** @param flow with entry control */
export function createTurns(flow: Flow, door: Door): Turns {
  const control = flow.entry
  if (control === null) throw new Error('the flow has no entry control')
  const { batch, concurrency, rate, oncePer } = control
  const waiting = new Map<string, Waiting>()
  const last = new Map<string, number>()
  let starts: number[] = []
  /** Looks that are to come. */
  const looks = new Set<number>()

  function lookAt(at: number): void {
    if (looks.has(at)) return
    looks.add(at)
    door.at(at, () => {
      looks.delete(at)
      look()
    })
  }

  const inOrder = (): Waiting[] => [...waiting.values()].sort((a, b) => a.beat.position - b.beat.position)

  /** Batches of a key that are full need not wait any longer. */
  function readyFull(key: string): void {
    if (batch === null || key === '') return
    const own = inOrder()
      .filter((entry) => entry.key === key)
      .slice(0, batch.size)
    const [first] = own
    if (first !== undefined && own.length >= batch.size) first.readyAt = Math.min(first.readyAt, door.now())
  }

  function room(): { runs: number; from: number | null } {
    const now = door.now()
    const free = concurrency === null ? Number.POSITIVE_INFINITY : concurrency - door.underWay()
    if (rate === null) return { runs: free, from: null }
    starts = starts.filter((at) => at > now - rate.perMs)
    const oldest = starts.at(-rate.limit)
    return {
      runs: Math.min(free, rate.limit - starts.length),
      from: free > 0 && oldest !== undefined ? oldest + rate.perMs : null,
    }
  }

  /** Who comes next: each alone, or those of a key together; what has no key is of nobody else's batch. */
  function nextGroup(): Waiting[] | undefined {
    const now = door.now()
    const ready = inOrder()
      .filter((entry) => entry.readyAt <= now)
      .sort((a, b) => b.priority - a.priority)
    const [first] = ready
    if (first === undefined) return undefined
    if (batch === null) return [first]
    return bounded(
      inOrder()
        .filter((entry) => (first.key === '' ? entry === first : entry.key === first.key))
        .slice(0, batch.size),
    )
  }

  function look(): void {
    const now = door.now()
    let left = room()
    for (let group = nextGroup(); left.runs > 0 && group !== undefined; group = nextGroup()) {
      judge(group)
      left = room()
    }
    const times = [...waiting.values()].map(({ readyAt }) => readyAt)
    const ahead = times.filter((at) => at > now && at !== Number.POSITIVE_INFINITY)
    if (ahead.length > 0) lookAt(Math.min(...ahead))
    if (left.from !== null && left.from > now && times.some((at) => at <= now)) lookAt(left.from)
  }

  function drop(group: readonly Waiting[], why: Sentence): void {
    for (const { slot, beat } of group) {
      waiting.delete(slot)
      door.passed(beat, why)
    }
  }

  function judge(group: readonly Waiting[]): void {
    const now = door.now()
    const latest = group.at(-1) as Waiting
    const { key } = latest
    const before = last.get(key)
    if (key !== '' && flow.onePerKey && door.stands(key, latest.body.about)) {
      if (batch !== null) {
        for (const entry of waiting.values()) {
          if (entry.key !== key || entry.readyAt > now) continue
          entry.held = true
          entry.readyAt = Number.POSITIVE_INFINITY
        }
        return
      }
      drop(group, UNDER_WAY)
      return
    }
    if (oncePer !== null && before !== undefined && now < addSpan(before, oncePer)) {
      drop(group, ONCE_PER)
      return
    }
    for (const { slot } of group) waiting.delete(slot)
    if (key !== '') last.set(key, now)
    if (rate !== null) starts.push(now)
    const vars: Run['vars'] =
      batch === null ? {} : { [BATCH_VAR]: group.map(({ beat }) => beat.event as unknown as Json) }
    door.begin(latest.beat, latest.body.trigger, vars)
    if (batch !== null) readyFull(key)
  }

  return {
    arrive(beat, { runId, trigger, key, facts }) {
      const { event, about, position, hops } = beat
      const scope = { event, last: null, ...facts, vars: {}, now: new Date(door.now()) }
      const { id, source, subject } = event
      const origin = { id, source, subject, position, hops, traceparent: null, cause: null }
      const body = { event: origin, view: event, about, trigger, root: null }
      const { tenant, flowId } = door
      const entry = entryOf(
        { onePerKey: flow.onePerKey, entry: control },
        { tenant, flowId, id: runId, key, body, scope },
        door.now(),
      )
      const standing = waiting.get(entry.slot)
      if (standing !== undefined && !takesPlace(standing, entry)) {
        door.passed(beat, WAITS_ALREADY)
        return
      }
      if (standing !== undefined) door.passed(standing.beat, REPLACED)
      waiting.set(entry.slot, { ...entry, beat, held: false })
      if (batch !== null) readyFull(entry.key)
      lookAt(batch === null ? entry.readyAt : door.now())
    },
    withdraw(which) {
      const { type, at } = which.ending
      const meant = [...waiting.values()].filter(
        ({ key, beat }) =>
          ('key' in which ? key === which.key : beat.about.contactId === which.person) &&
          !isFromBefore(beat.about, type, at),
      )
      drop(meant, calledOffBy(type))
    },
    freed(key) {
      for (const entry of waiting.values()) {
        if (!entry.held || entry.key !== key) continue
        entry.held = false
        entry.readyAt = door.now()
      }
      if (waiting.size > 0) lookAt(door.now())
    },
    get waiting() {
      return [...waiting.values()].map(({ beat }) => beat)
    },
  }
}

/** The first of a batch, as many as a run can keep. */
function bounded(group: Waiting[]): Waiting[] {
  let characters = 0
  const end = group.findIndex(({ beat }, i) => {
    characters += JSON.stringify(beat.event).length
    return i > 0 && characters > BATCH_CHARACTERS
  })
  return end === -1 ? group : group.slice(0, end)
}
