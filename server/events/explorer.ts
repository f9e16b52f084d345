import { eventKey } from '#events/append.ts'
import { OWN_SOURCES } from '#events/own-types.ts'
import {
  type EventFilter,
  eventByKeys,
  eventsCausedBy,
  type ListedEvent,
  listEvents,
  sourcesAfter,
  timeRange,
  typesOf,
} from '#events/store.ts'
import { timeIn } from '#events/times.ts'
import { compilePattern, patternFaults } from '#events/topic.ts'
import { type Found, PAGE_BYTES } from '#platform/bounded-page.ts'
import type { LogEvent } from '#platform/event.ts'
import { invalid, Problem, says } from '#platform/problem.ts'
import type { Cause } from '#platform/service.ts'
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

/** More types than a tenant has in earnest; a pattern over more must begin with a word. */
const MAX_TYPES = 1_000

/** The words before the first wildcard, for the range of the index; empty when the pattern begins with one. */
function literalPrefix(pattern: string): string {
  const words = pattern.split('.')
  const wild = words.findIndex((word) => word === '*' || word === '#')
  return words.slice(0, wild).join('.')
}

const isPattern = (type: string) => /(^|\.)[*#](\.|$)/.test(type)

/**
 * The types of the tenant that a type or a pattern means, matched as AMQP does; undefined: all.
 * @throws Problem 400 naming the field for what is no pattern, or means too many
 */
export async function typesMeant(
  db: Db,
  tenant: string,
  pattern: string | undefined,
  path = '/type',
): Promise<string[] | undefined> {
  if (pattern === undefined || pattern === '#') return undefined
  const faults = patternFaults(pattern, path)
  if (faults.length > 0) throw invalid(...faults)
  if (!isPattern(pattern)) return [pattern]
  const types = await typesOf(db, tenant, literalPrefix(pattern), MAX_TYPES + 1)
  if (types.length > MAX_TYPES) {
    throw invalid({
      path,
      ...says(
        `matches more than ${MAX_TYPES} types; begin it with more words`,
        `coincide con más de ${MAX_TYPES} tipos; empieza con más palabras`,
      ),
    })
  }
  return types.filter(compilePattern(pattern))
}

/**
 * A page of events, the newest first.
 * @param db sees the tenant's rows only
 * @param log sees where in the log a time lies
 */
export async function exploreEvents(
  db: Db,
  log: Db,
  tenant: string,
  query: ExplorerQuery,
): Promise<Found<ListedEvent>> {
  const filter: EventFilter = { subject: query.subject, encounterId: query.conversation, before: query.before }
  const [from, to] = [timeIn('/from', query.from), timeIn('/to', query.to)]
  if (from !== undefined || to !== undefined) filter.time = await timeRange(log, from, to)
  const types = await typesMeant(db, tenant, query.type)
  if (types !== undefined) filter.types = types
  else if (query.subject === undefined && query.conversation === undefined) {
    const all = await typesOf(db, tenant, '', MAX_TYPES + 1)
    if (all.length <= MAX_TYPES) filter.types = all
  }
  if (filter.types?.length === 0) return { rows: [], more: false }
  return listEvents(db, tenant, filter, query.limit)
}

/** Sources looked through at once, and in all: where each device is a source of its own there are very many. */
const SOURCES_AT_ONCE = 10_000
const MOST_SOURCES = 100_000

/**
 * The event with this id; when several sources used the id, the one of `preferredSource`, else the newest.
 * @throws Problem 404 where the tenant has more sources than are looked through
 */
export async function findEvent(
  db: Db,
  tenant: string,
  id: string,
  preferredSource: string,
): Promise<LogEvent | undefined> {
  let sources = [preferredSource, ...OWN_SOURCES]
  let newest: LogEvent | undefined
  for (let looked = 0, after = ''; ; looked += sources.length) {
    const keys = sources.map((source) => eventKey(source, id))
    const found = await eventByKeys(db, tenant, keys, preferredSource)
    if (found?.source === preferredSource) return found
    if (found !== undefined && found.position > (newest?.position ?? 0)) newest = found
    if (looked >= MOST_SOURCES) break
    sources = await sourcesAfter(db, tenant, after, SOURCES_AT_ONCE)
    const last = sources.at(-1)
    if (last === undefined) return newest
    after = last
  }
  if (newest !== undefined) return newest
  throw new Problem(
    404,
    'not-found',
    `There is no event ${JSON.stringify(id)} of the first ${MOST_SOURCES} sources; say which one as source.`,
  )
}

type Caused = Record<string, readonly { id: string }[]>

/**
 * Generations of events that are followed, and events that are named. Flows that set each other off are cut after sixteen: the
 * whole of such a chain is told, with what came before and after it.
 */
const MOST_GENERATIONS = 20
const MOST_LATER = 200

/** What contexts did of which events are born: a run tells of what it does, and who follows a notification's link is back. */
const ACTING = [
  ['runs', 'run'],
  ['notifications', 'notification'],
] as const

type Origin = Pick<LogEvent, 'id' | 'subject' | 'encounterId' | 'position'>

const causeOf = ({ id, subject, encounterId, position }: Origin): Cause => ({
  id,
  event: { about: encounterId === null ? [subject] : [subject, encounterId], position },
})

/**
 * All that followed an event: what contexts did because of it, the events that were born of that, and theirs. Of the contents
 * of events come those that are a page together.
 * @param caused what contexts know to have come of events
 */
export async function consequencesOf(
  db: Db,
  tenant: string,
  event: Origin,
  caused: (causes: readonly Cause[]) => Promise<Caused>,
): Promise<{ done: Caused; events: ListedEvent[] }> {
  const events = new Map<number, ListedEvent>()
  const done: Record<string, { id: string }[]> = {}
  let fresh: readonly Cause[] = [causeOf(event)]
  let room = PAGE_BYTES
  for (let generation = 0; generation < MOST_GENERATIONS && fresh.length > 0; generation++) {
    const found = await caused(fresh)
    for (const [name, items] of Object.entries(found)) {
      done[name] ??= []
      done[name].push(...items)
    }
    if (events.size >= MOST_LATER) break
    const made = ACTING.flatMap(([name, prefix]) => (found[name] ?? []).map((one) => `${prefix}:${one.id}`))
    const born = await eventsCausedBy(db, tenant, [...fresh.map(({ id }) => id), ...made], room)
    const next = born.filter((event) => !events.has(event.position))
    for (const event of next) {
      events.set(event.position, event)
      room -= event.raw?.length ?? 0
    }
    fresh = next.map(causeOf)
  }
  return { done, events: [...events.values()].sort((a, b) => a.position - b.position) }
}
