import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Fragment, memo, useLayoutEffect, useRef, useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { type Pages, usePages } from '../api/pages.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { Held, useReason as useNoteReason } from '../notifications/reason.tsx'
import { NotificationState, useChannelName } from '../notifications/state.tsx'
import { useContact } from '../people/contact-query.ts'
import { useQueues } from '../queues/query.ts'
import { lengthWords } from '../ui/durations.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { dateFormat } from '../ui/formatters.ts'
import { exact } from '../ui/moments.ts'
import { Waiting } from '../ui/waiting.tsx'
import { useNow, When } from '../ui/when.tsx'
import { useNameOf, useWriter } from './lookups.ts'
import { RunTitle } from './run-title.tsx'
import { useDayTime, useReason } from './standing.tsx'
import classes from './story.module.css'
import { BY, eventWords, type Message, type Note, type Run, type StoryEvent, storyOf } from './story.ts'
import { conversationTexts } from './texts.ts'

const partOf = <T,>({ data, hasNextPage }: Pages<T>) => ({
  items: data?.pages.flatMap(({ items }) => items) ?? [],
  more: hasNextPage,
})

/** What was said, the newest first. */
export const useMessages = (id: string): Pages<Message> =>
  usePages<Message>(['conversations', 'story', id, 'messages'], (cursor, signal) =>
    body(
      api.GET('/api/v1/encounters/{id}/messages', {
        params: { path: { id }, query: { order: 'newest', limit: 50, cursor } },
        signal,
      }),
    ),
  )

/** What happened, and the flows that dealt with it. */
const useHappened = (id: string): Pages<StoryEvent> =>
  usePages<StoryEvent>(
    ['conversations', 'story', id, 'events'],
    (cursor, signal) =>
      body(api.GET('/api/v1/events', { params: { query: { conversation: id, limit: 100, cursor } }, signal })),
    { enabled: useCan()('events:read') },
  )

export const useRuns = (id: string): Pages<Run> =>
  usePages<Run>(
    ['conversations', 'story', id, 'runs'],
    (cursor, signal) =>
      body(api.GET('/api/v1/encounters/{id}/runs', { params: { path: { id }, query: { limit: 50, cursor } }, signal })),
    { enabled: useCan()('flows:read') },
  )

/** Asks for the parts that need no more than the id, so that they come beside the conversation and not behind it. */
export function StoryAhead({ id }: { id: string }) {
  useMessages(id)
  useHappened(id)
  useRuns(id)
  return null
}

/** What was said, what happened and what the person was sent, as one thread, the newest at its end. */
export function Story({ conversation }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const can = useCan()
  const { id, contactId } = conversation
  const messages = useMessages(id)
  const events = useHappened(id)
  const notes = usePages<Note>(
    ['conversations', 'story', id, 'notes', contactId],
    (cursor, signal) =>
      body(
        api.GET('/api/v1/notifications', {
          params: { query: { contactId: contactId as string, conversation: id, limit: 50, cursor } },
          signal,
        }),
      ),
    { enabled: contactId !== null && can('notifications:read') },
  )
  const runs = useRuns(id)
  const person = useContact(contactId).data?.name
  const parts = [messages, events, notes, runs] as const
  const story = storyOf({
    messages: partOf(messages),
    events: partOf(events),
    notes: partOf(notes),
    runs: partOf(runs),
  })
  const setEnd = useStayAtEnd(story.at(-1)?.key)
  if (messages.isError) return <ErrorState error={messages.error} retry={() => messages.refetch()} />
  if (messages.isPending) return <Waiting lines={6} />
  const more = parts.filter(({ hasNextPage }) => hasNextPage)
  return (
    <div>
      {more.length > 0 && (
        <Button
          variant="subtle"
          size="xs"
          fullWidth
          mb="xs"
          loading={parts.some(({ isFetchingNextPage }) => isFetchingNextPage)}
          onClick={() => more.forEach((part) => void part.fetchNextPage())}
        >
          {t('earlier')}
        </Button>
      )}
      {story.length === 0 && <Text c="dimmed">{t('threadEmpty')}</Text>}
      <ol className={classes.story} aria-label={t('thread')}>
        {story.map((item, index) => (
          <Fragment key={item.key}>
            <Day at={item.at} before={story[index - 1]?.at} />
            {item.kind === 'message' && <Said message={item.message} person={person} />}
            {item.kind === 'event' && <Happened event={item.event} />}
            {item.kind === 'note' && <Sent note={item.note} />}
            {item.kind === 'run' && <Ran run={item.run} />}
          </Fragment>
        ))}
      </ol>
      <div ref={setEnd} />
    </div>
  )
}

/** With these a reader takes over where they are. */
const BY_HAND = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Begins at the end and stays there while the parts of the story come in, until the reader moves. Goes there again when something
 * new was said; whoever reads further up is left there.
 * @returns the ref of what stands at the end
 */
