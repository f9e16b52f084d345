/** The figures of the overview, in words and proportions. No React. */
import type { Schema } from '../api/client.ts'
import type { Language } from '../app/language.ts'
import { numberFormat } from '../ui/formatters.ts'
import type { Tone } from '../ui/state-badge.tsx'

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

/** A difference of shares in points: 0.123 is "12,3". */
export const points = (difference: number, language: Language): string =>
  numberFormat(language, { maximumFractionDigits: 1, signDisplay: 'auto' }).format(difference * 100)

/** Where an interval of differences stands on an axis that holds zero and has room on both sides; 0 to 100. */
export function onAxis({ low, high, value }: { low: number; high: number; value: number }) {
  const reach = Math.max(0.05, Math.abs(low), Math.abs(high)) * 1.1
  const at = (difference: number) => ((difference + reach) / (2 * reach)) * 100
  return { low: at(low), high: at(high), value: at(value), zero: 50 }
}

/** How a channel fares by what became of what it sent. */
export function channelState(delivered: number, failed: number): 'good' | 'some' | 'bad' | 'quiet' {
  if (delivered + failed === 0) return 'quiet'
  const share = shareOf(failed, delivered + failed)
  return share === 0 ? 'good' : share < 0.2 ? 'some' : 'bad'
}
