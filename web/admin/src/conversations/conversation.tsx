import { Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body, type Schema } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useContact } from '../people/contact-query.ts'
import { useQueues } from '../queues/query.ts'
import { CopyId } from '../ui/copy.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Folded } from '../ui/folded.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { Acts } from './acts.tsx'
import { Composer } from './composer.tsx'
import classes from './conversation.module.css'
import { useNameOf } from './lookups.ts'
import { turnOf } from './standing.ts'
import { ConversationState, NextSentence, useMoment } from './standing.tsx'
import { Story, StoryAhead, useMessages } from './story.tsx'
import { conversationTexts } from './texts.ts'
import { FlowsUnderWay } from './under-way.tsx'

const useConversation = (id: string) =>
  useQuery({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/encounters/{id}', { params: { path: { id } }, signal })),
  })

/** Whose conversation it is. */
export function ConversationTitle({ id }: { id: string }) {
  const t = useTexts(conversationTexts)
  const { data } = useConversation(id)
  const contact = useContact(data?.contactId)
  // A dialogue has a name also while it is not known whose it is.
  if (data === undefined || (data.contactId !== null && contact.isPending)) return <VisuallyHidden>{id}</VisuallyHidden>
  if (data.contactId === null) return t('unknownPerson')
  const name = contact.data?.name ?? data.contactId
  return (
    <Link
      to="/people"
      search={{ selected: data.contactId }}
      className={classes.person}
      title={t('personPage', { name })}
    >
      {name}
    </Link>
  )
}

/** One conversation: where it stands, what happened in it, and what can be done. */
export function Conversation({ id }: { id: string }) {
  const can = useCan()
  const { data, error, refetch } = useConversation(id)
  const matters = ({ conversationId, subject }: { conversationId: string | null; subject: string }) =>
    conversationId === id || subject === id
  useLive(['conversations', 'one', id], matters, 400)
  useLive(['conversations', 'story', id], matters, 400)
  if (error) return <ErrorState error={error} retry={() => refetch()} />
  const writes = can('conversations:write')
  return (
    <>
      <StoryAhead id={id} />
      {data === undefined ? (
        <Waiting lines={8} />
      ) : (
        <div className={classes.whole}>
          <Head conversation={data} />
          {writes && <Acts conversation={data} />}
          <Details conversation={data} />
          <Story conversation={data} />
          {writes && <Composer conversation={data} />}
        </div>
      )}
    </>
  )
}

function Head({ conversation }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const nameOf = useNameOf()
  const { queueId, channel, user, team, handling } = conversation
  const queue = useQueues().find(({ id }) => id === queueId)
  const moment = useMoment()
  const last = useMessages(conversation.id).data?.pages[0]?.items[0]
  const waits = turnOf(conversation, last?.from ?? null) === 'us'
  const hand = [user === null ? null : nameOf(user), team].filter(Boolean).join(' · ')
  const where = [queue?.name ?? queueId, channel, hand || (handling === 'bot' ? null : t('nobody'))].filter(Boolean)
  return (
    <div className={classes.head}>
      <Text size="sm" c="dimmed">
        {where.join(' · ')}
      </Text>
      <div className={classes.standing}>
        <ConversationState conversation={conversation} />
        <Text size="sm" component="div">
          <NextSentence conversation={conversation} />
        </Text>
      </div>
      <FlowsUnderWay conversation={conversation} />
      {waits && last && (
        <Text size="sm" c="var(--warm)" fw={500}>
          {t('waitsForUsSince', { when: moment(last.createdAt) })}
        </Text>
      )}
    </div>
  )
}

function Details({ conversation }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const { id, queueId, brandId, openedAt, messageCount, tags } = conversation
  const queue = useQueues().find((one) => one.id === queueId)
  return (
    <Folded title={t('details')}>
      <Facts
        facts={[
          [t('id'), <CopyId key="id" id={id} />],
          [t('opened'), <When key="at" at={openedAt} />],
          [t('messages'), messageCount],
          [t('brand'), brandId ?? queue?.brand],
          [t('service'), queue?.service],
          [t('tags'), tags.length > 0 ? tags.join(', ') : undefined],
        ]}
      />
    </Folded>
  )
}
