import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { type Duration, durationWords } from './durations.ts'
import { minutesOf, refusalOf } from './minutes.ts'
import { uiTexts } from './texts.ts'

/** For a `DurationInput` of what is kept in minutes: refuses seconds, months, and what is longer than `longest` (ISO 8601). */
export function useMinutesRefused(longest: string): (duration: Duration) => string | undefined {
  const t = useTexts(uiTexts)
  const language = useLanguage()
  const most = { iso: longest, business: false }
  return (duration) => {
    const why = refusalOf(duration, minutesOf(most) ?? 0)
    return why === null ? undefined : t(why, { time: durationWords(most, language) })
  }
}
