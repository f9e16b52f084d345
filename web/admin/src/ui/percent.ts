import type { Language } from '../app/language.ts'
import { numberFormat } from './formatters.ts'

/** A share as people read it: "62 %", with one digit "33,3 %". "< 1 %" is still somebody. */
export function percent(share: number, language: Language, digits: 0 | 1 = 0): string {
  const { format } = numberFormat(language, { style: 'percent', maximumFractionDigits: digits })
  const least = digits === 0 ? 0.01 : 0.001
  return share > 0 && share < least ? `< ${format(least)}` : format(share)
}
