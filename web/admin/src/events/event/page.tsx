import { Alert, Button, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { NARROW } from '../../app/theme.ts'
import { useAct } from '../../ui/act.ts'
import { Actor } from '../../ui/actor.tsx'
import { Code, CopyId } from '../../ui/copy.tsx'
import { PageError } from '../../ui/error-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Json } from '../../ui/json.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Timeline } from '../../ui/timeline.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { When } from '../../ui/when.tsx'
import { About } from '../about.tsx'
import { Discard } from '../set-aside/discard.tsx'
import { setAsideTexts } from '../set-aside/texts.ts'
import { consumerWords, eventWords, originWords } from '../words.ts'
import { EditEvent } from './edit.tsx'
import { CausalList, CausalPicture } from './picture.tsx'
import { Readers } from './readers.tsx'
import { eventTexts } from './texts.ts'
import { causalTree, type EventAnswer } from './tree.ts'

/** One event: what it says, who read it, and all that came of it. */
export function EventPage() {
  const t = useTexts(eventTexts)
  const language = useLanguage()
  const { id } = useParams({ from: '/shell/events/$id' })
  const { source } = useSearch({ from: '/shell/events/$id' })
  const key = ['events', 'one', id, source]
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/events/{id}', { params: { path: { id }, query: { source } }, signal })),
  })
  // What comes of it comes soon, or about the same person.
  useLive(
    key,
    (event) => event.subject === asked.data?.subject || event.conversationId === (asked.data?.encounterId ?? ''),
  )
  if (asked.isPending) return <Waiting lines={8} />
  const above = <Link to="/events">{t('back')}</Link>
  if (asked.isError)
    return <PageError error={asked.error} retry={() => void asked.refetch()} gone={t('none')} above={above} />
  const event = asked.data
  return (
    <Stack gap="lg">
      <PageHead
        above={above}
        title={eventWords(event.type, language) ?? event.type}
        about={
          <>
            <code>{event.type}</code> · <When at={event.time} />
          </>
        }
      />
      {event.consumers.some(({ state }) => state === 'failed') && <SetAside event={event} />}
      <Came event={event} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl" verticalSpacing="lg">
        <Part title={t('facts')}>
          <What event={event} />
        </Part>
        <Part title={t('readers')}>
          <Readers consumers={event.consumers} />
        </Part>
        <Part title={t('data')}>
          <Json value={event.data} />
          {Object.keys(event.extensions).length > 0 && (
            <>
              <Text size="sm" fw={600} mt="sm" mb={4}>
                {t('extensions')}
              </Text>
              <Json value={event.extensions} />
            </>
          )}
        </Part>
        <Part title={t('raw')}>
          <Code wrap>{event.raw}</Code>
        </Part>
      </SimpleGrid>
      {event.edits.length > 0 && (
        <Part title={t('edits')}>
          <Timeline
            label={t('edits')}
            clock="wall"
            moments={event.edits.map((edit, i) => ({
              key: `${edit.at} ${i}`,
              at: edit.at,
              title: (
                <>
                  {t('editBy')}: <Actor actor={edit.actor} />
                </>
              ),
              children: (
                <>
                  <Text size="sm" mb={4}>
                    {edit.reason}
                  </Text>
                  <Json value={edit.data} open={1} />
                </>
              ),
            }))}
          />
        </Part>
      )}
    </Stack>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  )
}

