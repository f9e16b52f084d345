import type { EventView } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

type Members = { readonly [name: string]: Json | undefined }

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/**
 * An event that somebody invents for a simulation, in any of the three forms or only with what matters of it.
 * @returns its view and its time (NaN: not readable, undefined: not said), or null when it has no type
 */
export function inventedEvent(members: Members, n: number, subject: string): { view: EventView; at?: number } | null {
  const { type, subtype, eventType, datetime, encounter_id, event_id, eventId, payload } = members
  const isFlat = subtype !== undefined
  const kind = isFlat ? `${String(type)}.${String(subtype)}` : (text(eventType) ?? text(type))
  if (kind === undefined) return null
  const data = isFlat ? (members as Json) : eventType === undefined ? (members.data ?? {}) : (payload ?? {})
  const ofPayload = (payload as Members | undefined)?.encounterId
  const said = members.time ?? members.occurredAt ?? datetime
  return {
    view: {
      id: text(members.id) ?? text(event_id) ?? text(eventId) ?? `simulated-${n}`,
      source: text(members.source) ?? 'cauce:simulation',
      type: kind,
      subject: text(members.subject) ?? text(encounter_id) ?? text(ofPayload) ?? subject,
      time: '',
      data,
    },
    ...(said === undefined ? {} : { at: typeof said === 'number' ? said : Date.parse(String(said)) }),
  }
}
