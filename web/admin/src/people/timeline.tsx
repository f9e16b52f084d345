import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { api, body, type Schema } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { type Pages, usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { RunTitle } from '../conversations/run-title.tsx'
import { stateOf } from '../conversations/standing.ts'
import { NextShort } from '../conversations/standing.tsx'
import { conversationTexts } from '../conversations/texts.ts'
import type { Run } from '../flows/queries.ts'
import { Held, useReason } from '../notifications/reason.tsx'
import { stateTexts } from '../notifications/state.texts.ts'
import { NOTIFICATION_TONES, useChannelName } from '../notifications/state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { merged } from '../ui/merged.ts'
import { type Moment, Timeline } from '../ui/timeline.tsx'
import { Waiting } from '../ui/waiting.tsx'
import classes from './list.module.css'
import { peopleTexts } from './texts.ts'

type Item = Moment & { at: number }

/** All that happened with a person, the newest first. */
export function PersonTimeline({ id }: { id: string }) {
  const t = useTexts(peopleTexts)
  const can = useCan()
  const conversations = usePages(['people', 'timeline', id, 'conversations'], (cursor, signal) =>
    body(api.GET('/api/v1/conversations', { params: { query: { contactId: id, limit: 20, cursor } }, signal })),
  )
  const notes = usePages(
    ['people', 'timeline', id, 'notes'],
    (cursor, signal) =>
      body(api.GET('/api/v1/notifications', { params: { query: { contactId: id, limit: 20, cursor } }, signal })),
    { enabled: can('notifications:read') },
  )
  const runs = usePages(
    ['people', 'timeline', id, 'runs'],
    (cursor, signal) =>
      body(api.GET('/api/v1/contacts/{id}/runs', { params: { path: { id }, query: { limit: 20, cursor } }, signal })),
    { enabled: can('flows:read') },
  )
  useLive(['people', 'timeline', id], ({ type }) => type.startsWith('encounter.'))
  const conversationMoment = useConversationMoment()
  const noteMoment = useNoteMoment()
  if (conversations.isError) return <ErrorState error={conversations.error} retry={() => conversations.refetch()} />
  if (conversations.isPending) return <Waiting lines={5} />
  const partOf = <T,>({ data, hasNextPage }: Pages<T>, moment: (one: T) => Item) => ({
    items: (data?.pages ?? []).flatMap(({ items }) => items.map(moment)),
    more: hasNextPage,
  })
  const moments = merged([
    partOf(conversations, conversationMoment),
    partOf(notes, noteMoment),
    partOf(runs, runMoment),
  ])
  if (moments.length === 0) return <Text c="dimmed">{t('timelineEmpty')}</Text>
  const parts = [conversations, notes, runs] as const
  const more = parts.filter(({ hasNextPage }) => hasNextPage)
  return (
    <>
      <Timeline label={t('timeline')} moments={moments} />
      {more.length > 0 && (
        <Button
          variant="default"
          fullWidth
          loading={parts.some(({ isFetchingNextPage }) => isFetchingNextPage)}
          onClick={() => {
            for (const part of more) void part.fetchNextPage()
          }}
        >
          {t('earlier')}
        </Button>
      )}
    </>
  )
}

function useConversationMoment(): (row: Schema<'Conversation'>) => Item {
  const t = useTexts(peopleTexts)
  const said = useTexts(conversationTexts)
  return (row) => {
    const queue = row.queueName ?? row.queueId
    return {
      key: `conversation ${row.id}`,
      at: Date.parse(row.openedAt),
      tone: stateOf(row).tone,
      title: queue === null ? t('conversationNoQueue') : t('conversation', { queue }),
      children: (
        <div className={classes.card}>
          <span className={classes.line}>
            <span>{said(stateOf(row).key)}</span>
            {row.status !== 'closed' && (
              <span>
                <NextShort conversation={row} />
              </span>
            )}
          </span>
          {row.lastMessage && <span className={classes.word}>{row.lastMessage.text}</span>}
          <Link to="/conversations" search={{ selected: row.id }}>
            {t('openConversation')}
          </Link>
        </div>
      ),
    }
  }
}

function useNoteMoment(): (note: Schema<'Notification'>) => Item {
  const t = useTexts(peopleTexts)
  const channelName = useChannelName()
  const reason = useReason()
  const states = useTexts(stateTexts)
  return (note) => ({
    key: `note ${note.id}`,
    at: Date.parse(note.createdAt),
    tone: NOTIFICATION_TONES[note.status],
    title: note.channel === null ? t('notificationNone') : t('notification', { channel: channelName(note.channel) }),
    children: (
      <div className={classes.card}>
        <span className={classes.line}>
          <span>{states(note.status)}</span>
          {note.status === 'held' && note.sendAt !== null ? (
            <span>
              <Held sendAt={note.sendAt} reason={note.reason} />
            </span>
          ) : (
            note.reason !== null && <span>{reason(note.reason)}</span>
          )}
        </span>
        {(note.title ?? note.body) !== null && <span className={classes.word}>{note.title ?? note.body}</span>}
        <Link to="/notifications" search={{ selected: note.id }}>
          {t('seeWhy')}
        </Link>
      </div>
    ),
  })
}

const RUN_TONES = { waiting: 'current', completed: 'good', failed: 'bad', cancelled: 'quiet' } as const

const runMoment = (run: Run): Item => ({
  key: `run ${run.id}`,
  at: Date.parse(run.startedAt),
  tone: RUN_TONES[run.status],
  title: <RunTitle run={run} />,
})
