import type { NotifyRequest } from '../request.ts'
import { type Left, type SendingRules, stillCounts } from './rules.ts'

/** What one person was told lately, as it was read and as it stands now. Kept only where a tenant has caps. */
export type Pace = {
  tenant: string
  person: string
  /** As it was read; 0: there is no row. */
  version: number
  left: readonly Left[]
}

/** Whose pace a request is held to; null: it is for one of the tenant's own users. */
export const pacedPerson = ({ to }: Pick<NotifyRequest, 'to'>): string | null =>
  'userId' in to ? null : 'contactId' in to ? `contact:${to.contactId}` : `address:${to.address}`

export const isPaced = (rules: SendingRules | null): boolean => rules !== null && rules.caps.length > 0

/** The pace with a message handed over, in the place of what the same notification left before; what counts for nothing goes. */
export const withLeft = (pace: Pace, one: Left, { caps }: SendingRules): Pace => ({
  ...pace,
  left: stillCounts(caps, [...besides(pace, one[0]), one], one[1]),
})

/** The pace without a notification that told nobody anything; null: it was not in it. */
export function withoutLeft(pace: Pace, id: string): Pace | null {
  const left = besides(pace, id)
  return left.length === pace.left.length ? null : { ...pace, left }
}

const besides = ({ left }: Pace, id: string): Left[] => left.filter((one) => one[0] !== id)
