import { readEvents } from '#events/forms.ts'
import { isObject } from '#events/forms-fields.ts'
import { memberTexts, objectText } from '#events/json-slices.ts'
import type { EventDraft, EventForm, Json } from '#platform/event.ts'
import { conflict, type Fault, invalid, Problem, says } from '#platform/problem.ts'

const CONTENT_TYPE: Readonly<Record<EventForm, string>> = {
  flat: 'application/json',
  enterprise: 'application/json',
  cloudevents: 'application/cloudevents+json',
}

/** What tells an event from others and gives it its place: with another one it would be another event. */
const FIXED = ['id', 'source', 'type', 'subject', 'encounterId', 'occurredAt'] as const

/**
 * An event with other data, in its own form; all else of its text stays as it was written.
 * @param data the flat object, the enterprise payload or the CloudEvents data
 * @returns it as the door reads it now
 * @throws Problem 400 when the door would not take it, or would take it for another event
 */
export function editedDraft(event: EventDraft, data: Json): EventDraft {
  if (holdsRounded(data)) {
    throw invalid({
      path: '/data',
      ...says(
        'holds a whole number beyond 2^53, which would be rounded; send it as a text',
        'tiene un número entero de más de 2^53, que se redondearía; escríbelo como texto',
      ),
    })
  }
  if (event.form !== 'cloudevents' && !isObject(data))
    throw invalid({ path: '/data', ...says('must be an object', 'debe ser un objeto') })
  const raw = withData(event, JSON.stringify(data))
  const draft = readAgain(event, raw)
  // As the text says it, not as the log has it: a time may not stand there, and of paired systems another source does.
  const before = readAgain(event, event.raw)
  const faults: Fault[] = FIXED.filter((name) => draft[name] !== before[name]).map((name) => ({
    path: '/data',
    ...says(
      `must leave the ${name} of the event as it is`,
      `no debe cambiar lo que dice quién o qué es el evento (${name})`,
    ),
  }))
  if (faults.length > 0) throw invalid(...faults)
  return { ...draft, raw }
}

function withData({ form, raw }: EventDraft, data: string): string {
  if (form === 'flat') return data
  const members = memberTexts(raw)
  members.delete('data_base64')
  return objectText(members.set(form === 'enterprise' ? 'payload' : 'data', data))
}

/** By the door's reader: what the log cannot keep is refused as there. */
function readAgain(event: EventDraft, raw: string): EventDraft {
  const { tenant, source, origin, traceparent, form, occurredAt } = event
  try {
    const [draft] = readEvents(
      { contentType: CONTENT_TYPE[form], headers: {}, body: raw },
      // One that says no time occurred when the door read it, which is before the log received it.
      { tenant, now: occurredAt, origin, traceparent, defaultSource: source },
    )
    return draft as EventDraft
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error
    throw invalid(
      ...error.faults.map((fault) => ({ ...fault, path: `/data${fault.path.replace(/^\/(payload|data)/, '')}` })),
    )
  }
}

function holdsRounded(value: Json): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsRounded)
}

/** 409: the id alone does not say which event is meant. */
export const severalSources = (sources: readonly string[]): Problem =>
  conflict(
    `Several systems used this id; say one as source: ${sources.join(', ')}.`,
    `Varios sistemas usaron este identificador; di de cuál: ${sources.join(', ')}.`,
  )
