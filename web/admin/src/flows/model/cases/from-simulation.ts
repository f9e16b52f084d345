import type { Schema } from '../../../api/client.ts'
import { reasonOf } from '../../../notifications/reasons.ts'
import { isoOf, UNIT_MS } from '../../../ui/iso-duration.ts'
import { type Data, type Graph, type Json, listOf, nodeOf, textIn } from '../graph.ts'
import type { Said, Visit } from '../playing.ts'
import { requestOf, type Scenario } from '../scenario.ts'
import { type CaseBody, withMember } from './case.ts'
import { eventOf, partsOf } from './event.ts'

/** What a simulation read in the database, and a case has to bring along. */
export type World = {
  /** The person, where it is one that there is. */
  readonly contact: Data | null
  readonly queue: Schema<'Queue'> | null
  readonly calendars: readonly Schema<'Calendar'>[]
}

/** What a simulation came to, as far as a case can expect it. */
export type Played = {
  readonly status: string | null
  readonly outcome: string
  readonly path: readonly Visit[]
  readonly messages: readonly Said[]
}

/** Of the person what conditions and texts ask for. Addresses stay where they are: cases go into files. */
const OF_THE_PERSON = ['name', 'locale', 'timeZone', 'attributes']
const OF_THE_QUEUE = ['name', 'brand', 'product', 'service', 'continuity']
const OF_A_CALENDAR = ['timeZone', 'week', 'holidays', 'exceptions']

const some = (from: object | null, names: readonly string[]): Data =>
  Object.fromEntries(
    Object.entries((from ?? {}) as Data).filter(([name, value]) => names.includes(name) && value !== null),
  )

/** The case of a simulation that was just played: what was given, and what came of it as what is expected. */
export function caseOf(scenario: Scenario, played: Played, graph: Graph, world: World): CaseBody {
  const request = requestOf(scenario, graph)
  const { person } = scenario
  const parts = partsOf(request.event as Data)
  const began = played.path[0]?.at ?? null
  const outcomes = { ...((request.outcomes as Data | undefined) ?? {}), ...heldBack(played, request) }
  const calendars = calendarsOf(graph, world)
  return {
    event: parts === null ? (request.event as Data) : eventOf({ ...parts, time: began }),
    contact: person.kind === 'known' ? some(world.contact, OF_THE_PERSON) : some(person, OF_THE_PERSON),
    encounter: request.encounter as Data,
    queue: world.queue === null ? { continuity: true } : some(world.queue, OF_THE_QUEUE),
    ...(Object.keys(calendars).length === 0 ? {} : { calendars }),
    ...(scenario.acts.length === 0 ? {} : { later: laterIn(scenario, request) }),
    ...(Object.keys(outcomes).length === 0 ? {} : { outcomes }),
    expect: expectedOf(played, graph, began),
  }
}

/** Replies as a case says them; other events in the form in which they were played. */
function laterIn({ acts }: Scenario, request: Data): Data[] {
  const events = listOf(request.laterEvents).map((one) => one as { after: string; event: Data })
  return acts.map((act): Data => {
    if (act.kind === 'reply') return { after: act.after, reply: act.text }
    const played = events.find(({ after, event }) => after === act.after && partsOf(event)?.type === act.type)
    return { after: act.after, event: played?.event ?? { type: act.type, data: act.data } }
  })
}

/** The hours that the flow counts by: of the queue, and of calendars that steps name. */
function calendarsOf({ nodes }: Graph, { queue, calendars }: World): Data {
  const named = new Set(nodes.map(({ data }) => textIn(data.calendar)).filter((id) => id !== ''))
  const ids = [...named].map((id) => [id, id === 'queue' ? queue?.calendarId : id] as const)
  return Object.fromEntries(
    ids.flatMap(([name, id]) => {
      const found = calendars.find((one) => one.id === id)
      return found === undefined ? [] : [[name, some(found, OF_A_CALENDAR)] as const]
    }),
  )
}

const NOT_SET_UP = / is not set up$/

/** When a step asked for it: quiet hours or a cap may have held it since. */
const askedAt = ({ at, held }: Said): number => Date.parse(held?.since ?? at)

