export type Status = 'open' | 'warned' | 'closed'

/** Who has the next move on our side. Each change starts the person's silence anew. */
export type Handling = 'queued' | 'assigned' | 'bot' | 'snoozed'

export type Author = 'patient' | 'agent' | 'bot' | 'system'

export type Assignee = { readonly team?: string | null; readonly user?: string | null }

/** A conversation as it is kept. Times are domain milliseconds. */
export type Encounter = {
  tenant: string
  id: string
  queueId: string | null
  contactId: string | null
  brandId: string | null
  channel: string | null
  /** True while only events of others have told of it. */
  bare: boolean
  status: Status
  handling: Handling
  assignee: Assignee | null
  /** When it was laid to rest, and until when; null when it is not resting. */
  snoozedAt: number | null
  snoozedUntil: number | null
  openedAt: number
  /** The person's silence counts from here unless they gave a later sign of life. */
  clockFrom: number
  lastPatientAt: number | null
  /** The first thing said to the person since their last sign of life: from here on it is their turn. */
  awaitingSince: number | null
  /** The person has written at least once. */
  wrote: boolean
  /** Whose word was the last one; the system's do not count. */
  lastSpeaker: 'patient' | 'agent' | 'bot' | null
  /** When they said the first of the words that none of ours has answered yet; null where the last word is not theirs. */
  unansweredSince: number | null
  /** How it came to its queue, until somebody speaks or gives a sign of life. */
  lastMove: 'transfer' | 'return' | null
  warnedAt: number | null
  /** When one of ours last took a warning back: by a word, or by giving the conversation into another hand. */
  renewedAt: number | null
  /** When somebody last gave more time by hand: a flow does not close because of a silence from before it. */
  grantedAt: number | null
  /** When the close timer ran out without a close (`close_inactive_encounters` off). */
  expiredAt: number | null
  closedAt: number | null
  closeReason: string | null
  /** Added to the close deadline by flows and by hand, until the person comes back from a warning. */
  extraMs: number
  /** Number of the silence: grows when the person comes back, a warning is taken back or the encounter is reopened. */
  round: number
  messageCount: number
  /** Words that flows have put on it, in the order in which they came. */
  tags: readonly string[]
  /** When the inactivity timer is set to look again; at or before the true deadline. */
  armedAt: number | null
  version: number
}

/** The timer that runs: `tmipw` to the warning, `tmip` to the close. */
export const stageOf = ({ status }: Pick<Encounter, 'status'>) =>
  (({ open: 'tmipw', warned: 'tmip', closed: 'none' }) as const)[status]

/** One key for each silence, whichever system saw it first: nudges carry it in their dedupe key. */
export const stageKey = (encounter: Pick<Encounter, 'id' | 'round'>): string => `${encounter.id}/${encounter.round}`
