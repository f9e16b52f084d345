import { Text } from '@mantine/core'
import type { Schema } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
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
import { ConversationState, NextSentence, useMoment } from './standing.tsx'
import { Story, StoryAhead } from './story.tsx'
import { conversationTexts } from './texts.ts'
import { useConversation } from './title.tsx'
import { FlowsUnderWay } from './under-way.tsx'

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
          <div className={classes.standingAbove}>
            <Head conversation={data} />
            {writes && <Acts conversation={data} />}
          </div>
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
  const { queueId, channel, user, team, handling, unansweredSince } = conversation
  const queue = useQueues().find(({ id }) => id === queueId)
  const moment = useMoment()
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
      {unansweredSince !== null && (
        <Text size="sm" c="var(--warm)" fw={500}>
          {t('waitsForUsSince', { when: moment(unansweredSince) })}
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
