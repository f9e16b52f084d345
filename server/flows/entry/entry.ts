import { CelFault, resultOf, type Scope } from '#flows/cel.ts'
import type { EntryControl } from '#flows/entry/control.ts'
import type { Flow } from '#flows/flow.ts'
import type { About, EventView } from '#flows/run.ts'
import { makesRoom } from '#flows/silences.ts'
import type { LogEvent } from '#platform/event.ts'

/** What of an event a run keeps beside its view. */
export type Origin = Pick<LogEvent, 'id' | 'source' | 'subject' | 'position' | 'hops' | 'traceparent' | 'cause'>

/** With what a run will begin when its turn comes. */
export type EntryBody = {
  readonly event: Origin
  readonly view: EventView
  readonly about: About
  /** The node that it begins at. */
  readonly trigger: string
  /** The run that began the cascade it belongs to. */
  readonly root: string | null
}

/** Something that would begin a run, and waits. Times are domain milliseconds. */
export type Entry = {
  readonly tenant: string
  readonly flowId: string
  /** What there is one of in its flow. */
  readonly slot: string
  /** A later one takes its place, instead of being nothing; see also `takesPlace`. */
  readonly replaces: boolean
  /** Of the run. */
  readonly id: string
  /** Empty: none. */
  readonly key: string
  readonly priority: number
  readonly arrivedAt: number
  readonly readyAt: number
  readonly body: EntryBody
}

/** Whether an entry takes the place of the one that waits in its slot. */
export const takesPlace = (standing: Pick<Entry, 'body'>, next: Pick<Entry, 'replaces' | 'body'>): boolean =>
  next.replaces || makesRoom(standing.body, next.body.about)

/** The highest and lowest that a priority can be; what is beyond is as high or low. */
const PRIORITY_BOUND = 1_000_000

/** A number; what gives none, or a fault, has the priority of all who have none. */
export function priorityOf({ priority }: EntryControl, scope: Scope): number {
  if (priority === null) return 0
  let found: unknown
  try {
    found = resultOf(priority, scope)
  } catch (error) {
    if (!(error instanceof CelFault)) throw error
    return 0
  }
  if (typeof found !== 'number' || Number.isNaN(found)) return 0
  return Math.trunc(Math.max(-PRIORITY_BOUND, Math.min(PRIORITY_BOUND, found)))
}

/** What an event becomes that would begin a run of a flow with entry control. */
export function entryOf(
  { onePerKey, entry }: Pick<Flow, 'onePerKey'> & { entry: EntryControl },
  came: { tenant: string; flowId: string; id: string; key: string | null; body: EntryBody; scope: Scope },
  now: number,
): Entry {
  const { tenant, flowId, id, key, body, scope } = came
  // Nobody can join what has no key: its batch is full.
  const waitsMs = entry.debounceMs ?? (key === null ? 0 : (entry.batch?.withinMs ?? 0))
  // While one of a key waits, the next is nothing (one per key), or takes its place (the last of them counts).
  const isOfKey = key !== null && entry.batch === null && (entry.debounceMs !== null || onePerKey)
  return {
    tenant,
    flowId,
    slot: isOfKey ? `key:${key}` : `run:${id}`,
    replaces: entry.debounceMs !== null,
    id,
    key: key ?? '',
    priority: priorityOf(entry, scope),
    arrivedAt: now,
    readyAt: now + waitsMs,
    body,
  }
}
