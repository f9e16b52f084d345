import { addBusinessTime, type Calendar, calendarFaults } from '#conversations/index.ts'
import { cloudEventView } from '#events/index.ts'
import { outcomeFaults } from '#flows/asking.ts'
import type { CaseBody } from '#flows/cases/case.ts'
import type { Flow } from '#flows/flow.ts'
import { inventedEvent } from '#flows/incoming.ts'
import type { About, Env, NotifyEffect, Outcome } from '#flows/run.ts'
import { aboutOf } from '#flows/runs/about.ts'
import {
  type Asked,
  type Scenario,
  type Sent,
  type Simulation,
  simulation,
  suppressed,
  type Told,
} from '#flows/simulator.ts'
import { compileText, renderText, type TextScope } from '#flows/texts.ts'
import { TEMPLATE_NAMES } from '#notifications/index.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { RenderFault } from '#platform/liquid.ts'
import { type Fault, invalid } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/*
 * A case is played without a database: people, calendars and answers are those that it describes. What the gate would
 * hold back in earnest is not judged, and a notification goes by the first channel that its step names. So the same case
 * gives the same result on publish, in anybody's CI and next year.
 */

/** Monday noon: when the event of a case happens that says no time. */
const USUAL_TIME = Date.parse('2026-01-05T12:00:00Z')
const TENANT = 'case'

/** What a person was told. */
export type Said = {
  nodeId: string
  /** Milliseconds since the first event. */
  afterMs: number
  channel: string
  template: string | null
  title: string | null
  text: string | null
}

type Words = Omit<Said, 'nodeId' | 'afterMs'>

/** `why` no run began, where none did. */
export type Played = {
  run: Simulation['run']
  why: Sentence | null
  outcome: string
  steps: string[]
  said: Said[]
  /** When the first event happened, domain milliseconds. */
  at: number
}

type Members = { [name: string]: Json }

/** The scenario of a case. @throws Problem 400 naming each part that makes no sense */
export function scenarioOf(given: CaseBody): Scenario & { at: number } {
  const faults: Fault[] = Object.entries(given.calendars ?? {}).flatMap(([id, calendar]) =>
    calendarFaults(calendar as Calendar).map((fault) => ({ ...fault, path: `/calendars/${id}${fault.path}` })),
  )
  const span = (path: string, value: string): number => {
    const found = parseDuration(value)
    if (found === null) faults.push({ path, message: 'must be an ISO 8601 duration', messages: NO_DURATION })
    return found === null ? 0 : addSpan(first.occurredAt, found) - first.occurredAt
  }
  const missing = { id: 'case-0', subject: 'case', at: USUAL_TIME }
  const first = inventedEvent(TENANT, given.event as Members, '/event', missing)
  const about = aboutIn(first, given)
  const later = (given.later ?? []).flatMap((item, i) => {
    const at = first.occurredAt + span(`/later/${i}/after`, item.after)
    const events = 'event' in item ? [item.event as Members] : repliesOf(item.reply, about, first.subject)
    return events.map((members, n) => {
      const told = inventedEvent(TENANT, members, `/later/${i}/event`, {
        id: `case-${i + 1}-${n}`,
        subject: first.subject,
        at,
      })
      return { at, event: cloudEventView({ ...told, occurredAt: at }) }
    })
  })
  const outcomes = new Map(
    Object.entries(given.outcomes ?? {}).map(([node, list]) => [
      node,
      list.map(({ way, value = {}, cause, after }, i) => ({
        after: after === undefined ? 0 : span(`/outcomes/${node}/${i}/after`, after),
        outcome: { way, value, ...(cause === undefined ? {} : { cause }) } satisfies Outcome,
      })),
    ]),
  )
  for (const [i, { after }] of (given.expect.messages ?? []).entries()) {
    if (after !== undefined) span(`/expect/messages/${i}/after`, after)
  }
  if (faults.length > 0) throw invalid(...faults)
  return {
    at: first.occurredAt,
    event: cloudEventView(first),
    about,
    facts: {
      contact: described(given.contact, about.contactId),
      encounter: described(given.encounter, about.encounterId),
      queue: described(given.queue, about.queueId),
    },
    later,
    outcomes,
  }
}

export const NO_DURATION = { en: 'must be an ISO 8601 duration', es: 'debe ser una duración ISO 8601' }

