import { useCallback } from 'react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { useNameOf } from '../conversations/lookups.ts'
import { durationWords } from '../ui/durations.ts'
import { appointed } from '../ui/moments.ts'
import { useNow } from '../ui/when.tsx'
import { reasonTexts } from './reasons.texts.ts'
import { reasonOf } from './reasons.ts'
import { type Channel, useChannelName } from './state.tsx'

/** When one that waits goes out, as words of a sentence: "mañana a las 8:00". */
export function useAppointed(): (at: string) => string {
  const language = useLanguage()
  const now = useNow()
  return (at) => appointed(Date.parse(at), now, language)
}

/** Until when one is held and why: "Sale mañana a las 8:00. Son horas de silencio: «Noches»." */
export function Held({ sendAt, reason: noted }: { sendAt: string; reason: string | null }) {
  const t = useTexts(reasonTexts)
  const when = useAppointed()
  const reason = useReason()
  // That it waits for its time is said already.
  const isSaid = noted === null || reasonOf(noted).key === 'waits'
  return (
    <>
      {t('goesOut', { when: when(sendAt) })} {!isSaid && reason(noted)}
    </>
  )
}

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
