import type { RequestTemplate } from '../load/template.ts'
import type { Api } from './api.ts'

/**
 * An event in the flat form of the size that conversations give (some 400 bytes), about a subject of its own. It
 * carries its number and the instant at which it was due; both come through to whoever receives it.
 * @param run tells the events of one run from those of another: ids must not repeat
 */
export function flatEvent(
  api: Api,
  kind: { type: string; subtype: string; run: string; subject?: string },
): RequestTemplate {
  return {
    method: 'POST',
    path: '/api/v1/events',
    headers: api.headers,
    body: JSON.stringify({
      event_id: `${kind.run}-{n}`,
      type: kind.type,
      subtype: kind.subtype,
      encounter_id: kind.subject ?? `${kind.run}-subject-{n}`,
      datetime: Date.now(),
      queue_id: 'queue-of-the-bench',
      patient_id: 'patient-{key}',
      n: '{n}',
      due: '{due}',
      text: 'It hurts since Tuesday, more in the evening than in the morning, and the tablets that I got do not help.',
    }),
  }
}
