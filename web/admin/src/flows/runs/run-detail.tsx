import { Alert, Anchor, Button, Collapse, Group, Stack, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconChevronDown,
  IconGitBranch,
  IconHistory,
  IconPlayerStop,
  IconRefresh,
  IconRoute,
} from '@tabler/icons-react'
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { Held } from '../../notifications/reason.tsx'
import { useAct } from '../../ui/act.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { lengthWords } from '../../ui/durations.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Json } from '../../ui/json.tsx'
import { useLeavable } from '../../ui/leavable.ts'
import { exact } from '../../ui/moments.ts'
import type { Tone } from '../../ui/state-badge.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { Timeline } from '../../ui/timeline.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { When } from '../../ui/when.tsx'
import { KindIcon } from '../builder/kind-icon.tsx'
import { untilWords } from '../model/event-words.ts'
import { graphFrom, nodeOf } from '../model/graph.ts'
import { outcomeWords } from '../model/outcome-words.ts'
import { versionsOf } from '../model/playing.ts'
import { nameOf } from '../model/sentences.ts'
import { differenceWords, stepWords, withStepWords } from '../model/step-words.ts'
import { isBadNews, wayWords } from '../model/ways.ts'
import { flowQuery, type Run, versionQuery, whomOf } from '../queries.ts'
import { RunBadge } from '../status-badge.tsx'
import { ForkDialog } from './fork-dialog.tsx'
import { runTexts } from './texts.ts'

