import { eventKey } from '#events/append.ts'
import { type EventFilter, eventsByKeys, eventsCausedBy, listEvents, sourcesOf } from '#events/store.ts'
import { compilePattern, patternFaults } from '#events/topic.ts'
import type { LogEvent } from '#platform/event.ts'
import { invalid } from '#platform/problem.ts'
import type { Db } from '#platform/work.ts'

export type ExplorerQuery = {
  type?: string
  subject?: string
  conversation?: string
  from?: string
  to?: string
  before?: number
  limit: number
}

/** Rows looked at for one page of a pattern that the index cannot serve alone. */
const SCAN = 5_000
const PAGE = 500

function timeOf(path: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const at = Date.parse(value)
  if (Number.isNaN(at)) throw invalid({ path, message: 'must be an RFC 3339 time' })
  return at
}

/** The words before the first wildcard, for the range of the index; undefined when the pattern begins with one. */
export function literalPrefix(pattern: string): string | undefined {
  const words = pattern.split('.')
  const wild = words.findIndex((word) => word === '*' || word === '#')
  return wild <= 0 ? undefined : words.slice(0, wild).join('.')
}

/**
 * A page of events, the newest first. A pattern narrows through the index by its leading words and is then
 * matched as AMQP does; `more` tells whether older events may match.
 */
export async function exploreEvents(
  db: Db,
  tenant: string,
  query: ExplorerQuery,
): Promise<{ events: LogEvent[]; more: boolean }> {
  const filter: EventFilter = {
    subject: query.subject,
    encounterId: query.conversation,
    from: timeOf('/from', query.from),
    to: timeOf('/to', query.to),
    before: query.before,
  }
  let matches = (_event: LogEvent) => true
  if (query.type !== undefined) {
    const faults = patternFaults(query.type, '/type')
    if (faults.length > 0) throw invalid(...faults)
    if (/(^|\.)[*#](\.|$)/.test(query.type)) {
      const match = compilePattern(query.type)
      matches = (event) => match(event.type)
      filter.typePrefix = literalPrefix(query.type)
    } else {
      filter.type = query.type
    }
  }
  const events: LogEvent[] = []
  for (let scanned = 0; scanned < SCAN; ) {
    const page = await listEvents(db, tenant, filter, filter.typePrefix === undefined ? query.limit + 1 : PAGE)
    for (const event of page) {
      if (matches(event)) events.push(event)
      if (events.length > query.limit) return { events: events.slice(0, query.limit), more: true }
    }
    scanned += page.length
    const last = page.at(-1)
    if (last === undefined || page.length < Math.min(PAGE, query.limit + 1)) return { events, more: false }
    filter.before = last.position
  }
  return { events, more: true }
}

/** The event with this id; when several sources used the id, the one of `preferredSource`, else the newest. */
export async function findEvent(
  db: Db,
  tenant: string,
  id: string,
  preferredSource: string,
): Promise<LogEvent | undefined> {
  const sources = await sourcesOf(db, tenant)
  const found = await eventsByKeys(
    db,
    tenant,
    [...new Set([preferredSource, ...sources])].map((source) => eventKey(source, id)),
  )
  return found.find((event) => event.source === preferredSource) ?? found[0]
}

/** Events that the given causes gave birth to, and theirs, a few generations deep. */
export async function laterEvents(db: Db, tenant: string, causes: readonly string[]): Promise<LogEvent[]> {
  const all = new Map<number, LogEvent>()
  let wanted = causes
  for (let generation = 0; generation < 8 && wanted.length > 0 && all.size < 200; generation++) {
    const next = (await eventsCausedBy(db, tenant, wanted)).filter((event) => !all.has(event.position))
    for (const event of next) all.set(event.position, event)
    wanted = next.map((event) => event.id)
  }
  return [...all.values()].sort((a, b) => a.position - b.position)
}
