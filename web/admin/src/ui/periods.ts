/** Periods that end now, as filters of lists: an address with one stays true tomorrow. */
import { type ClockKind, currentTime } from '../app/clock.ts'

export const PERIODS = ['PT1H', 'P1D', 'P7D', 'P30D'] as const
export type Period = (typeof PERIODS)[number]
/** Days of 24 hours, as all of them are. */
const PERIOD_MS = {
  PT1H: 3_600_000,
  P1D: 86_400_000,
  P7D: 604_800_000,
  P30D: 2_592_000_000,
  P90D: 7_776_000_000,
} as const satisfies Record<Period | 'P90D', number>

/**
 * When a period that ends now began, by the clock that the list's times are told by. For the inside of a query, not for its
 * key: it differs with each moment.
 */
export const sinceOf = (period: keyof typeof PERIOD_MS | undefined, clock: ClockKind): string | undefined =>
  period && new Date(currentTime(clock) - PERIOD_MS[period]).toISOString()
