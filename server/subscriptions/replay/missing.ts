import { type DeliveryDraft, statesOf } from '#deliveries/index.ts'
import { compilePattern, type EventHead, tenantHeads } from '#events/index.ts'
import type { Db } from '#platform/work.ts'
import { CHANNEL } from '../plan.ts'
import { deliveryIdOf, type Subscription, targetOf } from '../subscription.ts'

/** Positions looked at in one step, whoever's events they hold: it bounds the cost where a tenant has few of many. */
const WINDOW = 10_000
/** Events judged in one step. */
const EVENTS = 500

/** Positions (after, upTo] of the log. */
export type Range = { after: number; upTo: number }

/** What a receiver did not get: never sent, given up or called off. `ended`: there was a delivery, which can be put back. */
export type Missing = { deliveryId: string; event: EventHead; ended: boolean }

/**
 * The next step through a range: what of it is missing, and where to go on. What waits for its next attempt is not
 * missing.
 * @param exclude delivery ids to leave out
 */
export async function missingIn(
  db: Db,
  tenant: string,
  subscription: Pick<Subscription, 'id' | 'routingKeyPattern'>,
  range: Range,
  exclude: ReadonlySet<string>,
): Promise<{ missing: Missing[]; next: number }> {
  const upTo = Math.min(range.upTo, range.after + WINDOW)
  const events = await tenantHeads(db, tenant, { after: range.after, upTo }, EVENTS)
  const last = events.at(-1)
  const next = events.length === EVENTS && last !== undefined ? last.position : upTo
  const matches = compilePattern(subscription.routingKeyPattern)
  const wanted = events
    .filter((event) => matches(event.type))
    .map((event) => ({ event, deliveryId: deliveryIdOf(event, subscription.id) }))
    .filter(({ deliveryId }) => !exclude.has(deliveryId))
  if (wanted.length === 0) return { missing: [], next }
  const states = await statesOf(
    db,
    tenant,
    wanted.map(({ deliveryId }) => deliveryId),
  )
  const missing = wanted.flatMap(({ event, deliveryId }): Missing[] => {
    const state = states.get(deliveryId)
    return state === 'delivered' || state === 'pending' ? [] : [{ deliveryId, event, ended: state !== undefined }]
  })
  return { missing, next }
}

/** Deliveries of a replay for what was never sent, each `spacingMs` after the one before. */
export const draftsOf = (
  missing: readonly Missing[],
  subscription: string,
  { wall, spacingMs, replay }: { wall: number; spacingMs: number; replay: string },
): DeliveryDraft[] =>
  missing.map(({ deliveryId, event }, place) => ({
    tenant: event.tenant,
    id: deliveryId,
    channel: CHANNEL,
    target: targetOf(subscription),
    dueAt: wall + place * spacingMs,
    spacingMs,
    replay,
    eventPosition: event.position,
    eventId: event.id,
    traceparent: event.traceparent,
    cause: event.id,
  }))