/**
 * What the gate held back or put off, by step: a case has no gate, so it says so. What is only not set up here is sent in
 * a case. Whoever draws an arm here may draw another one there: the arm is said as well.
 */
function heldBack({ path, messages }: Played, request: Data): Data {
  const scripted = (request.outcomes as Data | undefined) ?? {}
  const result: { [node: string]: Json[] } = {}
  for (const { nodeId, type, way, at, endedAt, output } of path) {
    if (scripted[nodeId] !== undefined) continue
    if (type === 'split') {
      const { arm } = (output ?? {}) as { arm?: string }
      if (arm !== undefined) result[nodeId] = [...(result[nodeId] ?? []), { way: arm }]
      continue
    }
    if (type !== 'notify') continue
    const missing = messages.some((said) => said.nodeId === nodeId && NOT_SET_UP.test(said.reason ?? ''))
    const waited = messages.some((said) => said.nodeId === nodeId && said.held && askedAt(said) === Date.parse(at))
    const over = messages.some((said) => said.nodeId === nodeId && reasonOf(said.reason ?? '').key === 'runOver')
    const list = result[nodeId] ?? []
    const isOver = over && (way === undefined || way === '')
    const one = {
      way: isOver ? 'suppressed' : missing || way === undefined || way === '' || way === 'out' ? 'sent' : way,
    }
    const lasted = endedAt === null ? null : Date.parse(endedAt) - Date.parse(at)
    // It waited still when its run was over.
    const after = lasted === null || !(waited || isOver) ? null : isoOf(lasted + (isOver ? UNIT_MS.day : 0))
    result[nodeId] = [...list, after === null ? one : { ...one, after }]
  }
  return Object.fromEntries(
    Object.entries(result).filter(([, list]) =>
      list.some((one) => (one as { way: string }).way !== 'sent' || 'after' in (one as Data)),
    ),
  )
}

function expectedOf({ status, outcome, path, messages }: Played, graph: Graph, began: string | null): Data {
  const state = status ?? 'not started'
  if (began === null) return { status: state }
  const start = Date.parse(began)
  // Nothing is escalated in a case: a notification is told of once, when its step is come to.
  const entered = new Set(path.map(({ nodeId, at }) => `${nodeId} ${Date.parse(at)}`))
  const told = messages.filter(
    (said) =>
      // What the conversation says of its close is no message of the flow.
      said.kind !== 'close' &&
      entered.has(`${said.nodeId} ${askedAt(said)}`) &&
      (said.channel !== null || NOT_SET_UP.test(said.reason ?? '')),
  )
  return {
    status: state,
    ...(outcome === '' || outcome === state ? {} : { outcome }),
    steps: path.map(({ nodeId }) => nodeId),
    messages: told.map((said) => messageOf(said, graph, askedAt(said) - start)),
  }
}

/** A notification goes by the first channel of its step in a case; of a template its key is told, of other texts the text. */
function messageOf({ nodeId, kind, text, body, title }: Said, graph: Graph, afterMs: number): Data {
  const data = nodeOf(graph, nodeId)?.data ?? {}
  const template = textIn(data.template)
  const said = (text ?? body ?? '').trim()
  const made: Data = { node: nodeId, after: isoOf(afterMs) }
  if (kind === 'message') return { ...made, channel: 'chat', text: said }
  const channel = textIn(listOf(data.channels)[0])
  const where = channel === '' ? made : { ...made, channel }
  if (template !== '') return { ...where, template }
  return { ...where, ...(title ? { title } : {}), ...(said === '' ? {} : { text: said }) }
}

/** A case that brings along the hours of one of our calendars as those of its queue; null: all hours count. */
export function withQueueHours(body: CaseBody, calendar: Schema<'Calendar'> | null): CaseBody {
  const { queue: _before, ...others } = (body.calendars as Data | undefined) ?? {}
  const calendars: Data = calendar === null ? others : { ...others, queue: some(calendar, OF_A_CALENDAR) }
  return withMember(body, 'calendars', Object.keys(calendars).length === 0 ? undefined : calendars)
}