const idOf = (members: { [name: string]: unknown } | undefined): string | null =>
  typeof members?.id === 'string' && members.id !== '' ? members.id : null

function aboutIn(event: EventDraft, { contact, encounter, queue }: CaseBody): About {
  const told = aboutOf(event)
  return {
    ...told,
    encounterId: told.encounterId ?? idOf(encounter) ?? (encounter === undefined ? null : event.subject),
    contactId: told.contactId ?? idOf(contact) ?? (contact === undefined ? null : 'contact'),
    queueId: told.queueId ?? idOf(queue),
  }
}

const described = (members: { [name: string]: Json } | undefined, id: string | null): Json =>
  members === undefined ? null : { id, ...members }

/** A person who writes after a warning is back: two events, as in earnest. */
function repliesOf(text: string, { encounterId, contactId }: About, subject: string): Members[] {
  const fields = { encounter_id: encounterId ?? subject, ...(contactId === null ? {} : { patient_id: contactId }) }
  return [
    { type: 'encounter', subtype: 'message_received', ...fields, from: 'patient', text },
    { type: 'encounter', subtype: 'resumed', ...fields },
  ]
}

/** Walks a flow through a case; stops before each advance, since a long walk must let others through. */
export function* play(flow: Flow, given: CaseBody): Generator<null, Played> {
  const scenario = scenarioOf(given)
  const misnamed = outcomeFaults(flow, given.outcomes, true)
  if (misnamed.length > 0) throw invalid(...misnamed)
  const env: Omit<Env, 'facts'> = {
    lastResort: 'es',
    // A case is the same wherever it is played: what installations cannot do is no matter of the flow.
    unable: () => null,
    // Files know no tenant: where no arm is written down, the same person is of the same one wherever the case is played.
    experiment: 'case',
    addBusinessTime(name, from, ms) {
      const calendar = given.calendars?.[name] as Calendar | undefined
      if (calendar !== undefined) return addBusinessTime(calendar, from, ms)
      return name === 'queue' ? from + ms : null
    },
  }
  const walk = simulation(flow, scenario, env)
  let step = walk.next()
  while (!step.done) {
    if (step.value === null) {
      yield null
      step = walk.next()
    } else step = walk.next(notified(step.value))
  }
  const { run, why, steps, sent, outcome } = step.value
  const entered = steps.filter(({ resumed }) => resumed !== true).map(({ nodeId }) => nodeId)
  return { run, why, outcome, steps: entered, said: sent.flatMap(saidIn), at: scenario.at }

  /** What a person got of what would have gone out, in the order in which it did. */
  function saidIn({ at, nodeId, kind, detail }: Sent): Said[] {
    const told = kind === 'message' ? inChat(detail) : kind === 'notify' ? (detail as { told?: Words }).told : undefined
    return told === undefined ? [] : [{ nodeId, afterMs: at - scenario.at, ...told }]
  }

  function notified({ effect, at, scripted, withheld }: Asked): Told {
    if (withheld !== null) return { detail: {}, outcome: suppressed(withheld) }
    const channel = effect.channels[0] ?? ''
    let texts: { title: string | null; text: string | null }
    try {
      texts = textsOf(effect, scenario, at)
    } catch (error) {
      if (!(error instanceof RenderFault)) throw error
      return { detail: {}, outcome: { way: 'failed', value: { channel: null }, cause: error.message } }
    }
    const told: Words = { channel, template: effect.template, ...texts }
    const isTold = scripted === null || scripted.way === 'sent'
    return {
      detail: isTold ? { told } : {},
      outcome: { way: 'sent', value: { notificationId: null, channel, reason: null } },
    }
  }
}

const inChat = (detail: Json): Words => ({
  channel: 'chat',
  template: null,
  title: null,
  text: (detail as { text: string }).text,
})

function textsOf({ content, scope }: NotifyEffect, { facts }: Scenario, at: number) {
  if (content === null) return { title: null, text: null }
  const names = { ...scope, contact: facts.contact ?? {}, link: 'https://example.org/r/case', data: {} }
  const seen = { ...names, now: new Date(at).toISOString() } as unknown as TextScope
  const rendered = (source: string | undefined): string | null => {
    if (source === undefined) return null
    const { text } = compileText(source, TEMPLATE_NAMES)
    return text === undefined ? null : renderText(text, seen).trim()
  }
  return { title: rendered(content.title), text: rendered(content.body) }
}