/** One run: where it stands, its path step by step, and what can be done with it. */
export function RunDetail({ flowId, id }: { flowId: string; id: string }) {
  const t = useTexts(runTexts)
  const language = useLanguage()
  const pages = useInfiniteQuery({
    queryKey: ['flows', 'runs', flowId, 'one', id],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/runs/{id}', { params: { path: { id }, query: { cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const run = pages.data?.pages[0]
  const today = useQuery(flowQuery(flowId)).data?.published ?? null
  const steps = pages.data?.pages.flatMap((page) => page.steps) ?? []
  const versions = run === undefined ? [] : versionsOf({ version: run.version, steps })
  const graphs = useQueries({ queries: versions.map((version) => versionQuery(flowId, version)) })
  if (pages.isPending) return <Waiting />
  if (pages.isError || run === undefined) return <ErrorState error={pages.error} retry={() => pages.refetch()} />
  const stepOf = (nodeId: string, version = run.version) =>
    nodeOf(graphFrom(graphs[versions.indexOf(version)]?.data?.graph ?? {}), nodeId)
  const stepName = (nodeId: string, label?: string, version?: number) => {
    const node = stepOf(nodeId, version)
    return label ?? (node === undefined ? nodeId : nameOf(node, language))
  }
  const until = run.waitsFor?.until
  const what =
    run.waitsFor === null
      ? ''
      : run.waitsFor.event === null
        ? stepName(run.waitsFor.nodeId)
        : `${language === 'es' ? 'a que ' : 'for '}${untilWords(run.waitsFor.event, language)}`
  return (
    <Stack gap="md">
      <Acts flowId={flowId} run={run} />
      <Facts
        facts={[
          [t('subject'), <Whom key="w" run={run} />],
          [t('started'), <When key="s" at={run.startedAt} />],
          [
            run.endedAt === null ? t('waitsFor') : t('ended'),
            run.endedAt !== null ? (
              <>
                <When at={run.endedAt} /> {run.outcome !== null && `· ${outcomeWords(run.outcome, language)}`}
              </>
            ) : until ? (
              t('waitsUntil', { what, until: exact(Date.parse(until), language) })
            ) : (
              what
            ),
          ],
          [t('goal'), run.goalAt === null ? undefined : <When key="g" at={run.goalAt} />],
          [t('key'), run.key === null ? undefined : <CopyId key="k" id={run.key} />],
          [
            t('from'),
            run.forked === undefined ? undefined : run.forked.runId === null ? (
              stepWords(run.forked.nodeId, (id) => stepOf(id), language)
            ) : (
              <Link key="f" to="/flows/$flowId/runs" params={{ flowId }} search={{ selected: run.forked.runId }}>
                {t('fromStep', { step: stepWords(run.forked.nodeId, (id) => stepOf(id), language) })}
              </Link>
            ),
          ],
          [
            t('event'),
            <Anchor
              key="e"
              size="sm"
              renderRoot={(props) => <Link {...props} to="/events/$id" params={{ id: run.eventId }} />}
            >
              {t(run.data === undefined ? 'eventLink' : 'eventLinkChanged')}
            </Anchor>,
          ],
          [t('trace'), run.traceId ?? undefined],
          [
            t('version'),
            <Link key="v" to="/flows/$flowId" params={{ flowId }} search={{ run: run.id }}>
              {today === null || today === run.version
                ? run.version
                : t('versionToday', { version: run.version, today })}
            </Link>,
          ],
        ]}
      />
      {run.failure !== null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('failedAt')}>
          {withStepWords(run.failure.says, (id) => stepOf(id), language)}
        </Alert>
      )}
      <Timeline
        label={t('path')}
        moments={steps.map((visit) => {
          const waited = visit.endedAt === null ? 0 : Date.parse(visit.endedAt) - Date.parse(visit.at)
          const bad = visit.error !== undefined || isBadNews(visit.way ?? '')
          const tone: Tone = bad ? 'bad' : visit.endedAt === null && run.status === 'waiting' ? 'current' : 'good'
          return {
            key: String(visit.visit),
            at: visit.at,
            tone,
            title: (
              <span style={{ display: 'inline-flex', gap: 8, alignItems: 'flex-start' }}>
                <span style={{ flex: 'none' }}>
                  <KindIcon type={visit.type} size={16} />
                </span>
                <span>{stepName(visit.nodeId, visit.label, visit.version)}</span>
              </span>
            ),
            children: (
              <>
                <Text size="sm" c="dimmed">
                  {[
                    waited >= 1_000 ? t('waited', { time: lengthWords(waited, language) }) : null,
                    visit.endedAt === null && run.status === 'waiting' ? t('stillHere') : null,
                    visit.tries === undefined ? null : t('tries', { count: visit.tries }),
                    visit.version === run.version ? null : t('enteredBy', { version: visit.version }),
                    visit.way === undefined || visit.way === 'out' ? null : `→ ${wayWords(visit.way)[language]}`,
                  ]
                    .filter((part) => part !== null)
                    .join(' · ')}
                </Text>
                {visit.error !== undefined && (
                  <Text size="sm" c="var(--bad)">
                    {visit.says?.[language] ?? visit.error}
                  </Text>
                )}
                {visit.type === 'notify' && visit.endedAt === null && run.status === 'waiting' && (
                  <HeldThere run={run} since={visit.at} />
                )}
                <Details input={visit.input} output={visit.output} />
              </>
            ),
          }
        })}
      />
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('morePath')}
        </Button>
      )}
      {Object.keys(run.vars).length > 0 && (
        <section>
          <Text fw={600} size="sm" mb={4}>
            {t('values')}
          </Text>
          <Json value={run.vars} />
        </section>
      )}
    </Stack>
  )
}

/** Until when the notification of a step waits, and why: the run has not come to a halt. */
function HeldThere({ run: { id, person }, since }: { run: Pick<Run, 'id' | 'person'>; since: string }) {
  const can = useCan()
  const contactId = person?.id
  const { data } = useQuery({
    queryKey: ['notifications', 'held', contactId],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/notifications', { params: { query: { contactId, status: 'held', limit: 50 } }, signal })),
    enabled: contactId !== undefined && can('notifications:read'),
  })
  const held = data?.items.filter(({ cause }) => cause === `run:${id}`) ?? []
  const one = held.find(({ createdAt }) => createdAt === since) ?? held[0]
  if (one === undefined || one.sendAt === null) return null
  return (
    <Text size="sm">
      <Link to="/notifications" search={{ selected: one.id }}>
        <Held sendAt={one.sendAt} reason={one.reason} />
      </Link>
    </Text>
  )
}

/** The person with the way to the conversation that the run is about, or what else it is about. */
function Whom({ run }: { run: Pick<Run, 'person' | 'subject'> }) {
  const t = useTexts(runTexts)
  const can = useCan()
  const { person, subject } = run
  // Known by the conversation that bears the subject's name.
  const isConversation = person !== null && person.id !== subject
  return (
    <>
      {whomOf(run)}
      {isConversation && can('conversations:read') && (
        <>
          {' · '}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link {...props} to="/conversations" search={{ selected: subject }} />}
          >
            {t('conversation')}
          </Anchor>
        </>
      )}
    </>
  )
}

