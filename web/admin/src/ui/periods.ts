/** What lists and figures are narrowed to in time. */
import { type ClockKind, currentTime } from '../app/clock.ts'
import { moment, oneOf } from '../app/search.ts'

/** Periods that end now: an address with one stays true tomorrow. */
export const PERIODS = ['PT1H', 'P1D', 'P7D', 'P30D', 'P90D'] as const
export type Period = (typeof PERIODS)[number]
/** Days of 24 hours, as all of them are. */
const PERIOD_MS: Readonly<Record<Period, number>> = {
  PT1H: 3_600_000,
  P1D: 86_400_000,
  P7D: 604_800_000,
  P30D: 2_592_000_000,
  P90D: 7_776_000_000,
}

/** A period that ends now, or a span between moments, which holds where both are given. */
export type Span = { period?: Period; from?: string; to?: string }

/** For the `validateSearch` of pages whose filters have a period. */
export const span = { period: oneOf(...PERIODS), from: moment, to: moment }

/**
 * The moments of a span; a period begins by the clock that the list's times are told by. For the inside of a query, not for
 * its key: they differ with each moment.
 */
export const spanOf = ({ period, from, to }: Span, clock: ClockKind): { from?: string; to?: string } =>
  period === undefined || from !== undefined || to !== undefined
    ? { from, to }
    : { from: new Date(currentTime(clock) - PERIOD_MS[period]).toISOString() }
