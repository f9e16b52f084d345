import { integer, oneOf } from '#platform/settings.ts'

/** What happens to an event whose type nobody registered, or that its schema does not allow. */
export const POLICIES = ['pass', 'set-aside', 'refuse'] as const
export type Policy = (typeof POLICIES)[number]

export const eventSettings = {
  CAUCE_UNKNOWN_EVENT_TYPES: oneOf(
    'Events of a type that is not in the catalogue: pass, set-aside (kept apart, 202) or refuse (422).',
    'pass',
    POLICIES,
  ),
  CAUCE_INVALID_EVENTS: oneOf(
    'Events that the schema of their type does not allow: pass (and be counted), set-aside or refuse.',
    'pass',
    POLICIES,
  ),
  CAUCE_SOURCE_DAYS: integer('Days for which it is kept what paired systems sent, for comparing and switching.', 7, {
    min: 2,
    max: 3650,
  }),
  CAUCE_QUARANTINE_DAYS: integer('Days for which events set aside by the catalogue are kept.', 30, {
    min: 1,
    max: 3650,
  }),
}
