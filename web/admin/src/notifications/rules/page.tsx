import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { Parts } from '../parts.tsx'
import { RulesForm } from './form.tsx'
import { rulesQuery } from './query.ts'
import classes from './rules.module.css'
import { rulesTexts } from './texts.ts'
import type { SendingRules } from './values.ts'
import { capWords, quietWords } from './words.ts'

/** Quiet hours and caps: read as sentences, and changed by who may. */
export function SendingRulesPage() {
  const t = useTexts(rulesTexts)
  const can = useCan()
  // What is being written stays, whatever others save meanwhile: the program tells of it when this is saved.
  const { data, error, refetch } = useQuery({ ...rulesQuery, refetchOnWindowFocus: false })
  const [round, setRound] = useState(0)
  const loadAgain = async () => {
    await refetch()
    setRound(round + 1)
  }
  return (
    <>
      <PageHead title={t('title')} about={t('about')} />
      <Parts />
      <div className={classes.page}>
        <p className={classes.holdFor}>{t('holdFor')}</p>
        {error ? (
          <ErrorState error={error} retry={() => refetch()} />
        ) : data === undefined ? (
          <Waiting lines={6} />
        ) : can('templates:write') ? (
          <RulesForm key={round} read={data} loadAgain={loadAgain} />
        ) : (
          <RulesRead rules={data.rules} />
        )}
      </div>
    </>
  )
}

function RulesRead({ rules: { timeZone, quietHours, caps } }: { rules: SendingRules }) {
  const t = useTexts(rulesTexts)
  const language = useLanguage()
  if (quietHours.length === 0 && caps.length === 0) return <Text>{t('emptyRead')}</Text>
  const parts = [
    { title: t('quiet'), rules: quietHours.map((one) => ({ name: one.name, says: quietWords(one, language) })) },
    { title: t('caps'), rules: caps.map((one) => ({ name: one.name, says: capWords(one, language) })) },
  ]
  return (
    <>
      {parts
        .filter(({ rules }) => rules.length > 0)
        .map(({ title, rules }) => (
          <section key={title} className={classes.section}>
            <Title order={2} size="h3">
              {title}
            </Title>
            <ul className={classes.list}>
              {rules.map(({ name, says }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat
                <li key={i}>
                  <strong>{name}</strong> {says}
                </li>
              ))}
            </ul>
          </section>
        ))}
      <Text size="sm" c="dimmed">
        {t('timeZone')}: {timeZone}. {t('timeZoneAbout')}
      </Text>
    </>
  )
}
