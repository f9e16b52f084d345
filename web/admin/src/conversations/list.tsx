import { Button, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconListCheck, IconMessages, IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { useColleagues } from '../api/colleagues.ts'
import { useLive } from '../api/live.ts'
import { usePages } from '../api/pages.ts'
import { useCan, useSession } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { PersonSelect } from '../people/person-select.tsx'
import { useQueues } from '../queues/query.ts'
import { callSample } from '../ui/call-sample.ts'
import { Code } from '../ui/copy.tsx'
import type { CsvColumn } from '../ui/csv.ts'
import { CsvButton } from '../ui/csv-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { spanOf } from '../ui/periods.ts'
import { ToneMark } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { ActsOnMany } from './acts-on-many.tsx'
import classes from './list.module.css'
import { useNameOf } from './lookups.ts'
import { nextOf } from './standing.ts'
import { ConversationState, NextShort } from './standing.tsx'
import { BY } from './story.ts'
import { conversationTexts } from './texts.ts'
import { ConversationTitle } from './title.tsx'

/** Comes once it is opened: the list is there sooner without it. */
const Conversation = lazy(async () => ({ default: (await import('./conversation.tsx')).Conversation }))
const BeginConversation = lazy(async () => ({ default: (await import('./begin.tsx')).BeginConversation }))

export type Row = Schema<'Conversation'>

const SAMPLE = callSample(
  'POST',
  '/api/v1/encounters',
  '{"queueId": "coach", "contactId": "maria", "channel": "webchat"}',
)

/** Conversations, and beside them the thread of one. */
export function Conversations() {
  const t = useTexts(conversationTexts)
  const { selected, ...filters } = useSearch({ from: '/shell/conversations' })
  const page = (cursor: string | undefined, signal?: AbortSignal) => {
    const { queue, agent, person, period, from, to, ...same } = filters
    const query = {
      ...same,
      queueId: queue,
      contactId: person,
      user: agent,
      ...spanOf({ period, from, to }, 'domain'),
      cursor,
      limit: 50,
    }
    return body(api.GET('/api/v1/conversations', { params: { query }, signal }))
  }
  const pages = usePages(['conversations', 'list', filters], page)
  useLive(['conversations', 'list'], ({ type }) => type.startsWith('encounter.'))
  const columns = useColumns(filters.waitsFor === 'us')
  const navigate = useNavigate({ from: '/conversations' })
  const can = useCan()
  const [beginning, { open, close }] = useDisclosure()
  const begin = can('conversations:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t('begin')}
    </Button>
  )
  const [picking, { toggle: pick }] = useDisclosure()
  const [picked, setPicked] = useState<readonly string[]>([])
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? []
  // What the filters leave out now is not meant any more.
  const chosen = rows.filter(({ id }) => picked.includes(id))
  return (
    <WithDetail
      detail={
        selected !== undefined && {
          title: <ConversationTitle id={selected} />,
          content: (
            <Suspense fallback={<Waiting lines={6} />}>
              <Conversation key={selected} id={selected} />
            </Suspense>
          ),
        }
      }
    >
      <PageHead title={t('title')} about={t('about')} actions={begin} />
      <Filters rows={rows}>
        {can('conversations:write') && rows.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconListCheck size={16} />}
            aria-pressed={picking}
            onClick={() => {
              setPicked([])
              pick()
            }}
          >
            {t(picking ? 'pickEnd' : 'pick')}
          </Button>
        )}
        <CsvButton name={t('csvName')} columns={useCsvColumns()} page={page} />
      </Filters>
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ id }) => id}
        opens
        selected={selected}
        columns={columns}
        bulk={
          picking
            ? {
                chosen: chosen.map(({ id }) => id),
                onChoose: setPicked,
                name: (row) =>
                  t('pickName', { person: row.contactName ?? row.contactId ?? t('unknownPerson'), id: row.id }),
                actions: <ActsOnMany rows={chosen} />,
              }
            : undefined
        }
        empty={
          Object.keys(filters).length === 0 ? (
            <EmptyState icon={IconMessages} title={t('empty')} action={begin} sample={<Code>{SAMPLE}</Code>}>
              {t('emptyAbout')}
            </EmptyState>
          ) : Object.keys(filters).length === 1 && filters.waitsFor === 'us' ? (
            <EmptyState icon={IconMessages} title={t('nobodyWaits')}>
              {t('nobodyWaitsAbout')}
            </EmptyState>
          ) : pages.hasNextPage ? (
            <EmptyState
              icon={IconMessages}
              title={t('lookFurther')}
              action={
                <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
                  {t('lookFurtherAct')}
                </Button>
              }
            >
              {t('lookFurtherAbout')}
            </EmptyState>
          ) : (
            <EmptyState icon={IconMessages} title={t('none')}>
              {t('noneAbout')}
            </EmptyState>
          )
        }
      />
      {beginning && (
        <Suspense fallback={null}>
          <BeginConversation
            person={filters.person}
            close={close}
            made={(id) => navigate({ search: (before) => ({ ...before, selected: id }) })}
          />
        </Suspense>
      )}
    </WithDetail>
  )
}