function useStayAtEnd(newest: string | undefined) {
  const [end, setEnd] = useState<HTMLDivElement | null>(null)
  const moved = useRef(false)
  useLayoutEffect(() => {
    const around = end && scrollerOf(end)
    const whole = end?.parentElement?.parentElement
    if (!around || !whole) return
    // What comes later also grows between messages that are there, and above them.
    const growing = new ResizeObserver(() => {
      around.scrollTop = around.scrollHeight
    })
    const takeOver = () => {
      moved.current = true
      growing.disconnect()
    }
    growing.observe(whole)
    for (const by of BY_HAND) around.addEventListener(by, takeOver, { once: true, passive: true })
    return () => {
      growing.disconnect()
      for (const by of BY_HAND) around.removeEventListener(by, takeOver)
    }
  }, [end])
  useLayoutEffect(() => {
    const around = end && scrollerOf(end)
    if (newest === undefined || !around || !moved.current) return
    const below = around.scrollHeight - around.scrollTop - around.clientHeight
    if (below < 400) around.scrollTop = around.scrollHeight
  }, [newest, end])
  return setEnd
}

function scrollerOf(from: HTMLElement): HTMLElement | null {
  for (let at = from.parentElement; at !== null && at !== document.body; at = at.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(at).overflowY)) return at
  return null
}

function Day({ at, before }: { at: number; before: number | undefined }) {
  const t = useTexts(conversationTexts)
  const language = useLanguage()
  const now = useNow()
  const day = (moment: number) => new Date(moment).toDateString()
  if (before !== undefined && day(at) === day(before)) return null
  const words =
    day(at) === day(now)
      ? t('today')
      : day(at) === day(now - 86_400_000)
        ? t('yesterday')
        : dateFormat(language, { dateStyle: 'long' }).format(at)
  return <li className={classes.day}>{words}</li>
}

/** The parts come one after the other: what is there already is not made anew for the next. */
const Said = memo(function Said({ message, person }: { message: Message; person: string | null | undefined }) {
  const { from, text, createdAt, writtenBy } = message
  const t = useTexts(conversationTexts)
  const teammate = useWriter(writtenBy)
  const writer = from === 'patient' ? person : teammate.name
  return (
    <li className={classes.message} data-from={from} data-ours={from === 'patient' ? undefined : true}>
      <div className={classes.bubble} dir="auto">
        {text}
      </div>
      <div className={classes.by}>
        <bdi title={teammate.exact}>{writer ?? t(BY[from])}</bdi> · <ClockTime at={createdAt} />
      </div>
    </li>
  )
})

function ClockTime({ at }: { at: string }) {
  const language = useLanguage()
  const moment = Date.parse(at)
  return (
    <time dateTime={at} title={exact(moment, language)}>
      {dateFormat(language, { hour: 'numeric', minute: '2-digit' }).format(moment)}
    </time>
  )
}

const Happened = memo(function Happened({ event }: { event: StoryEvent }) {
  const t = useTexts(conversationTexts)
  const language = useLanguage()
  const nameOf = useNameOf()
  const queues = useQueues()
  const dayTime = useDayTime()
  const reason = useReason()
  const { key, values = {}, minutes, until, user } = eventWords(event)
  const who = [user ? nameOf(user) : null, values.team].filter(Boolean).join(' · ')
  const how = values.how as 'message' | 'link' | 'widget' | 'sign' | undefined
  return (
    <li className={classes.event}>
      <span>
        {t(key as 'ev_created', {
          ...values,
          who,
          how: how && t(`how_${how}`),
          reason: reason(values.reason ?? null),
          queue: queues.find(({ id }) => id === values.queue)?.name ?? values.queue,
          time: minutes === undefined ? '' : lengthWords(minutes * 60_000, language),
          until: until === undefined ? '' : dayTime(until),
        })}
      </span>
      <ClockTime at={event.time} />
    </li>
  )
})

const Sent = memo(function Sent({ note }: { note: Note }) {
  const t = useTexts(conversationTexts)
  const channelName = useChannelName()
  const reason = useNoteReason()
  return (
    <li className={classes.note}>
      <div className={classes.noteHead}>
        <span>{note.channel === null ? t('noteNoChannel') : t('note', { channel: channelName(note.channel) })}</span>
        <NotificationState status={note.status} />
        <When at={note.createdAt} />
      </div>
      {note.status === 'held' && note.sendAt !== null ? (
        <div>
          <Held sendAt={note.sendAt} reason={note.reason} />
        </div>
      ) : (
        note.reason !== null && <div>{reason(note.reason)}</div>
      )}
      {(note.title ?? note.body) !== null && (
        <div className={classes.said}>
          {note.title !== null && <strong>{note.title}</strong>} {note.body}
        </div>
      )}
      <Link to="/notifications" search={{ selected: note.id }}>
        {t('seeWhy')}
      </Link>
    </li>
  )
})

/** What a flow does about it: which one, how far it is, and the way to its steps. */
const Ran = memo(function Ran({ run }: { run: Run }) {
  return (
    <li className={classes.note} data-kind="run">
      <div className={classes.noteHead}>
        <RunTitle run={run} />
        <When at={run.startedAt} />
      </div>
    </li>
  )
})
