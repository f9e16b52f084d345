import type { Language } from '../app/language.ts'
import { numberFormat } from './formatters.ts'

/** A share as people read it: "62 %", with one digit "33,3 %". "< 1 %" is still somebody, and "99,9 %" not yet everybody. */
export function percent(share: number, language: Language, digits: 0 | 1 = 0): string {
  const { format } = numberFormat(language, { style: 'percent', maximumFractionDigits: digits })
  const least = digits === 0 ? 0.01 : 0.001
  if (share > 0 && share < least) return `< ${format(least)}`
  if (share >= 1 || format(share) !== format(1)) return format(share)
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(Math.floor(share * 1000) / 1000)
}
