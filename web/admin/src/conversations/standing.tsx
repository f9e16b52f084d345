import { Tooltip } from '@mantine/core'
import type { Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { dayAndTime, exact, relative } from '../ui/moments.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { useNow, When } from '../ui/when.tsx'
import { BY_SILENCE, nextOf, type Standing, stateOf } from './standing.ts'
import { conversationTexts } from './texts.ts'

export function ConversationState({ conversation }: { conversation: Standing }) {
  const t = useTexts(conversationTexts)
  const { key, tone } = stateOf(conversation)
  return <StateBadge tone={tone}>{t(key)}</StateBadge>
}

/** What follows in a table cell: "Aviso dentro de 4 h". */
export function NextShort({ conversation }: { conversation: Standing }) {
  const t = useTexts(conversationTexts)
  const { short, at } = nextOf(conversation)
  return (
    <>
      {t(short)} {at !== null && <When at={at} />}
    </>
  )
}

/** Moments as words of a sentence: near ones by how far they are, with the moment itself. */
export function useMoment(): (at: string) => string {
  const language = useLanguage()
  const now = useNow()
  return (at) => relative(Date.parse(at), now, language, 'long')
}

/** Day and time, short: "mar 10 mar, 9:30". */
export function useDayTime(): (at: string | number) => string {
  const language = useLanguage()
  return (at) => dayAndTime(new Date(at).getTime(), language)
}

export const useReason = (): ((reason: string | null) => string) => {
  const t = useTexts(conversationTexts)
  return (reason) => (reason === BY_SILENCE ? t('inactivity') : reason || t('noReason'))
}

/** What follows, as a sentence: "Si sigue el silencio, se le avisa dentro de 4 h." */
export function NextSentence({ conversation }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const language = useLanguage()
  const moment = useMoment()
  const dayTime = useDayTime()
  const reason = useReason()
  const { key, at } = nextOf(conversation)
  const { warnedAt, closeReason, threshold } = conversation
  const sentence = t(key, {
    when: at === null ? '' : moment(at),
    until: at === null ? '' : dayTime(at),
    warned: warnedAt === null ? '' : moment(warnedAt),
    reason: reason(closeReason),
  })
  const said = (
    <span>
      {sentence}
      {threshold !== null && conversation.nextAction !== null && (
        <> {t('onThreshold', { silence: t(`silence_${threshold}`) })}</>
      )}
    </span>
  )
  return at === null ? said : <Tooltip label={exact(Date.parse(at), language)}>{said}</Tooltip>
}
