import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, body } from '../api/client.ts'
import { type LiveEvent, listen } from '../api/live.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { About } from '../events/about.tsx'
import { eventWords } from '../events/words.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { When } from '../ui/when.tsx'
import classes from './overview.module.css'
import { Question } from './section.tsx'
import { overviewTexts } from './texts.ts'

type Told = Pick<LiveEvent, 'position' | 'id' | 'type' | 'subject' | 'time'>

const SHOWN = 8

/** The newest events as they come. It holds still for who reads: a new one takes the first place, and nothing moves by itself. */
export function Ticker() {
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const began = useQuery({
    queryKey: ['events', 'newest'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/events', { params: { query: { limit: SHOWN } }, signal })),
  })
  const [fresh, setFresh] = useState<{ events: readonly Told[]; left: number }>({ events: [], left: 0 })
  useEffect(
    () =>
      listen(({ events, left }) =>
        setFresh((before) => ({ events: [...events.toReversed(), ...before.events].slice(0, SHOWN), left })),
      ),
    [],
  )
  const all = new Map<number, Told>()
  for (const event of [...fresh.events, ...(began.data?.items ?? [])])
    if (!all.has(event.position)) all.set(event.position, event)
  const newest = [...all.values()].sort((a, b) => b.position - a.position).slice(0, SHOWN)
  return (
    <Question asks={t('live')}>
      {newest.length === 0 ? (
        began.isError ? (
          <ErrorState error={began.error} retry={() => void began.refetch()} />
        ) : (
          began.isSuccess && (
            <Text c="dimmed" size="sm">
              {t('liveNone')}
            </Text>
          )
        )
      ) : (
        <ul className={classes.ticker}>
          {newest.map(({ position, id, type, subject, time }) => (
            <li key={position}>
              <Link to="/events/$id" params={{ id }}>
                <span>{eventWords(type, language) ?? <code>{type}</code>}</span>
                <small>
                  <About subject={subject} type={type} /> · <When at={time} />
                </small>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {fresh.left > 0 && (
        <Text size="sm" c="dimmed">
          {t('liveLeft', { count: fresh.left })}
        </Text>
      )}
      <Anchor size="sm" renderRoot={(root) => <Link to="/events" {...root} />}>
        {t('allEvents')}
      </Anchor>
    </Question>
  )
}
