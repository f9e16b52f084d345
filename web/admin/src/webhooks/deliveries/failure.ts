import { useCallback } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useReason } from '../../notifications/reason.tsx'
import { reasonOf } from '../../notifications/reasons.ts'
import { failureWords } from './words.ts'

/** What tells people has reasons of its own not to go out, or not yet. */
const TELLS = new Set(['push', 'email', 'inbox'])

/** Why a delivery of a channel failed or waits, in the reader's words. */
export function useFailure(): (error: string, channel: string) => string {
  const language = useLanguage()
  const reason = useReason()
  return useCallback(
    (error, channel) =>
      TELLS.has(channel) && reasonOf(error).key !== 'other' ? reason(error) : failureWords(error, language),
    [language, reason],
  )
}