function Came({ event }: { event: EventAnswer }) {
  const t = useTexts(eventTexts)
  const navigate = useNavigate({ from: '/events/$id' })
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const { list } = useSearch({ from: '/shell/events/$id' })
  const tree = causalTree(event)
  const asList = list ?? narrow
  return (
    <section aria-label={t('came')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3">
          {t('came')}
        </Title>
        {tree.children.length > 0 && !narrow && (
          <SegmentedControl
            size="xs"
            aria-label={t('shownAs')}
            value={asList ? 'list' : 'picture'}
            data={[
              { value: 'picture', label: t('asPicture') },
              { value: 'list', label: t('asList') },
            ]}
            onChange={(value) =>
              void navigate({
                search: (before) => ({ ...before, list: value === 'list' || undefined }),
                replace: true,
              })
            }
          />
        )}
      </Group>
      {tree.children.length === 0 ? (
        <Text c="dimmed">{t(event.consumers.some(({ state }) => state === 'ahead') ? 'notYet' : 'nothing')}</Text>
      ) : asList ? (
        <CausalList tree={tree} />
      ) : (
        <CausalPicture tree={tree} />
      )}
    </section>
  )
}

function What({ event }: { event: EventAnswer }) {
  const t = useTexts(eventTexts)
  const language = useLanguage()
  const can = useCan()
  const { cause, encounterId, traceId } = event
  return (
    <Facts
      facts={[
        [
          t('subject'),
          <Link key="subject" to="/events" search={{ subject: event.subject }}>
            <About {...event} />
          </Link>,
        ],
        [
          t('conversation'),
          encounterId === null ? undefined : can('conversations:read') ? (
            <Link key="conversation" to="/conversations" search={{ selected: encounterId }}>
              {encounterId}
            </Link>
          ) : (
            encounterId
          ),
        ],
        [t('when'), <When key="when" at={event.time} />],
        [t('received'), <When key="received" at={event.receivedAt} />],
        [t('source'), <code key="source">{event.source}</code>],
        [t('origin'), originWords(event.origin, language)],
        [t('cause'), cause === null ? undefined : <Cause key="cause" cause={cause} />],
        [t('hops'), event.hops > 0 ? event.hops : undefined],
        [t('actor'), event.actorUserId ?? undefined],
        [t('schemaVersion'), event.schemaVersion ?? undefined],
        [t('trace'), traceId === null ? undefined : <CopyId key="trace" id={traceId} />],
        [t('id'), <CopyId key="id" id={event.id} />],
        [t('position'), event.position],
      ]}
    />
  )
}

/** What led to it: an event, a notification, or a run. */
function Cause({ cause }: { cause: string }) {
  const t = useTexts(eventTexts)
  const can = useCan()
  const runId = /^run:(.+)$/.exec(cause)?.[1]
  const run = useQuery({
    queryKey: ['flows', 'run', runId],
    queryFn: ({ signal }) => body(api.GET('/api/v1/runs/{id}', { params: { path: { id: runId ?? '' } }, signal })),
    enabled: runId !== undefined && can('flows:read'),
  })
  const notificationId = /^notification:(.+)$/.exec(cause)?.[1]
  if (notificationId !== undefined)
    return can('notifications:read') ? (
      <Link to="/notifications" search={{ selected: notificationId }}>
        {t('causeNotification')}
      </Link>
    ) : (
      t('causeNotification')
    )
  if (runId === undefined)
    return (
      <Link to="/events/$id" params={{ id: cause }}>
        {t('causeEvent')}
      </Link>
    )
  if (run.data === undefined) return <CopyId id={runId} />
  return (
    <Link to="/flows/$flowId/runs" params={{ flowId: run.data.flowId }} search={{ selected: runId }}>
      {t('causeRun')}
    </Link>
  )
}

function SetAside({ event }: { event: EventAnswer }) {
  const t = useTexts(eventTexts)
  const language = useLanguage()
  const can = useCan()
  const setAside = useTexts(setAsideTexts)
  const [editing, edit] = useDisclosure()
  const [discarding, discard] = useDisclosure()
  const retrying = useAct({
    act: () => body(api.POST('/backoffice/events/retry', { body: { ids: [event.id], source: event.source } })),
    done: t('givenBack'),
    refresh: [['events']],
  })
  const failed = event.consumers.filter(({ state }) => state === 'failed')
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('setAside')}>
      <Stack gap="xs" align="flex-start">
        {failed.map(({ name, error }) => (
          <Text key={name} size="sm">
            <strong>{consumerWords(name, language)}:</strong> {error}
          </Text>
        ))}
        <Text size="sm">{t('setAsideAbout')}</Text>
        {can('backoffice:write') && (
          <Group gap="xs">
            <Button onClick={edit.open}>{t('edit')}</Button>
            <Button variant="default" loading={retrying.isPending} onClick={() => retrying.mutate()}>
              {t('retry')}
            </Button>
            <Button variant="outline" color="red" onClick={discard.open}>
              {t('discard')}
            </Button>
          </Group>
        )}
      </Stack>
      <EditEvent event={event} opened={editing} close={edit.close} />
      <Discard
        choice={{ ids: [event.id], source: event.source }}
        about={`${setAside('discardAbout', { count: 1 })} ${setAside('discardOthers')}`}
        count={1}
        opened={discarding}
        close={discard.close}
      />
    </Alert>
  )
}
