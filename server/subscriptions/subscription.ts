import type { EventDraft } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Destination } from './destinations/kinds.ts'
import { DISABLE_AFTER_MS } from './health/stages.ts'
import { isoDelay } from './retry-delays.ts'
import type { Signature } from './secrets.ts'
import type { Format } from './wire.ts'

export type Status = 'ACTIVE' | 'DISABLED'

/** Why it is disabled: its owner said so, it answered 410, it failed for too long, or the backup had it so. */
export type Reason = 'owner' | 'gone' | 'failing' | 'backup'

export type PublicKey = { publicKey: string; until: number | null }

export type Subscription = {
  id: string
  routingKeyPattern: string
  /** Of a destination: its address, as a text. */
  webhookUrl: string
  /** Set where events go to a broker. */
  destination: Destination | null
  format: Format
  status: Status
  /** Why it is disabled. */
  statusReason: Reason | null
  /** Domain milliseconds. */
  createdAt: number
  /** Delays between attempts; null: the standard ones. */
  delaysS: readonly number[] | null
  signature: Signature
  /** The public halves that sign now, the newest first; wall milliseconds after which a rotated one counts no more. */
  publicKeys: readonly PublicKey[]
  /** Wall milliseconds until when a secret that was rotated out signs as well; null: none does. */
  previousUntil: number | null
}

export type SubscriptionView = {
  id: string
  routingKeyPattern: string
  webhookUrl?: string
  destination?: Destination
  createdAt: string
  status: Status
  format?: Format
  retryDelays?: string[]
  signature?: Signature
  publicKeys?: { publicKey: string; validUntil?: string }[]
  previousValidUntil?: string
  statusReason?: string
}

const REASONS: Readonly<Record<Reason, string>> = {
  owner: 'disabled by its owner',
  gone: 'the receiver answered 410 Gone',
  failing: `every attempt failed for ${DISABLE_AFTER_MS / 3_600_000} hours`,
  backup: 'disabled in the backup',
}

/** A reason in a sentence. */
export const reasonText = (reason: Reason): string => REASONS[reason]

/** As the API shows it: the five fields of the source document, others only where they say something. */
export function viewOf(subscription: Subscription): SubscriptionView {
  const { id, routingKeyPattern, webhookUrl, destination, createdAt, status, format, statusReason } = subscription
  const { delaysS, signature, publicKeys, previousUntil } = subscription
  return {
    id,
    routingKeyPattern,
    ...(destination === null ? { webhookUrl } : { destination }),
    createdAt: new Date(createdAt).toISOString(),
    status,
    ...(format === 'as-received' ? {} : { format }),
    ...(delaysS === null ? {} : { retryDelays: delaysS.map(isoDelay) }),
    ...(signature === 'v1' ? {} : { signature }),
    ...(publicKeys.length === 0 ? {} : { publicKeys: publicKeys.map(publicKeyView) }),
    ...(previousUntil === null ? {} : { previousValidUntil: new Date(previousUntil).toISOString() }),
    ...(statusReason === null ? {} : { statusReason: reasonText(statusReason) }),
  }
}

const publicKeyView = ({ publicKey, until }: PublicKey) => ({
  publicKey,
  ...(until === null ? {} : { validUntil: new Date(until).toISOString() }),
})

const TARGET = 'subscription:'

/** The delivery target of a subscription: its slots and its breaker. */
export const targetOf = (id: string): string => TARGET + id

/** The subscription of a delivery target. */
export const subscriptionOf = (target: string): string => target.slice(TARGET.length)

/** The id of a delivery, which is the receiver's `webhook-id`: one for an event and a subscription, however often tried. */
export const deliveryIdOf = (event: Pick<EventDraft, 'tenant' | 'source' | 'id'>, subscription: string): string =>
  hashId('webhook', event.tenant, event.source, event.id, subscription)
