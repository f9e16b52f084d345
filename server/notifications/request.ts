import type { Json } from '#platform/event.ts'

/** The ways to a person, each with its own delivery. */
export type ChannelName = 'inbox' | 'push' | 'email'

export const CHANNELS: readonly ChannelName[] = ['inbox', 'push', 'email']

export type Outcome = 'sent' | 'failed' | 'suppressed'

/**
 * What was decided to be told to one person. The caller gives the scope of its texts; name, locale, zone and
 * addresses of the person are added here.
 */
export type NotifyRequest = {
  tenant: string
  /** A uuid derived from what caused it (`hashId`): the same cause is one notification, however often it is asked. */
  id: string
  /** Exactly one of the three. An address alone is taken for every channel asked that it fits. */
  to: { contactId: string } | { userId: string } | { address: string }
  /** A contact that nothing here knows is nobody: for ids that somebody wrote, and not the event that tells of the person. */
  onlyKnown?: true
  /** Exactly one of `template` (its key) and `content`. */
  template?: string
  content?: NotifyContent
  /** In order of fall-back: the next is tried when one has no address, no text, no provider, or failed for good. */
  channels: readonly ChannelName[]
  /** A signed link to the encounter, or a URL as it is. Texts reach it as `link`. */
  deepLink?: { encounterId: string } | { url: string }
  /** The conversation that it is about; absent: the one that it leads to. */
  encounterId?: string
  /** What texts may use: `event`, `last`, `encounter`, `queue`, `vars`. */
  scope?: { readonly [name: string]: Json }
  /** Kept with the notification and handed to the channel; texts reach it as `data`. */
  data?: { readonly [name: string]: Json }
  category?: string
  critical?: boolean
  /**
   * Domain milliseconds after which what was sent goes on to the next channel, unless it was read, or the person gave a
   * sign of life in the conversation it leads to.
   */
  escalateAfterMs?: number
  /** One notification per tenant and key, whoever asks. */
  dedupeKey?: string
  /** Domain milliseconds; absent or past: now. */
  sendAt?: number
  traceparent?: string | null
  /** Id of what caused it: an event's id, or `run:<id>`. */
  cause?: string | null
  /** Of one that goes on from another: what asked for the first. What ended that calls it off. */
  asker?: string
  /** Told once when it is over, by a due row: the payload with `outcome`, `notificationId` and `reason` added. */
  notifyOn?: { kind: string; key: string; payload: { readonly [name: string]: Json } }
  /** Judged again before it leaves if it waited; no longer true: suppressed. */
  stillTrue?: StillTrue
}

/** Plain: as it is. Liquid: the same names as in templates. One content serves every channel; HTML is for e-mail. */
export type NotifyContent =
  | { format: 'plain'; title?: string; body: string }
  | { format: 'liquid'; title?: string; body: string; html?: string }

/**
 * The encounter must still be in one of these states, the person quiet since that domain time, and nobody of ours may
 * have taken a warning back since.
 */
export type StillTrue = { encounterId: string; statuses: readonly ('open' | 'warned')[]; quietSince?: number }

/** The conversation that the link of a request leads to. */
export const linkedTo = ({ deepLink }: Pick<NotifyRequest, 'deepLink'>): string | null =>
  deepLink !== undefined && 'encounterId' in deepLink ? deepLink.encounterId : null