function Filters({ rows, children }: { rows: readonly Row[]; children: React.ReactNode }) {
  const t = useTexts(conversationTexts)
  const { user } = useSession()
  const queues = useQueues()
  const colleagues = useColleagues()
  const { channel } = useSearch({ from: '/shell/conversations' })
  const known = (values: readonly (string | null | undefined)[]) =>
    [...new Set(values)].filter((value) => typeof value === 'string' && value !== '').toSorted() as string[]
  const named = (values: readonly (string | null | undefined)[]) =>
    known(values).map((value) => ({ value, label: value }))
  const others = [...colleagues.values()]
    .filter(({ id }) => id !== user?.id)
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <FilterBar
      filters={[
        { kind: 'text', name: 'q', label: t('search') },
        { kind: 'toggle', name: 'waitsFor', label: t('waiting'), value: 'us' },
        {
          kind: 'choice',
          name: 'status',
          label: t('stage'),
          options: (['open', 'warned', 'closed'] as const).map((value) => ({ value, label: t(value) })),
        },
        {
          kind: 'choice',
          name: 'queue',
          label: t('queue'),
          options: queues.map(({ id, name }) => ({ value: id, label: name ?? id })),
        },
        {
          kind: 'choice',
          name: 'handling',
          label: t('hand'),
          rare: true,
          options: [
            { value: 'queued', label: t('queued') },
            { value: 'assigned', label: t('assigned') },
            { value: 'bot', label: t('bot') },
            { value: 'snoozed', label: t('pausedHand') },
          ],
        },
        { kind: 'period', name: 'period' },
        {
          kind: 'choice',
          name: 'agent',
          label: t('agent'),
          options: [...(user ? [{ value: user.id, label: t('me') }] : []), ...others],
        },
        {
          kind: 'choice',
          name: 'brand',
          label: t('brand'),
          rare: true,
          options: named(queues.map(({ brand }) => brand)),
        },
        {
          kind: 'choice',
          name: 'service',
          label: t('service'),
          rare: true,
          options: named(queues.map(({ service }) => service)),
        },
        {
          kind: 'choice',
          name: 'channel',
          label: t('channel'),
          rare: true,
          options: named([...rows.map((row) => row.channel), channel]),
        },
        {
          kind: 'word',
          name: 'team',
          label: t('team'),
          rare: true,
          options: known(rows.map(({ team }) => team)),
        },
        {
          kind: 'word',
          name: 'tag',
          label: t('tag'),
          rare: true,
          options: known(rows.flatMap(({ tags }) => tags)),
        },
        {
          kind: 'own',
          name: 'person',
          rare: true,
          field: (value, set) => <PersonSelect value={value} onChange={set} />,
        },
      ]}
    >
      {children}
    </FilterBar>
  )
}

