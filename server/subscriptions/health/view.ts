import { Type } from '@sinclair/typebox'
import type { TargetStanding } from '#deliveries/index.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { isoOrNull } from '#platform/iso.ts'
import type { Subscription } from '../subscription.ts'
import { disablesAt } from './stages.ts'
import type { KeptHealth } from './store.ts'

const time = orNull(instant)

/** How a subscription's endpoint fares. */
export const health = Type.Object({
  state: Type.Union([Type.Literal('well'), Type.Literal('failing'), Type.Literal('disabled')], {
    description: 'failing: the last attempt failed. disabled: `statusReason` says why',
  }),
  since: Type.Unsafe<string | null>({ ...time, description: 'Since when it fails or is disabled' }),
  failingSince: Type.Unsafe<string | null>({ ...time, description: 'The first failed attempt since one went well' }),
  warnings: Type.Integer({ description: 'How often owners and administrators were warned' }),
  disablesAt: Type.Unsafe<string | null>({
    ...time,
    description: 'It is disabled if it still fails then and nothing went well before',
  }),
  breaker: Type.Object({
    state: Type.Union([Type.Literal('closed'), Type.Literal('open'), Type.Literal('half-open')], {
      description: 'open: no attempts for a while. half-open: one at a time decides',
    }),
    since: time,
    until: time,
  }),
  lastSuccessAt: time,
  lastFailureAt: time,
  lastStatus: orNull(Type.Integer(), { description: 'HTTP status of the last failure' }),
  lastError: orNull(Type.String()),
  nextAttemptAt: Type.Unsafe<string | null>({
    ...time,
    description: 'Of what waits; of a disabled endpoint, the next probe',
  }),
})

/**
 * What the page of a subscription says of its endpoint.
 * @param now wall milliseconds
 */
export function healthOf(
  { status }: Pick<Subscription, 'status'>,
  kept: KeptHealth,
  standing: TargetStanding,
  now: number,
) {
  const disabled = status === 'DISABLED'
  // Until it is looked at, an endpoint's failing is known from its attempts only.
  const began = kept.failing?.since ?? (disabled ? null : standing.failingSince)
  const state = disabled ? 'disabled' : began === null ? 'well' : 'failing'
  const failing = began === null ? null : (kept.failing ?? { since: began, warnings: 0, warnedAt: null })
  const { breaker, lastStatus, lastError } = standing
  return {
    state: state as 'disabled' | 'well' | 'failing',
    since: isoOrNull(disabled ? kept.disabledAt : began),
    failingSince: isoOrNull(began),
    warnings: failing?.warnings ?? 0,
    disablesAt: disabled || failing === null ? null : isoOrNull(disablesAt(failing, now)),
    breaker: { state: breaker.state, since: isoOrNull(breaker.since), until: isoOrNull(breaker.until) },
    lastSuccessAt: isoOrNull(standing.lastSuccessAt),
    lastFailureAt: isoOrNull(standing.lastFailureAt),
    lastStatus,
    lastError,
    nextAttemptAt: isoOrNull(disabled ? kept.nextProbeAt : standing.nextAttemptAt),
  }
}
