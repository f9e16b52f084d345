import { compilePattern } from '#events/index.ts'
import { triggerAsked } from '#flows/beginning.ts'
import { endsRuns, personIn } from '#flows/cancelling.ts'
import { BATCH_VAR, type EntryControl } from '#flows/entry/control.ts'
import {
  calledOff,
  lateBy,
  onceOnly,
  quietSince,
  stillUnderWay,
  together,
  turnOf,
  waitsForOwn,
} from '#flows/entry/words.ts'
import type { Flow } from '#flows/flow.ts'
import { keyOfStart, triggerFor } from '#flows/interpreter.ts'
import type { EventView, Facts, Run } from '#flows/run.ts'
import { addSpan } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** How it stands with a flow when somebody asks what an event would do. Times are domain milliseconds. */
export type Standing = {
  readonly underWay: number
  readonly queued: number
  /** When its latest runs began, the latest first; as many as its pace counts. */
  readonly starts: readonly number[]
  /** When the key of the event began a run last; null: never, as far as it is known. */
  readonly lastOfKey: number | null
  /** A run of the key is under way. */
  readonly stands: boolean
}
export const NOBODY: Standing = { underWay: 0, queued: 0, starts: [], lastOfKey: null, stands: false }

type Told = {
  readonly at: number
  readonly event: EventView
  readonly position: number
  /** What is known of the world as it comes. */
  readonly facts: Facts
}

/** With what a run would begin, and when. `refused`: it would not. */
export type Foreseen = {
  readonly says: readonly Sentence[]
  readonly refused: Sentence | null
  readonly at: number
  readonly event: EventView
  /** Of the latest event that it begins with. */
  readonly position: number
  readonly vars: Run['vars']
}

/**
 * What entry control makes of an event and those that come after it: what production does with entries, on a clock of
 * its own. Others of the flow are as they stand, and stay so.
 */
export function foresee(
  flow: Flow & { entry: EntryControl },
  [first, ...later]: readonly [Told, ...Told[]],
  standing: Standing,
): Foreseen {
  const { entry } = flow
  const says: Sentence[] = []
  const key = keyOfStart(flow, first.event, first.facts, first.at)
  const isOfKey = ({ event, at, facts }: Told) => key !== null && keyOfStart(flow, event, facts, at) === key
  const person = personIn(first.event.data)
  const ends = (told: Told) => {
    const shared = { key: isOfKey(told), person: person !== null && personIn(told.event.data) === person }
    return endsRuns(flow, told.event, shared, told.at)
  }
  let gathered: Told[] = [first]
  let readyAt = readyWhen(entry, key, gathered)
  let endedBy: Told | null = null
  for (const told of later) {
    if (gathered.length > 0 && told.at > readyAt) break
    if (ends(told)) {
      gathered = []
      endedBy = told
    } else if (isOfKey(told) && beginsBy(flow, told)) {
      gathered =
        entry.batch !== null
          ? [...gathered, told]
          : entry.debounceMs !== null || gathered.length === 0
            ? [told]
            : gathered
      readyAt = readyWhen(entry, key, gathered)
      if (gathered.length === entry.batch?.size) break
    }
  }
  const latest = gathered.at(-1) ?? first
  const made = { says, at: readyAt, event: latest.event, position: latest.position, vars: varsOf(entry, gathered) }
  const refused = (why: Sentence): Foreseen => ({ ...made, refused: why })
  if (gathered.length === 0) return refused(calledOff(endedBy?.event.type ?? ''))
  if (entry.debounceMs !== null) says.push(quietSince(readyAt))
  if (entry.batch !== null) says.push(together(gathered.length, readyAt))
  if (standing.stands && flow.onePerKey) {
    if (entry.batch === null) return refused(stillUnderWay())
    says.push(waitsForOwn())
  }
  if (entry.oncePer !== null && standing.lastOfKey !== null) {
    const again = addSpan(standing.lastOfKey, entry.oncePer)
    if (readyAt < again) return refused(onceOnly(standing.lastOfKey, again))
  }
  if (entry.concurrency !== null && standing.underWay >= entry.concurrency) {
    says.push(turnOf(standing.underWay, standing.queued))
  }
  const at = Math.max(readyAt, nextByPace(entry, standing, readyAt))
  if (at > readyAt) says.push(lateBy(at))
  const ended = later.find((told) => told.at > readyAt && told.at <= at && ends(told))
  return ended === undefined ? { ...made, at, refused: null } : refused(calledOff(ended.event.type))
}

function readyWhen({ debounceMs, batch }: EntryControl, key: string | null, gathered: readonly Told[]): number {
  const [first] = gathered
  const last = gathered.at(-1)
  if (first === undefined || last === undefined) return Number.POSITIVE_INFINITY
  if (debounceMs !== null) return last.at + debounceMs
  if (batch === null || key === null) return first.at
  return gathered.length >= batch.size ? last.at : first.at + batch.withinMs
}

/** From when on the pace of the flow lets another begin, as far as those count that began before. */
function nextByPace({ rate }: EntryControl, { starts }: Standing, at: number): number {
  if (rate === null) return at
  const nth = starts.filter((start) => start > at - rate.perMs)[rate.limit - 1]
  return nth === undefined ? at : nth + rate.perMs
}

function beginsBy(flow: Flow, { event, at, facts }: Told): boolean {
  const asked = triggerAsked(flow, event)
  const fitting = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(event.type))
  return triggerFor(asked === null ? fitting : [asked], event, facts, at) !== null
}

const varsOf = ({ batch }: EntryControl, gathered: readonly Told[]): Run['vars'] =>
  batch === null ? {} : { [BATCH_VAR]: gathered.map(({ event }) => event as unknown as Json) }
