import type { Json } from '#platform/event.ts'
import { readable } from '../operators.ts'

/*
 * What a preview fills in where nobody gives anything else: somebody, their conversation, and for each template that ships
 * what it asks for. Nothing of it is anybody's.
 */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A person of nobody, for previews without a contact. */
export const SAMPLE_CONTACT = { id: 'sample', name: 'María', locale: null, timeZone: null, attributes: {}, bare: false }
export const SAMPLE_QUEUE = { id: 'sample', name: 'Coach' }
export const SAMPLE_LINK = 'https://example.com/r/sample'

const iso = (at: number): string => new Date(at).toISOString()
export const sampleEncounter = (now: number) => ({
  id: 'sample',
  queueId: SAMPLE_QUEUE.id,
  contactId: SAMPLE_CONTACT.id,
  brandId: null,
  channel: 'webchat',
  status: 'warned',
  stage: 'tmip',
  round: 1,
  stageKey: 'sample',
  handling: 'queued',
  team: null,
  user: null,
  snoozedUntil: null,
  openedAt: iso(now - DAY_MS),
  lastPatientAt: iso(now - 4 * HOUR_MS),
  warnedAt: iso(now - HOUR_MS),
  closedAt: null,
  closeReason: null,
  tags: [],
})

type Words = { lead: string; service: string; place: string; resolution: string }
const WORDS: Readonly<Record<'es' | 'en', Words>> = {
  es: {
    lead: 'Cambio de frenos',
    service: 'Kinesiología',
    place: 'Box 2',
    resolution: 'le devolvimos el cobro repetido',
  },
  en: {
    lead: 'New brakes',
    service: 'Physiotherapy',
    place: 'Room 2',
    resolution: 'we paid back what was charged twice',
  },
}

const event = (type: string, subject: string, at: number, data: Json): Json => ({
  id: 'sample',
  source: 'sample',
  type,
  subject,
  time: iso(at),
  data,
})

const endpoint = (now: number, reason: string | null): Json => ({
  count: 1,
  more: 0,
  home: HOME,
  endpoints: [
    {
      subscriptionId: 'sample',
      url: 'https://example.com/hooks',
      since: readable(now - DAY_MS),
      until: readable(now + 4 * DAY_MS),
      reason,
    },
  ],
})

const HOME = 'https://example.com'
const TROUBLED = { flowId: 'sample', what: 'failures_risen', failed: 12, usual: 1 }

/** What a template that ships asks for besides a person and a link, in the language of its text; nothing for any other. */
export function sampleOf(key: string, locale: string, now: number): { [name: string]: Json } {
  const words = WORDS[locale.toLowerCase().startsWith('es') ? 'es' : 'en']
  if (key === 'lead-nudge' || key === 'lead-waiting')
    return { event: event('LeadCreated', 'L-204', now - 2 * HOUR_MS, { leadId: 'L-204', title: words.lead }) }
  if (key === 'appointment-reminder') {
    // A whole hour of tomorrow.
    const start = iso(Math.ceil((now + DAY_MS) / HOUR_MS) * HOUR_MS)
    const { service, place } = words
    const data = { appointmentId: 'A-31', start, timeZone: 'America/Santiago', service, place }
    return { event: event('appointment.confirmed', 'A-31', now - DAY_MS, data) }
  }
  if (key.startsWith('complaint-')) {
    const about = { complaintId: 'R-1042', number: 'R-1042' }
    const created = { event: event('complaint.created', 'R-1042', now - 2 * DAY_MS, about) }
    if (key !== 'complaint-resolved') return created
    const data = { ...about, resolution: words.resolution }
    return { ...created, last: event('complaint.resolved', 'R-1042', now - HOUR_MS, data) }
  }
  if (key.startsWith('flow-')) {
    const flows = [{ ...TROUBLED, name: words.lead, since: readable(now - HOUR_MS) }]
    return { data: { count: 1, more: 0, home: HOME, flows } }
  }
  if (key.startsWith('webhook-')) return { data: endpoint(now, key === 'webhook-disabled' ? 'failing' : null) }
  return {}
}
