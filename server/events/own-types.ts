import type { Sentence } from '#platform/sentence.ts'

/** What can happen to an encounter here. Each is told as `encounter.<subtype>`. */
export const ENCOUNTER_SUBTYPES = [
  'created',
  'message_received',
  'message_sent',
  'tmipw_expired',
  'extended',
  'resumed',
  'tmip_expired',
  'closed',
  'reopened',
  'assigned',
  'tagged',
  'link_followed',
] as const

/** CloudEvents sources of what flows and timers tell. */
export const FLOW_SOURCE = 'cauce:flows'
export const TIMER_SOURCE = 'cauce:timers'
/** Where an event may come from that the log took in a transaction, not by a door: an id alone finds these too. */
export const OWN_SOURCES: readonly string[] = [FLOW_SOURCE, TIMER_SOURCE]

/** A flow begins by the clock, or because somebody asked for it. */
export const FLOW_SCHEDULED = 'flow.scheduled'
export const FLOW_REQUESTED = 'flow.requested'
/** A run of a flow failed. */
export const RUN_FAILED = 'flow.run_failed'
/** Too many runs of a version that a share of them tried failed. */
export const FLOW_CANARY_RETURNED = 'flow.canary_returned'
/** The people of a split are there, and its winner, or none, is told. */
export const FLOW_EXPERIMENT_DECIDED = 'flow.experiment_decided'

/** What the watchdog tells of flows. */
export const FLOW_TROUBLES = ['runs_overdue', 'firing_stopped', 'failures_risen'] as const

const OWN_TYPES: ReadonlySet<string> = new Set([
  ...ENCOUNTER_SUBTYPES.map((subtype) => `encounter.${subtype}`),
  FLOW_SCHEDULED,
  FLOW_REQUESTED,
  RUN_FAILED,
  FLOW_CANARY_RETURNED,
  FLOW_EXPERIMENT_DECIDED,
  ...FLOW_TROUBLES.map((what) => `flow.${what}`),
  'flow.recovered',
])

/**
 * Whether an event of this type is told by the program itself, in the commit of what happened. Authors inside it (flows,
 * timers) may not tell such events: nothing would have happened. What other systems tell at a door is theirs to say.
 */
export const isOwnType = (type: string): boolean => OWN_TYPES.has(type)

/** Why an author may not tell an event of this type: nothing would have happened. */
export const ownTypeFault = (type: string): Sentence => ({
  en: `is ${type}, which Cauce tells itself when it happens: take a type of your own`,
  es: `es ${type}, que Cauce cuenta por sí mismo cuando ocurre: elige un tipo propio`,
})
