import { Alert, Button, Group, Loader, Select, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { currentTime } from '../../app/clock.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { eventWords } from '../../events/words.ts'
import { useReason } from '../../notifications/reason.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { numberFormat } from '../../ui/formatters.ts'
import { useLeavable } from '../../ui/leavable.ts'
import { brief } from '../../ui/moments.ts'
import { Stat } from '../../ui/stat.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { When } from '../../ui/when.tsx'
import { FlowHead } from '../flow-head.tsx'
import { MessagePreview } from '../message-preview.tsx'
import { type FlowNode, graphFrom, nodeOf } from '../model/graph.ts'
import { outcomeWords } from '../model/outcome-words.ts'
import { channelWord, nameOf } from '../model/sentences.ts'
import { differenceWords } from '../model/step-words.ts'
import { type Answer, flowQuery, versionQuery } from '../queries.ts'
import { isUnfit, useFlowSentence } from '../sentence.ts'
import { RUN_STATES } from '../status-badge.tsx'
import { flowTexts } from '../texts.ts'
import classes from './replay-page.module.css'
import { replayTexts } from './texts.ts'

type Replay = Answer<'postFlowsByIdReplay'>
type Comparison = NonNullable<Replay['comparison']>
const PERIODS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 } as const
type Period = keyof typeof PERIODS

/** What has been, run on the draft: counted first, then who would have got what differently. */
export function ReplayPage() {
  const t = useTexts(replayTexts)
  const ui = useTexts(uiTexts)
  const language = useLanguage()
  const sentence = useFlowSentence()
  const { flowId } = useParams({ from: '/shell/flows/$flowId/replay' })
  const [period, setPeriod] = useState<Period>('day')
  const ask = (dryRun: boolean, signal: AbortSignal) => {
    // Flows live in the program's time.
    const to = currentTime('domain')
    return body(
      api.POST('/api/v1/flows/{id}/replay', {
        params: { path: { id: flowId } },
        body: { from: new Date(to - PERIODS[period]).toISOString(), to: new Date(to).toISOString(), dryRun },
        signal,
      }),
    )
  }
  const count = useLeavable((signal) => ask(true, signal))
  const run = useLeavable((signal) => ask(false, signal))
  const asked = run.isIdle ? count : run
  const { error } = asked
  return (
    <>
      <FlowHead flowId={flowId} about={t('about')} />
      <Group align="flex-end" mb="lg">
        <Select
          label={t('period')}
          allowDeselect={false}
          w={220}
          value={period}
          data={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t(value) }))}
          onChange={(next) => {
            setPeriod((next ?? 'day') as Period)
            count.leave()
            run.leave()
          }}
        />
        {count.data === undefined ? (
          <Button variant="default" loading={count.isPending} onClick={() => count.mutate()}>
            {t('count')}
          </Button>
        ) : (
          <Button
            leftSection={<IconHistory size={16} />}
            loading={run.isPending}
            disabled={count.data.events === 0}
            onClick={() => run.mutate()}
          >
            {t('run', { count: count.data.events })}
          </Button>
        )}
      </Group>
      {error !== null &&
        (isUnfit(error) ? (
          <Alert color="red">{sentence(error)}</Alert>
        ) : (
          <ErrorState title={t('notDone')} error={error} retry={() => asked.mutate()} />
        ))}
      {count.data !== undefined && run.data === undefined && !run.isPending && (
        <Stack gap={2} role="status">
          <Text fw={600}>{t('counted', { count: count.data.events })}</Text>
          {count.data.types.map(({ type, count: many }) => (
            <Text key={type} size="sm" c="dimmed">
              {numberFormat(language).format(many)} · {eventWords(type, language) ?? type}
            </Text>
          ))}
        </Stack>
      )}
      {asked.isPending && (
        <Group>
          <Group role="status" wrap="nowrap">
            <Loader size="sm" /> {t(run.isPending ? 'running' : 'counting')}
          </Group>
          <Button variant="default" size="xs" onClick={asked.leave}>
            {ui('leave')}
          </Button>
        </Group>
      )}
      {run.data?.comparison != null && <Result flowId={flowId} comparison={run.data.comparison} />}
    </>
  )
}

