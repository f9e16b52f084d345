import { type ConversationContext, contextKeyOf, loadContexts, RENEWAL_TYPES } from '#conversations/index.ts'
import { ENCOUNTER_SUBTYPES, eventsSince, typesMeant } from '#events/index.ts'
import { readVersion } from '#flows/authoring/store.ts'
import type { Flow } from '#flows/flow.ts'
import { namedCalendars } from '#flows/machine/ground.ts'
import { unsureOf } from '#flows/machine/replay/recorded.ts'
import type { Past } from '#flows/machine/replay/replay.ts'
import { type RealRun, runsOfFlow } from '#flows/machine/replay/store.ts'
import { aboutOf, completeAbouts } from '#flows/runs/about.ts'
import { QUIET } from '#flows/walk.ts'
import { fatesOf, type PretendHouse, toldBefore } from '#notifications/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { isUuid } from '#platform/ids.ts'
import type { Db } from '#platform/work.ts'

/** Events that tell of conversations, ours and those of other systems. */
const CONVERSATION_TYPES: readonly string[] = [
  ...new Set([...ENCOUNTER_SUBTYPES.map((subtype) => `encounter.${subtype}`), ...RENEWAL_TYPES]),
]

/** Types of the tenant's events that matter to these flows: they begin runs, are waited for, or tell how conversations stood. */
export async function typesFor(db: Db, tenant: string, flow: Flow, others: Iterable<Flow>): Promise<string[]> {
  const types = new Set<string>()
  for (const { pattern } of flow.triggers) {
    // The pattern of all means whatever there is.
    const meant = await typesMeant(db, tenant, pattern === '#' ? '*.#' : pattern)
    for (const type of meant ?? []) types.add(type)
  }
  for (const { listens, reads } of [flow, ...others]) {
    for (const type of listens.keys()) types.add(type)
    if (reads.size > 0) for (const type of CONVERSATION_TYPES) types.add(type)
  }
  if (flow.manual !== null) types.add('flow.requested')
  if (flow.schedules.length > 0) types.add('flow.scheduled')
  return [...types].sort()
}

/**
 * Reads what is known of the people of some events, and is not known yet.
 * @param from when the time begins
 */
export async function meet(
  db: Db,
  house: PretendHouse,
  events: readonly LogEvent[],
  past: Past,
  from: number,
): Promise<void> {
  const { tenant } = house
  await nameSilences(db, events, past)
  const wanted = new Map<
    string,
    { tenant: string; encounterId: string; contactId: string | null; queueId: string | null }
  >()
  for (const event of events) {
    const about = past.real.get(event.position)?.about ?? aboutOf(event)
    const encounterId = about.encounterId ?? event.subject
    if (past.contexts.has(encounterId) || wanted.has(encounterId)) continue
    wanted.set(encounterId, { tenant, encounterId, contactId: about.contactId, queueId: about.queueId })
  }
  if (wanted.size === 0) return
  const found = await loadContexts(db, [...wanted.values()])
  await untag(db, tenant, found, (events[0]?.position ?? 0) - 1)
  const met = new Set<string>()
  const opened = new Set<string>()
  for (const key of wanted.values()) {
    const context = found.get(contextKeyOf(key))
    if (context === undefined) continue
    past.contexts.set(key.encounterId, context)
    if (context.contact !== null) {
      if (!past.contacts.has(context.contact.id)) met.add(context.contact.id)
      past.contacts.set(context.contact.id, context.contact)
    }
    if (context.queue === null) continue
    past.queues.set(context.queue.id, context.queue)
    const { calendarId } = context.queue
    if (calendarId !== null && !past.calendars.has(calendarId)) opened.add(calendarId)
  }
  for (const [id, calendar] of await namedCalendars(db, tenant, [...opened])) past.calendars.set(id, calendar)
  for (const [person, left] of await toldBefore(db, house, [...met], from)) past.told.set(person, left)
}

/** Tags that read back in one go, and the bytes of their events: of longer stories the latest are known from the beginning. */
const TAGGED = 1_000
const TAGGED_BYTES = 4 * 1_024 * 1_024

/** Takes the tags away that conversations got later than a place in the log: the events that told so put them on in their time. */
async function untag(db: Db, tenant: string, found: Map<string, ConversationContext>, after: number): Promise<void> {
  const tagged = [...found].flatMap(([key, { encounter, ...rest }]) =>
    encounter === null || encounter.tags.length === 0 ? [] : [{ key, encounter, rest }],
  )
  const wishes = tagged.map(({ encounter: { id: subject } }) => ({ tenant, subject, type: 'encounter.tagged', after }))
  const lists = await eventsSince(db, wishes, TAGGED, TAGGED_BYTES)
  for (const [i, { key, encounter, rest }] of tagged.entries()) {
    const later = new Set(lists[i]?.events.flatMap(({ data }) => (data as { added?: unknown } | null)?.added ?? []))
    const tags = encounter.tags.filter((tag) => !later.has(tag))
    found.set(key, { ...rest, encounter: { ...encounter, tags } })
  }
}

/** Reads what became of what real runs asked for and were not told of at once, and the versions that they went by. */
export async function recall(
  db: Db,
  { tenant, flowId }: { tenant: string; flowId: string },
  runs: readonly RealRun[],
  past: Past,
): Promise<void> {
  const unsure = runs.flatMap(unsureOf)
  for (const fate of unsure.length === 0 ? [] : await fatesOf(db, tenant, unsure)) past.fates.set(fate.id, fate)
  for (const number of new Set(runs.flatMap(({ version, moves }) => [version, ...moves.map(({ from }) => from)]))) {
    if (past.versions.has(number)) continue
    const version = await readVersion(db, tenant, flowId, number)
    if (version !== undefined) past.versions.set(number, version.graph)
  }
}

/**
 * A warning that began nothing real may begin a run of the draft, or be one more of a silence that it has a run of: which one
 * the log says, as in earnest. The events of the time alone do not: the silence may have begun before it.
 */
async function nameSilences(db: Db, events: readonly LogEvent[], past: Past): Promise<void> {
  const warnings = events
    .filter(({ type, position }) => type === QUIET && !past.real.has(position))
    .map((event) => ({ event, position: event.position, about: aboutOf(event) }))
  await completeAbouts(warnings, db, past.byReceipt)
  for (const { position, about } of warnings) past.warned.set(position, about)
}

/**
 * Leaves out what runs of the flow told themselves, and the runs that this began: the draft tells its own.
 * @param own ids of runs of the flow that are known
 */
export function ownCauses(db: Db, tenant: string, flowId: string, own: Set<string>, real: Map<number, RealRun>) {
  const looked = new Set<string>()
  return async (events: readonly LogEvent[]): Promise<LogEvent[]> => {
    const runOf = ({ cause }: LogEvent): string | null =>
      cause?.startsWith('run:') && isUuid(cause.slice(4)) ? cause.slice(4) : null
    const unknown = new Set<string>()
    for (const event of events) {
      const id = runOf(event)
      if (id !== null && !own.has(id) && !looked.has(id)) unknown.add(id)
    }
    if (unknown.size > 0) {
      for (const id of unknown) looked.add(id)
      for (const id of await runsOfFlow(db, tenant, flowId, [...unknown])) own.add(id)
    }
    return events.filter((event) => {
      const id = runOf(event)
      if (id === null || !own.has(id)) return true
      real.delete(event.position)
      return false
    })
  }
}
