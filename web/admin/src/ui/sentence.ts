/** What went wrong, in words. No React. */
import { ApiError, fieldErrors } from '../api/problem.ts'
import type { Language } from '../app/language.ts'
import type { Translate } from '../app/texts.ts'
import { lengthWords } from './durations.ts'
import type { uiTexts } from './texts.ts'

/** A part of the admin that did not come; browsers and the bundler say so each in their words, and in English. */
export const isUnloaded = (error: unknown): boolean =>
  error instanceof Error && /preload CSS|dynamically imported module|importing a module script/i.test(error.message)

/** What happened and what to do, in a sentence: the program's own words where it has some. */
export function sentenceOf(error: unknown, language: Language, t: Translate<(typeof uiTexts)['es']>): string {
  if (isUnloaded(error)) return t('unloaded')
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  const { status, problem } = error
  if (status === 0) return t('unreachable')
  // What the program says there is for who calls it with a key.
  if (problem.code === 'unauthenticated') return t('signedOut')
  if (status === 403) return t('forbidden')
  if (status === 404) return t('gone')
  if (problem.code === 'rate-limit' && problem.retryAfterMs !== undefined)
    return t('tooMany', { time: lengthWords(problem.retryAfterMs, language) })
  if (status === 429 || status === 503 || problem.code === 'idempotency-running')
    return problem.messages?.[language] ?? t('busy')
  if (status >= 500) return t('ours', { trace: problem.traceId ?? status })
  const fields = Object.entries(fieldErrors(error, language))
  if (fields.length > 0)
    return t('invalid', { fields: fields.map(([path, message]) => `${path} ${message}`).join('; ') })
  const said = problem.messages?.[language]
  if (said !== undefined) return said
  if (status === 409) return t('conflict', { detail: problem.detail })
  return problem.detail ?? problem.title ?? t('failed')
}
