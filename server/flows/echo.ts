import { bornEvent, cloudEventView, FLOW_SOURCE } from '#events/index.ts'
import type { About, Effect, EventView } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/**
 * The event that carrying out an effect gives, as far as one is sure to come of it: a run that waits for it, or is
 * cancelled by it, hears its own echo. Null: none comes.
 * @param subject of the run
 * @param now domain milliseconds
 */
export function echoOf(effect: Effect, about: About, subject: string, now: number): EventView | null {
  if (effect.kind === 'emit') {
    const { id, type, data } = effect
    return { id, source: FLOW_SOURCE, type, subject, time: new Date(now).toISOString(), data }
  }
  const told = factOf(effect)
  if (told === null) return null
  const [subtype, encounterId, extra] = told
  return cloudEventView(
    bornEvent({
      tenant: '',
      id: effect.id,
      subtype,
      encounterId,
      queueId: about.queueId,
      patientId: about.contactId,
      brandId: null,
      at: now,
      extra,
      cause: null,
      hops: 0,
      traceparent: null,
    }),
  )
}

function factOf(effect: Effect): [subtype: string, encounterId: string, extra: { [name: string]: Json }] | null {
  switch (effect.kind) {
    case 'message':
      return ['message_sent', effect.encounterId, { message_id: effect.id, from: 'bot', text: effect.text }]
    case 'extend':
      return ['extended', effect.encounterId, { minutes: Math.round(effect.byMs / 60_000) }]
    case 'assign':
      return ['assigned', effect.encounterId, { to: 'assigned', team: effect.team, user: effect.user }]
    case 'tag':
      return ['tagged', effect.encounterId, { tags: [...effect.tags], added: [...effect.tags] }]
    case 'close':
      return ['closed', effect.encounterId, { reason: effect.reason }]
    default:
      return null
  }
}
