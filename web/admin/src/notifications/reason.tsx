import { useCallback } from 'react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { useNameOf } from '../conversations/lookups.ts'
import { durationWords } from '../ui/durations.ts'
import { reasonTexts } from './reasons.texts.ts'
import { reasonOf } from './reasons.ts'
import { type Channel, useChannelName } from './state.tsx'

/** What the program noted as a reason, in the reader's words. */
export function useReason(): (noted: string) => string {
  const t = useTexts(reasonTexts)
  const language = useLanguage()
  const channelName = useChannelName()
  const nameOf = useNameOf()
  return useCallback(
    (noted) => {
      const { key, values } = reasonOf(noted)
      const who = (actor: string) => (actor.startsWith('key:') ? t('aKey') : nameOf(actor.replace(/^user:/, '')))
      const channel = values.channel === undefined ? {} : { channel: channelName(values.channel as Channel) }
      const per = values.per === undefined ? {} : { per: durationWords({ iso: values.per, business: false }, language) }
      return t(key, { ...values, ...channel, ...per, ...(values.who === undefined ? {} : { who: who(values.who) }) })
    },
    [t, language, channelName, nameOf],
  )
}
