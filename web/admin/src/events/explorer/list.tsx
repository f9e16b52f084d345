import { Anchor, Button, Group } from '@mantine/core'
import { IconArrowUp, IconWaveSine } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, linkOptions, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { listen } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../app/texts.ts'
import { CsvButton } from '../../ui/csv-button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { spanOf } from '../../ui/periods.ts'
import { When } from '../../ui/when.tsx'
import { About } from '../about.tsx'
import { EventsHead } from '../head.tsx'
import { eventsTexts } from '../texts.ts'
import { EventName } from './name.tsx'

type Event = Schema<'Event'>

const toEvent = ({ id, source }: Event) => linkOptions({ to: '/events/$id', params: { id }, search: { source } })

/** All that happened, the newest first, by type, subject, conversation and time. */
export function Explorer() {
  const t = useTexts(eventsTexts)
  const { period, from, to, ...filters } = useSearch({ from: '/shell/events' })
  const key = ['events', 'list', period, from, to, filters]
  const page = (cursor?: string, signal?: AbortSignal) =>
    body(
      api.GET('/api/v1/events', {
        params: { query: { limit: 50, cursor, ...filters, ...spanOf({ period, from, to }, 'domain') } },
        signal,
      }),
    )
  const pages = usePages(key, page)
  const filtered = [period, from, to, ...Object.values(filters)].some((value) => value !== undefined)
  const newest = pages.data?.pages[0]?.items[0]?.position ?? 0
  const columns = useMemo<Column<Event>[]>(
    () => [
      { key: 'what', title: t('what'), render: ({ type }) => <EventName type={type} /> },
      { key: 'subject', title: t('subject'), width: '22%', render: (event) => <About {...event} /> },
      {
        key: 'conversation',
        title: t('conversation'),
        width: '20%',
        render: ({ encounterId }) => encounterId ?? '—',
      },
      { key: 'when', title: t('when'), width: '140px', render: ({ time }) => <When at={time} /> },
    ],
    [t],
  )
  return (
    <>
      <EventsHead about={t('about')} />
      <FilterBar
        filters={[
          { kind: 'text', name: 'type', label: t('type'), placeholder: t('typeSample') },
          { kind: 'text', name: 'subject', label: t('subject'), placeholder: t('subjectSample') },
          { kind: 'text', name: 'conversation', label: t('conversation') },
          { kind: 'period', name: 'period' },
        ]}
      >
        <CsvButton
          name={t('file')}
          page={page}
          columns={[
            { title: t('when'), value: ({ time }: Event) => time, moment: true },
            { title: t('type'), value: ({ type }) => type },
            { title: t('subject'), value: ({ subject }) => subject },
            { title: t('conversation'), value: ({ encounterId }) => encounterId },
            { title: t('id'), value: ({ id }) => id },
          ]}
        />
      </FilterBar>
      {!filtered && to === undefined && <NewOnes after={newest} queryKey={key} />}
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ position }) => String(position)}
        link={toEvent}
        columns={columns}
        empty={
          filters.subject === undefined ? (
            <EmptyState icon={IconWaveSine} title={t(filtered ? 'none' : 'empty')}>
              {t(filtered ? 'noneAbout' : 'emptyAbout')}
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconWaveSine}
              title={t('none')}
              action={
                <Anchor renderRoot={(props) => <Link {...props} to="/people" search={{ q: filters.subject }} />}>
                  {t('seekPerson', { words: filters.subject })}
                </Anchor>
              }
            >
              {t('noneSubject')}
            </EmptyState>
          )
        }
      />
    </>
  )
}

/** New events are counted, not pushed in under one's eyes: who wants them asks for them. */
function NewOnes({ after, queryKey }: { after: number; queryKey: readonly unknown[] }) {
  const t = useTexts(eventsTexts)
  const queries = useQueryClient()
  const [count, setCount] = useState(0)
  useEffect(() => {
    setCount(0)
    return listen(({ events, left }) => {
      const fresh = events.filter(({ position }) => position > after).length
      if (fresh + left > 0) setCount((before) => before + fresh + left)
    })
  }, [after])
  if (count === 0) return null
  return (
    <Group justify="center" mb="xs">
      <Button
        variant="light"
        size="xs"
        leftSection={<IconArrowUp size={14} />}
        onClick={() => {
          setCount(0)
          void queries.resetQueries({ queryKey })
        }}
      >
        {t('newOnes', { count })}
      </Button>
    </Group>
  )
}
