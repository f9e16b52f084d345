import { DEFAULT_SOURCE, readEvents } from '#events/index.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { invalid, Problem } from '#platform/problem.ts'

type Members = { readonly [name: string]: Json | undefined }

const FLAT = ['subtype', 'event_id', 'encounter_id', 'datetime']
const ENTERPRISE = ['eventType', 'eventId', 'occurredAt', 'payload', 'schemaVersion']
/** Scenarios may play in the future: no time is too late for the flat form here. */
const LATEST_MS = 253_402_300_799_999

/**
 * An event that somebody invents for a simulation, in any of the three forms or only with what matters of it:
 * `{ type, subject?, data?, time? }`. What is left out is filled in, and then the door's own reader reads it, so that
 * it is about the same things as the event would be.
 * @param missing id, subject of the short form, and time (domain milliseconds) where none is said
 * @throws Problem 400 with the door's faults below `path`
 */
export function inventedEvent(
  tenant: string,
  members: Members,
  path: string,
  missing: { id: string; subject: string; at: number },
): EventDraft {
  try {
    const [draft] = readEvents(
      { contentType: 'application/json', headers: {}, body: JSON.stringify(filledIn(members, missing)) },
      { tenant, now: LATEST_MS, origin: 'rest', traceparent: null, defaultSource: DEFAULT_SOURCE },
    )
    return draft as EventDraft
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw error.faults.length === 0
      ? error
      : invalid(...error.faults.map((fault) => ({ ...fault, path: `${path}${fault.path}` })))
  }
}

const has = (members: Members, names: readonly string[]) => names.some((name) => members[name] !== undefined)

function filledIn(members: Members, { id, subject, at }: { id: string; subject: string; at: number }): Members {
  const time = new Date(at).toISOString()
  if (has(members, FLAT)) return { event_id: id, datetime: at, ...members }
  if (has(members, ENTERPRISE)) return { eventId: id, occurredAt: time, schemaVersion: '1.0', payload: {}, ...members }
  const isShort = members.specversion === undefined
  return { specversion: '1.0', id, source: 'cauce:simulation', time, ...(isShort ? { subject } : {}), ...members }
}
