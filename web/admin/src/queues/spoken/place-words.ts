import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { localeName } from '../../ui/locale-name.ts'
import { useQueues } from '../query.ts'
import { type Place, SCOPES } from './spoken.ts'
import { spokenTexts } from './texts.ts'

/** What queues are called, whom a text is for, and in which language it is, in words. */
export function usePlaceWords() {
  const t = useTexts(spokenTexts)
  const language = useLanguage()
  const queues = useQueues()
  const queueName = (id: string) => queues.find((queue) => queue.id === id)?.name ?? id
  const place = (of: Place): string => {
    const parts = SCOPES.flatMap((scope) => {
      const value = of[scope]
      return value === undefined ? [] : t(`${scope}Is`, { value: scope === 'queue' ? queueName(value) : value })
    })
    return parts.length === 0 ? t('everywhere') : parts.join(' · ')
  }
  return { queueName, place, locale: (code: string) => localeName(code, language) }
}