function Result({ flowId, comparison }: { flowId: string; comparison: Comparison }) {
  const t = useTexts(replayTexts)
  const language = useLanguage()
  const { same, different, subjects, kinds, outcomes, messages, examples, names } = comparison
  const whom = (id: string) => (Object.hasOwn(names, id) ? (names[id] ?? id) : id)
  const flow = useQuery(flowQuery(flowId))
  // What was went by versions whose steps may have said something else.
  const versions = [...new Set(examples.flatMap(({ real }) => real?.version ?? []))]
  const published = useQueries({ queries: versions.map((version) => versionQuery(flowId, version)) })
  const named = (node: FlowNode | undefined, nodeId: string | null) =>
    node === undefined ? (nodeId ?? 'Cauce') : nameOf(node, language)
  const draft = graphFrom(flow.data?.draft ?? {})
  const step = (nodeId: string | null) => named(nodeOf(draft, nodeId), nodeId)
  const drawn = [draft, ...published.flatMap(({ data }) => (data === undefined ? [] : [graphFrom(data.graph)]))]
  const goesOn = drawn.some(({ nodes }) => nodes.some(({ data }) => data.escalateAfter !== undefined))
  const realGraph = (version: number | null | undefined) => {
    const known = version == null ? undefined : published[versions.indexOf(version)]?.data
    return known === undefined ? draft : graphFrom(known.graph)
  }
  const realStep = (version: number | null | undefined) => (nodeId: string | null) =>
    named(nodeOf(realGraph(version), nodeId), nodeId)
  /** What was said is named by the version that said it, where the draft has other words for it. */
  const toldBy = ({ nodeId, real, draft }: { nodeId: string | null; real: number; draft: number }) => {
    const [was, would] = [realStep(versions[0])(nodeId), step(nodeId)]
    if (was === would || draft === 0) return was
    return real === 0 ? would : `${was} → ${would}`
  }
  const ended = useEnded()
  return (
    <Stack gap="xl">
      <section>
        <h2 className={classes.heading}>{t('result')}</h2>
        <Group gap="xl">
          <Stat label={t('same')} value={same} tone="good" />
          <Stat label={t('different')} value={different} tone={different > 0 ? 'warm' : 'quiet'} />
          <Stat label={t('people')} value={subjects} />
        </Group>
        {different === 0 && <Alert color="green">{t('nothing')}</Alert>}
        {kinds.length > 0 && (
          <table className={`${classes.table} ${classes.kinds}`}>
            <thead>
              <tr>
                <th scope="col">{t('kind')}</th>
                <th scope="col">{t('runs')}</th>
              </tr>
            </thead>
            <tbody>
              {kinds.map(({ kind, runs }) => (
                <tr key={kind}>
                  <th scope="row">{t(kind)}</th>
                  <td>{numberFormat(language).format(runs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <Group align="flex-start" gap={48}>
        <Both
          title={t('outcomes')}
          first={t('ending')}
          none={t('noOutcomes')}
          rows={outcomes.map((row) => ({
            key: row.outcome,
            name: ended(row.outcome),
            real: row.real,
            draft: row.draft,
          }))}
        />
        <Both
          title={t('messages')}
          first={t('message')}
          none={t('noMessages')}
          {...(goesOn ? { about: t('firstOnly') } : {})}
          rows={messages.map((row) => ({
            key: `${row.nodeId} ${row.channel} ${row.outcome}`,
            name: `${toldBy(row)} · ${row.channel === null ? '' : `${channelWord(row.channel, language)}, `}${t(row.outcome)}`,
            real: row.real,
            draft: row.draft,
          }))}
        />
      </Group>
      {examples.length > 0 && (
        <section>
          <h2 className={classes.heading}>{t('examples')}</h2>
          <Stack gap="md">
            {examples.map(({ event, differences, real, draft: would }) => (
              <article key={event.id} className={classes.example}>
                <Text fw={600}>
                  {whom(
                    event.contactId !== null && Object.hasOwn(names, event.contactId) ? event.contactId : event.subject,
                  )}{' '}
                  <Text span size="sm" c="dimmed">
                    {eventWords(event.type, language) ?? event.type} · <When at={event.at} />
                  </Text>
                </Text>
                <ul>
                  {differences.map((one) => (
                    <li key={one.kind + (one.nodeId ?? '') + one.says.en}>
                      {differenceWords(one, { draft, real: realGraph(real?.version) }, language)}
                    </li>
                  ))}
                </ul>
                <div className={classes.sides}>
                  <Side title={t('real')} course={real} step={realStep(real?.version)} whom={whom} />
                  <Side title={t('draft')} course={would} step={step} whom={whom} />
                </div>
              </article>
            ))}
          </Stack>
        </section>
      )}
    </Stack>
  )
}

/** How a run ended, in words; what goes on, and what has no outcome of its own, is told by its state. */
function useEnded(): (outcome: string) => string {
  const words = useTexts(flowTexts)
  const language = useLanguage()
  return (outcome) =>
    Object.hasOwn(RUN_STATES, outcome)
      ? words(RUN_STATES[outcome as keyof typeof RUN_STATES].word)
      : outcomeWords(outcome, language)
}

type Row = { key: string; name: string; real: number; draft: number }

function Both({
  title,
  first,
  none,
  about,
  rows,
}: {
  title: string
  first: string
  none: string
  about?: string
  rows: readonly Row[]
}) {
  const t = useTexts(replayTexts)
  const language = useLanguage()
  return (
    <section>
      <h2 className={classes.heading}>{title}</h2>
      {about !== undefined && (
        <Text size="sm" c="dimmed" maw={360} mb="xs">
          {about}
        </Text>
      )}
      {rows.length === 0 ? (
        <Text c="dimmed">{none}</Text>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{first}</th>
              <th scope="col">{t('real')}</th>
              <th scope="col">{t('draft')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, name, real, draft }) => (
              <tr key={key} data-differs={real !== draft || undefined}>
                <th scope="row">{name}</th>
                <td>{numberFormat(language).format(real)}</td>
                <td>{numberFormat(language).format(draft)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

type Course = Comparison['examples'][number]['real']

function Side(props: {
  title: string
  course: Course
  step: (id: string | null) => string
  whom: (id: string) => string
}) {
  const { title, course, step, whom } = props
  const t = useTexts(replayTexts)
  const language = useLanguage()
  const reason = useReason()
  const ended = useEnded()
  return (
    <div>
      <Text size="sm" c="dimmed" mb={4}>
        {title}
        {course !== null && ` · ${ended(course.outcome)}`}
      </Text>
      {course === null ? (
        <Text size="sm">—</Text>
      ) : (
        <>
          <Text size="sm" mb={6}>
            {course.path.map(({ nodeId }) => step(nodeId)).join(' → ')}
          </Text>
          <Stack gap={6}>
            {course.said.map((said) =>
              said.body === null && said.reason !== null ? (
                <Text key={said.at + said.nodeId} size="sm" c="dimmed">
                  {t('notSent', { why: reason(said.reason) })}
                </Text>
              ) : (
                <div key={said.at + said.nodeId}>
                  <Text size="xs" c="dimmed" mb={2}>
                    {brief(Date.parse(said.at), language)}
                    {said.to !== null && ` · ${t('toWhom', { who: Object.values(said.to).map(whom).join() })}`}
                    {said.kind === 'notify' && ` · ${said.link === null ? t('noLink') : t('withLink')}`}
                  </Text>
                  <MessagePreview
                    channel={said.kind === 'notify' ? (said.channel ?? 'inbox') : 'chat'}
                    title={said.title}
                    body={said.body}
                  />
                </div>
              ),
            )}
            {course.said.length === 0 && (
              <Text size="sm" c="dimmed">
                {t('said')}: {t('nothingSaid')}
              </Text>
            )}
          </Stack>
        </>
      )}
    </div>
  )
}