/** @param waiting of those that wait for us: since when stands beside them, in place of when they began */
function useColumns(waiting: boolean): readonly Column<Row>[] {
  const t = useTexts(conversationTexts)
  const nameOf = useNameOf()
  return useMemo(
    () => [
      {
        key: 'person',
        title: t('person'),
        render: ({ contactName, contactId, waitsFor }) => (
          <span className={classes.who}>
            <bdi>{contactName ?? contactId ?? t('unknownPerson')}</bdi>
            {waitsFor === 'us' && (
              <>
                <ToneMark tone="warm" />
                <VisuallyHidden>{t('waitsForUs')}</VisuallyHidden>
              </>
            )}
          </span>
        ),
      },
      {
        key: 'word',
        title: t('lastWord'),
        width: '22%',
        wideOnly: true,
        ownLine: true,
        render: (row) => <LastWord row={row} />,
      },
      { key: 'state', title: t('stage'), width: '184px', render: (row) => <ConversationState conversation={row} /> },
      {
        key: 'next',
        title: t('next'),
        width: '200px',
        wideOnly: waiting,
        render: (row) => <NextShort conversation={row} />,
      },
      {
        key: 'queue',
        title: t('queue'),
        width: '10%',
        wideOnly: true,
        render: ({ queueName, queueId }) => queueName ?? queueId ?? '—',
      },
      {
        key: 'hand',
        title: t('hand'),
        width: '9%',
        wideOnly: true,
        render: ({ user, team, handling, status }) => {
          if (user !== null) return nameOf(user)
          return team ?? (status === 'closed' ? '—' : t(handling === 'bot' ? 'bot' : 'nobody'))
        },
      },
      waiting
        ? {
            key: 'waits',
            title: t('waitsSince'),
            width: '120px',
            render: ({ unansweredSince }) => <When at={unansweredSince} />,
          }
        : {
            key: 'opened',
            title: t('opened'),
            width: '108px',
            wideOnly: true,
            render: ({ openedAt }) => <When at={openedAt} />,
          },
    ],
    [t, nameOf, waiting],
  )
}

function LastWord({ row: { lastMessage, waitsFor } }: { row: Row }) {
  const t = useTexts(conversationTexts)
  // What was said elsewhere is not known here.
  if (lastMessage === null)
    return <span className={classes.word}>{waitsFor === 'us' ? <b>{t('toAnswer')}</b> : t('nothingSaid')}</span>
  const { from, text } = lastMessage
  const isTheirs = from === 'patient'
  return (
    <span className={classes.word}>
      {waitsFor === 'us' && <b>{isTheirs ? `${t('toAnswer')}: ` : `${t('toAnswer')} · `}</b>}
      {!isTheirs && `${t(BY[from])}: `}
      <bdi>{text}</bdi>
    </span>
  )
}

function useCsvColumns(): CsvColumn<Row>[] {
  const t = useTexts(conversationTexts)
  const nameOf = useNameOf()
  return [
    { title: t('id'), value: ({ id }) => id },
    { title: t('person'), value: ({ contactName, contactId }) => contactName ?? contactId },
    { title: t('personId'), value: ({ contactId }) => contactId },
    { title: t('stage'), value: ({ status }) => t(status) },
    { title: t('queue'), value: ({ queueName, queueId }) => queueName ?? queueId },
    { title: t('channel'), value: ({ channel }) => channel },
    { title: t('opened'), value: ({ openedAt }) => openedAt, moment: true },
    { title: t('next'), value: (row) => t(nextOf(row).short) },
    { title: t('nextAt'), value: (row) => nextOf(row).at, moment: true },
    { title: t('hand'), value: ({ user, team }) => (user === null ? team : nameOf(user)) },
    { title: t('waitsSince'), value: ({ unansweredSince }) => unansweredSince, moment: true },
    { title: t('lastWord'), value: ({ lastMessage }) => lastMessage?.text },
  ]
}
