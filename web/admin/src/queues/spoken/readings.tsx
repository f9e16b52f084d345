import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTexts } from '../../app/texts.ts'
import type { Answer } from '../../flows/queries.ts'
import { ToneMark } from '../../ui/state-badge.tsx'
import classes from './bubble.module.css'
import { usePlaceWords } from './place-words.ts'
import { nameOf, type SpokenText } from './spoken.ts'
import { spokenTexts } from './texts.ts'

export type Reading = Answer<'postConversationTextsRead'>['readings'][number]

/** A text as a person reads it in the conversation. */
export function Bubble({ children }: { children: string }) {
  return <p className={classes.bubble}>{children}</p>
}

/** Which text is read, and in which order others would be if it were not there. */
export function Order({
  readings,
  texts,
  queue,
}: {
  readings: Reading[]
  texts: SpokenText[]
  queue?: string | undefined
}) {
  const t = useTexts(spokenTexts)
  const words = usePlaceWords()
  const placeOf = ({ from, item }: Reading): string => {
    const text = item === undefined ? undefined : texts[item]
    if (text !== undefined) return words.place(text)
    return from === 'queue' ? t('fromQueue', { queue: words.queueName(queue ?? '') }) : t('fromHouse')
  }
  return (
    <ol className={classes.order} aria-label={t('order')}>
      {readings.map((reading, index) => {
        const text = reading.item === undefined ? undefined : texts[reading.item]
        return (
          <li key={`${reading.from} ${reading.locale} ${reading.item ?? ''}`} aria-current={index === 0 || undefined}>
            <ToneMark tone={index === 0 ? 'current' : 'quiet'} />
            <Text fw={index === 0 ? 600 : 400} component="span">
              {t('inLocale', { place: placeOf(reading), locale: words.locale(reading.locale) })}
            </Text>
            {text !== undefined ? (
              <Link to="/settings/conversation-texts" search={(before) => ({ ...before, selected: nameOf(text) })}>
                {t('change')}
              </Link>
            ) : reading.from === 'queue' ? (
              <Link to="/settings/queues" search={{ selected: queue }}>
                {t('goQueue')}
              </Link>
            ) : (
              <span />
            )}
            <small>{t(index === 0 ? 'isRead' : 'wouldBe')}</small>
            {index > 0 && <p>{reading.text}</p>}
          </li>
        )
      })}
    </ol>
  )
}
