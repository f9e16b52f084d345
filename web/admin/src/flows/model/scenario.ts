import { amountsIn, partsOf, UNIT_MS } from '../../ui/iso-duration.ts'
import type { Data, Graph, Json } from './graph.ts'
import { textIn } from './graph.ts'

/** What happens after the beginning, at a time counted from it. */
export type Act =
  | { readonly after: string; readonly kind: 'reply'; readonly text: string }
  | { readonly after: string; readonly kind: 'event'; readonly type: string; readonly data: Data }

export type Person =
  | { readonly kind: 'known'; readonly contactId: string; readonly queueId: string | null }
  | {
      readonly kind: 'invented'
      readonly name: string
      readonly locale: string
      /** Null: that of who decides when nobody may be told anything. */
      readonly timeZone: string | null
      readonly queueId: string | null
    }

/** What a simulation plays: who it is about, what begins it, what happens then, and how calls come out. */
export type Scenario = {
  readonly person: Person
  readonly event: string
  /** When that is, ISO 8601; null: now. */
  readonly startAt: string | null
  readonly data: Data
  readonly acts: readonly Act[]
  /** By step: the way of its first visit. Absent: all goes well. */
  readonly outcomes: { readonly [node: string]: string }
}

const ENCOUNTER = /^encounter\.([^.*#]+)$/
/** Of a conversation that is made up. */
const CONVERSATION = 'simulacion'
const INVENTED = 'simulada'

/** The scenario as the API takes it, without outcomes of steps that are not drawn any more. */
export function requestOf(scenario: Scenario, graph: Graph): Data {
  const { person, acts, outcomes } = scenario
  const contactId = person.kind === 'known' ? person.contactId : INVENTED
  const about: Data = { patient_id: contactId, ...(person.queueId === null ? {} : { queue_id: person.queueId }) }
  const steps = choosable(graph)
  const entries = Object.entries(outcomes)
    .filter(([node, way]) => steps.some(({ id, ways }) => id === node && ways.includes(way)))
    .map(([node, way]): [string, Json] => [node, [{ way }]])
  return {
    event: eventOf(scenario.event, { ...scenario.data }, about, scenario.startAt),
    encounter: { status: 'warned', tags: [] },
    ...(person.kind === 'invented' ? { contact: inventedOf(person) } : {}),
    ...(person.queueId === null ? { queue: { id: 'simulada', name: 'Simulada', continuity: true } } : {}),
    ...(acts.length === 0 ? {} : { laterEvents: sorted(acts).flatMap((act) => laterOf(act, about)) }),
    ...(entries.length === 0 ? {} : { outcomes: Object.fromEntries(entries) }),
  }
}

/** Somebody who is made up can be reached by every channel. */
const EVERYWHERE: Data = { email: 'persona@example.org', push: 'simulada' }

const inventedOf = ({ name, locale, timeZone }: Extract<Person, { kind: 'invented' }>): Data => ({
  ...{ id: INVENTED, name, locale, addresses: EVERYWHERE },
  ...(timeZone === null ? {} : { timeZone }),
})

/** Events of conversations are in the flat form, as the program tells them itself. */
function eventOf(type: string, data: Data, about: Data, time: string | null = null): Data {
  const [, subtype] = ENCOUNTER.exec(type) ?? []
  if (subtype !== undefined) {
    const told: Data = { type: 'encounter', subtype, encounter_id: CONVERSATION, ...about, ...data }
    return time === null ? told : { ...told, datetime: Date.parse(time) }
  }
  const { patient_id: contactId = null, queue_id: queueId } = about
  const told = { contactId, ...(queueId === undefined ? {} : { queueId }), ...data }
  return { type, subject: CONVERSATION, ...(time === null ? {} : { time }), data: told }
}

function laterOf(act: Act, about: Data): Data[] {
  const { after } = act
  if (act.kind === 'event') return [{ after, event: eventOf(act.type, act.data, about) }]
  const said = (subtype: string, more: Data = {}): Data => ({
    after,
    event: { type: 'encounter', subtype, encounter_id: CONVERSATION, ...about, ...more },
  })
  // Who writes after the warning is back: two events, as in earnest.
  return [said('message_received', { from: 'patient', text: act.text }), said('resumed')]
}

const ROUGH_MS = { ...UNIT_MS, month: 2_629_800_000, year: 31_557_600_000 }
/** About how long; months are as long as they are on the whole. */
export const roughMs = (iso: string): number =>
  amountsIn(partsOf(iso) ?? {}).reduce((sum, { count, unit }) => sum + count * ROUGH_MS[unit], 0)

const sorted = (acts: readonly Act[]): Act[] => acts.toSorted((a, b) => roughMs(a.after) - roughMs(b.after))

/** The event that would begin a flow: of its first trigger. */
export function beginningOf({ nodes }: Graph): string {
  for (const { type, data } of nodes) {
    if (type !== 'trigger') continue
    if (data.manual === true) return 'flow.requested'
    if (data.schedule !== undefined) return 'flow.scheduled'
    const event = textIn(data.event).replace('#', 'example').replace('*', 'example')
    if (event !== '') return event
  }
  return 'encounter.tmipw_expired'
}

/** Steps whose outcome a scenario can choose, with the ways they may come to. */
export function choosable({ nodes }: Graph): { id: string; ways: readonly string[] }[] {
  const WAYS: { readonly [type: string]: readonly string[] } = {
    notify: ['sent', 'failed', 'suppressed'],
    http: ['ok', 'error'],
    llm: ['ok', 'error'],
    bookSlot: ['ok', 'error'],
    createComplaint: ['ok', 'error'],
    approval: ['approved', 'rejected'],
    subflow: ['out', 'error'],
  }
  return nodes.flatMap(({ id, type }) => (WAYS[type] === undefined ? [] : [{ id, ways: WAYS[type] }]))
}
