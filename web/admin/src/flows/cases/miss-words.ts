import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { durationWords } from '../../ui/durations.ts'
import type { Verdict } from '../model/cases/comparison.ts'
import { type StepOf, stepWords, withStepWords } from '../model/step-words.ts'
import { caseTexts, isStatus } from './texts.ts'

type Miss = Verdict['misses'][number]

/** What came otherwise than a case expects, in the words of the drawing. */
export function useMissWords(stepOf: StepOf): (miss: Miss) => string {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const step = (id: unknown) => stepWords(String(id), stepOf, language)
  const state = (name: unknown) => {
    const words = String(name)
    return isStatus(words) ? t(`status_${words}`) : words
  }
  const span = (iso: unknown) => durationWords({ iso: String(iso), business: false }, language)
  return ({ path, expected, actual, says }) => {
    if (path === '/expect/status') return t('missStatus', { expected: state(expected), came: state(actual) })
    const [, member, index = '', of] = /^\/expect\/(steps|messages)\/(\d+)(?:\/(\w+))?$/.exec(path) ?? []
    const n = Number(index) + 1
    if (member === 'steps' && Array.isArray(expected) && Array.isArray(actual)) {
      const [wanted, came] = [expected[n - 1], actual[n - 1]]
      if (wanted === undefined) return t('missStepMore', { n, came: step(came) })
      if (came === undefined) return t('missStepNone', { n, expected: step(wanted) })
      return t('missStep', { n, expected: step(wanted), came: step(came) })
    }
    if (of === 'node') return t('missSayer', { n, expected: step(expected), came: step(actual) })
    if (of === 'after') return t('missAfter', { n, expected: span(expected), came: span(actual) })
    return withStepWords(says, stepOf, language)
  }
}
