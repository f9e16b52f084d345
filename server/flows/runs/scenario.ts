import { contextKeyOf, loadContexts } from '#conversations/index.ts'
import { cloudEventView, timeIn } from '#events/index.ts'
import { inventedEvent } from '#flows/incoming.ts'
import type { About, EventView, Outcome } from '#flows/run.ts'
import { aboutOf, completeAbouts } from '#flows/runs/about.ts'
import { inSilence } from '#flows/runs/world.ts'
import type { Scenario } from '#flows/simulator.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { invalid, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

/** A simulation as it is asked for. */
export type Body = {
  event: Members
  laterEvents?: Members[]
  contact?: { [name: string]: Json }
  encounter?: { [name: string]: Json }
  queue?: { [name: string]: Json }
  outcomes?: { [node: string]: { way: string; value?: Json; cause?: string; after?: string }[] }
  useDraft?: boolean
  version?: number
}
type Members = { [name: string]: Json }

/** Years beyond this no clock of ours shows. */
const MAX_TIME = 253_402_300_799_999
const TOO_EARLY = says(
  'must not be before the event that begins the simulation',
  'no puede ser anterior al evento que inicia la simulación',
)
const TOO_FAR = says('must be before the year 10000', 'debe ser anterior al año 10000')

function durationAt(path: string, value: Json, from: number): number {
  const span = typeof value === 'string' ? parseDuration(value) : null
  if (span === null)
    throw invalid({ path, ...says('must be an ISO 8601 duration', 'debe ser una duración, como PT2H') })
  return addSpan(from, span)
}

/** The scenario that was described, with the people it is about. @throws Problem 400 naming what makes no sense */
export async function scenarioOf(db: Db, clock: Runtime['clock'], tenant: string, given: Body): Promise<Scenario> {
  const first = firstEvent(tenant, given.event, clock.now())
  const about = await aboutIn(db, clock, first, given)
  const known = (await loadContexts(db, [{ tenant, ...about }])).get(contextKeyOf({ tenant, ...about }))
  const facts = known === undefined ? null : inSilence(known, about.silence)
  const later = (given.laterEvents ?? []).map((item, i) => laterEvent(tenant, `/laterEvents/${i}`, item, i + 1, first))
  const outcomes = new Map(
    Object.entries(given.outcomes ?? {}).map(([node, list]) => [
      node,
      list.map(({ way, value = {}, cause, after }, i) => ({
        after: after === undefined ? 0 : durationAt(`/outcomes/${node}/${i}/after`, after, 0),
        outcome: { way, value, ...(cause === undefined ? {} : { cause }) } satisfies Outcome,
      })),
    ]),
  )
  return {
    event: cloudEventView(first),
    about,
    facts: {
      contact: merged(facts?.contact, given.contact, about.contactId),
      encounter: merged(facts?.encounter, given.encounter, about.encounterId),
      queue: merged(facts?.queue, given.queue, about.queueId),
    },
    later,
    outcomes,
  }
}

/** Whom the scenario is about: found as for a real event, else the people that were described. */
async function aboutIn(
  db: Db,
  clock: Runtime['clock'],
  event: EventDraft,
  { contact, encounter, queue }: Body,
): Promise<About> {
  const told = { event, position: Number.MAX_SAFE_INTEGER, about: aboutOf(event) }
  const described = told.about.encounterId === null && encounter !== undefined
  if (described) told.about = { ...told.about, encounterId: idOf(encounter) ?? event.subject }
  await completeAbouts([told], db, clock.scale !== 1)
  return {
    ...told.about,
    contactId: told.about.contactId ?? idOf(contact) ?? (contact === undefined ? null : DESCRIBED),
    queueId: told.about.queueId ?? idOf(queue),
  }
}

/** Id of a person who is described without one. */
const DESCRIBED = 'simulated'

const idOf = (described: { [name: string]: Json } | undefined): string | null =>
  typeof described?.id === 'string' && described.id !== '' ? described.id : null

function firstEvent(tenant: string, members: Members, now: number): EventDraft {
  return inTime(
    '/event',
    inventedEvent(tenant, members, '/event', { id: 'simulated-0', subject: 'simulated', at: now }),
  )
}

function inTime(path: string, event: EventDraft): EventDraft {
  if (Math.abs(event.occurredAt) > MAX_TIME) throw invalid({ path: `${path}/time`, ...TOO_FAR })
  return event
}

function laterEvent(
  tenant: string,
  path: string,
  item: Members,
  n: number,
  first: EventDraft,
): { at: number; event: EventView } {
  const { at, after, ...own } = item
  const inside = typeof own.event === 'object' && own.event !== null && !Array.isArray(own.event)
  const [members, where] = inside ? [own.event as Members, `${path}/event`] : [own, path]
  const then =
    after !== undefined
      ? durationAt(`${path}/after`, after, first.occurredAt)
      : at === undefined || typeof at === 'number'
        ? (at ?? null)
        : (timeIn(`${path}/at`, typeof at === 'string' ? at : '') ?? null)
  if (then !== null && !(Math.abs(then) <= MAX_TIME)) {
    throw invalid({ path: `${path}/${after === undefined ? 'at' : 'after'}`, ...TOO_FAR })
  }
  if (then === null && !['time', 'occurredAt', 'datetime'].some((name) => members[name] !== undefined)) {
    throw invalid({
      path: `${path}/after`,
      ...says('is required, or at, or a time of the event', 'hace falta, o una hora'),
    })
  }
  const event = inventedEvent(tenant, members, where, {
    id: `simulated-${n}`,
    subject: first.subject,
    at: then ?? first.occurredAt,
  })
  // `after` moves an event that says a time of its own; `at` says when it is heard.
  const told = after !== undefined && then !== null ? { ...event, occurredAt: then } : event
  const heardAt = then ?? event.occurredAt
  if (heardAt < first.occurredAt) throw invalid({ path: then === null ? `${where}/time` : `${path}/at`, ...TOO_EARLY })
  return { at: heardAt, event: cloudEventView(inTime(where, told)) }
}

function merged(known: Json | undefined, given: { [name: string]: Json } | undefined, id: string | null): Json {
  if (!known && given === undefined) return null
  return { id, ...(known as { [name: string]: Json } | null), ...given }
}
