/** The figures of the overview, in words and proportions. No React. */
import type { Schema } from '../api/client.ts'
import type { Language } from '../app/language.ts'
import { numberFormat } from '../ui/formatters.ts'
import type { Span } from '../ui/periods.ts'
import type { Tone } from '../ui/state-badge.tsx'

const DAY_MS = 86_400_000

export type Group = Schema<'Funnel'>
export const STAGES = ['detected', 'warned', 'delivered', 'followed', 'recovered', 'closed'] as const
export type Stage = (typeof STAGES)[number]

/** What each stage means to whoever reads it. */
export const STAGE_TONES: Record<Stage, Tone> = {
  detected: 'quiet',
  warned: 'warm',
  delivered: 'current',
  followed: 'current',
  recovered: 'good',
  closed: 'bad',
}

export const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/**
 * The moments of a day (UTC) that a figure of it counts.
 * @param counted where the count of all days begins and, where an end was chosen, ends: it may be in the middle of a day
 */
export function spanOfDay(day: string, counted: { from: string; to?: string }): Required<Pick<Span, 'from' | 'to'>> {
  const begin = Date.parse(`${day}T00:00:00Z`)
  const from = Math.max(begin, Date.parse(counted.from))
  const to = Math.min(begin + DAY_MS, counted.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(counted.to))
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

/** A difference of shares in points: 0.123 is "12,3". */
export const points = (difference: number, language: Language): string =>
  numberFormat(language, { maximumFractionDigits: 1, signDisplay: 'auto' }).format(difference * 100)

/** Where an interval of differences stands on an axis that holds zero and has room on both sides; 0 to 100. */
export function onAxis({ low, high, value }: { low: number; high: number; value: number }) {
  const reach = Math.max(0.05, Math.abs(low), Math.abs(high)) * 1.1
  const at = (difference: number) => ((difference + reach) / (2 * reach)) * 100
  return { low: at(low), high: at(high), value: at(value), zero: 50 }
}

/**
 * What found no way out, and the ways that are not set up: told where something was lost or nothing leaves, since who has one
 * way that works may want no other.
 */
export function noWayOut({ notifications, deliveries }: Pick<Schema<'Overview'>, 'notifications' | 'deliveries'>) {
  const { failed, notSetUp } = notifications
  return { failed, notSetUp: failed > 0 || deliveries.channels.length === 0 ? notSetUp : [] }
}

type Channel = Schema<'Overview'>['deliveries']['channels'][number]

/** How a channel fares by what became of what it sent: what does not arrive now counts as what never did. */
export function channelState({
  delivered,
  failed,
  stuck,
  down,
}: Pick<Channel, 'delivered' | 'failed' | 'stuck' | 'down'>): 'good' | 'some' | 'bad' | 'quiet' {
  if (down) return 'bad'
  const known = delivered + failed + stuck
  if (known === 0) return 'quiet'
  const share = shareOf(failed + stuck, known)
  return share === 0 ? 'good' : share < 0.2 ? 'some' : 'bad'
}
