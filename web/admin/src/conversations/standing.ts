/** Where a conversation stands and what follows, as keys of texts and moments: what to say, not yet in a language. */
import type { Schema } from '../api/client.ts'
import type { Tone } from '../ui/state-badge.tsx'

type Encounter = Schema<'Encounter'>
/** What of a conversation tells where it stands. */
export type Standing = Pick<
  Encounter,
  'status' | 'handling' | 'nextAction' | 'closeReason' | 'snoozedUntil' | 'warnedAt' | 'closedAt'
>

export type StateKey = 'open' | 'warned' | 'closed' | 'closedBySilence' | 'snoozed' | 'withBot'

/** Why the program closes by itself. */
export const BY_SILENCE = 'inactivity'

/** The state in one word. A pause or the bot says more than "open", a warning more than both. */
export function stateOf({ status, handling, closeReason }: Standing): { key: StateKey; tone: Tone } {
  if (status === 'closed')
    return closeReason === BY_SILENCE ? { key: 'closedBySilence', tone: 'bad' } : { key: 'closed', tone: 'quiet' }
  if (handling === 'snoozed') return { key: 'snoozed', tone: 'quiet' }
  if (status === 'warned') return { key: 'warned', tone: 'warm' }
  return handling === 'bot' ? { key: 'withBot', tone: 'current' } : { key: 'open', tone: 'current' }
}

export type NextKey =
  | 'nextWarn'
  | 'nextClose'
  | 'nextExpire'
  | 'nextNone'
  | 'nextNoneWarned'
  | 'nextSnoozed'
  | 'nextClosed'
export type ShortKey = 'shortWarn' | 'shortClose' | 'shortExpire' | 'shortClosed' | 'shortNone' | 'shortSnoozed'

/** What happens next: the sentence for it, the words of a table cell, and when. */
export function nextOf({ status, handling, nextAction, snoozedUntil, closedAt }: Standing): {
  key: NextKey
  short: ShortKey
  at: string | null
} {
  if (status === 'closed') return { key: 'nextClosed', short: 'shortClosed', at: closedAt }
  if (handling === 'snoozed' && snoozedUntil !== null)
    return { key: 'nextSnoozed', short: 'shortSnoozed', at: snoozedUntil }
  if (nextAction === null)
    return { key: status === 'warned' ? 'nextNoneWarned' : 'nextNone', short: 'shortNone', at: null }
  const keys = {
    warn: ['nextWarn', 'shortWarn'],
    close: ['nextClose', 'shortClose'],
    expire: ['nextExpire', 'shortExpire'],
  } as const
  const [key, short] = keys[nextAction.what]
  return { key, short, at: nextAction.at }
}