function Details({ input, output }: { input?: unknown; output?: unknown }) {
  const t = useTexts(runTexts)
  const [opened, setOpened] = useState(false)
  if (input === undefined && output === undefined) return null
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        aria-expanded={opened}
        rightSection={<IconChevronDown size={14} />}
        onClick={() => setOpened(!opened)}
      >
        {t('details')}
      </Button>
      <Collapse expanded={opened}>
        {input !== undefined && (
          <>
            <Text size="sm">{t('went')}</Text>
            <Json value={input} />
          </>
        )}
        {output !== undefined && output !== null && (
          <>
            <Text size="sm">{t('came')}</Text>
            <Json value={output} />
          </>
        )}
      </Collapse>
    </>
  )
}

type Shown = Parameters<typeof ForkDialog>[0]['run'] & { status: Run['status'] }

function Acts({ flowId, run }: { flowId: string; run: Shown }) {
  const t = useTexts(runTexts)
  const ui = useTexts(uiTexts)
  const can = useCan()
  const language = useLanguage()
  const [forking, setForking] = useState(false)
  const refresh = [['flows', 'runs', flowId]]
  const path = { id: run.id }
  const retry = useAct({
    act: () => body(api.POST('/api/v1/runs/{id}/retry', { params: { path } })),
    done: ({ status }) => t(status === 'failed' ? 'failedAgain' : 'retried'),
    refresh,
  })
  const replay = useLeavable((signal) =>
    body(api.POST('/api/v1/runs/{id}/replay', { params: { path }, body: {}, signal })),
  )
  const mayWrite = can('flows:write')
  const draft = useQuery(flowQuery(flowId)).data?.draft
  const own = useQuery(versionQuery(flowId, run.version)).data?.graph
  const drawn = { draft: graphFrom(draft ?? {}), real: graphFrom(own ?? {}) }
  return (
    <>
      <Group gap="xs">
        <RunBadge status={run.status} />
        {mayWrite && run.status === 'waiting' && (
          <ConfirmAct
            label={t('cancelRun')}
            button={{ size: 'xs', leftSection: <IconPlayerStop size={15} /> }}
            title={t('cancelRun')}
            consequence={t('cancelAbout')}
            confirm={t('cancelRun')}
            danger
            act={() => body(api.POST('/api/v1/runs/{id}/cancel', { params: { path }, body: {} }))}
            done={t('cancelled')}
            refresh={refresh}
          />
        )}
        {mayWrite && run.status === 'failed' && (
          <Button
            size="xs"
            leftSection={<IconRefresh size={15} />}
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            {t('retryRun')}
          </Button>
        )}
        {mayWrite && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconGitBranch size={15} />}
            onClick={() => setForking(true)}
          >
            {t('fork')}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconHistory size={15} />}
          loading={replay.isPending}
          onClick={() => replay.mutate()}
        >
          {t('replayRun')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRoute size={15} />}
          renderRoot={(props) => <Link {...props} to="/flows/$flowId" params={{ flowId }} search={{ run: run.id }} />}
        >
          {t('see')}
        </Button>
      </Group>
      {replay.isPending && (
        <Group gap="xs">
          <Text role="status" size="sm" c="dimmed">
            {t('replaying')}
          </Text>
          <Button variant="subtle" size="compact-xs" onClick={replay.leave}>
            {ui('leave')}
          </Button>
        </Group>
      )}
      {replay.isError && <ErrorState title={t('notReplayed')} error={replay.error} retry={() => replay.mutate()} />}
      {replay.data !== undefined && (
        <Alert color={replay.data.same ? 'green' : 'yellow'} role="status">
          {replay.data.same ? t('replaySame') : t('replayDiffers', { count: replay.data.differences.length })}
          {replay.data.differences.map((one) => (
            <div key={one.kind + (one.nodeId ?? '') + one.says.en}>{differenceWords(one, drawn, language)}</div>
          ))}
        </Alert>
      )}
      {forking && <ForkDialog flowId={flowId} run={run} onClose={() => setForking(false)} />}
    </>
  )
}
