import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconChecklist, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Json } from '../../ui/json.tsx'
import { useListed } from '../../ui/listed.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { FlowHead } from '../flow-head.tsx'
import { type CaseBody, newCase } from '../model/cases/case.ts'
import type { Verdict } from '../model/cases/comparison.ts'
import { type Graph, graphFrom, membersOf } from '../model/graph.ts'
import { beginningOf } from '../model/scenario.ts'
import { flowQuery } from '../queries.ts'
import { useFlowSentence } from '../sentence.ts'
import { useExamples } from '../use-examples.ts'
import { bodyOf, type Case, CaseEditor } from './case-editor.tsx'
import { CaseStory } from './case-story.tsx'
import { ExpectedStory } from './expected-story.tsx'
import { caseTexts } from './texts.ts'
import { VerdictTable } from './verdict-table.tsx'

/** The cases of a flow: played to the draft, each with what it expects and what came. */
export function CasesPage() {
  const t = useTexts(caseTexts)
  const can = useCan()
  const sentence = useFlowSentence()
  const { flowId } = useParams({ from: '/shell/flows/$flowId/cases' })
  const { selected } = useSearch({ from: '/shell/flows/$flowId/cases' })
  const language = useLanguage()
  const navigate = useNavigate({ from: '/flows/$flowId/cases' })
  const [editing, setEditing] = useState<{ name: string; start: CaseBody } | null>(null)
  const exampleOf = useExamples()
  const queries = useQueryClient()
  const flow = useQuery(flowQuery(flowId))
  const graph = useMemo(() => graphFrom(flow.data?.draft), [flow.data])
  const cases = usePages<Case>(['flows', 'one', flowId, 'cases'], (cursor, signal) =>
    body(
      api.GET('/api/v1/flows/{id}/cases', { params: { path: { id: flowId }, query: { limit: 100, cursor } }, signal }),
    ),
  )
  const play = useMutation({
    mutationFn: () => body(api.POST('/api/v1/flows/{id}/cases/run', { params: { path: { id: flowId } }, body: {} })),
  })
  const verdicts = new Map(play.data?.results.map((verdict) => [verdict.name, verdict]))
  const columns: Column<Case>[] = [
    { key: 'name', title: t('name'), render: ({ name }) => name },
    {
      key: 'verdict',
      title: t('status'),
      width: '200px',
      render: ({ name }) => <Passed verdict={verdicts.get(name)} />,
    },
    {
      key: 'updated',
      title: t('updated'),
      width: '150px',
      wideOnly: true,
      render: (one) => <When at={one.updatedAt} />,
    },
  ]
  const detailOf = useListed({ selected, pages: cases, idOf: ({ name }: Case) => name })
  const begin = async () => {
    // Whoever is faster than the answer waits for it: a new case begins with what begins the flow.
    const known = await queries.ensureQueryData(flowQuery(flowId)).catch(() => undefined)
    if (known === undefined) return
    const drawn = graphFrom(known.draft)
    const example = await exampleOf(beginningOf(drawn))
    setEditing({ name: '', start: newCase(drawn, t('someName'), language, example) })
  }
  const add = can('flows:write') && (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={begin}>
      {t('new')}
    </Button>
  )
  return (
    <>
      <FlowHead
        flowId={flowId}
        about={t('about')}
        actions={
          <>
            {add}
            <Button leftSection={<IconPlayerPlay size={16} />} loading={play.isPending} onClick={() => play.mutate()}>
              {t('play')}
            </Button>
          </>
        }
      />
      {play.isError && <Alert color="red">{sentence(play.error)}</Alert>}
      {play.data !== undefined && play.data.results.length > 0 && (
        <Alert color={play.data.failed > 0 ? 'red' : 'green'} mb="md" role="status">
          {t('played', { passed: play.data.passed, failed: play.data.failed })}
        </Alert>
      )}
      <WithDetail
        detail={detailOf((open) => ({
          title: open.name,
          acts: can('flows:write') && (
            <>
              <Button size="xs" variant="default" onClick={() => setEditing({ name: open.name, start: bodyOf(open) })}>
                {t('edit')}
              </Button>
              <Remove flowId={flowId} name={open.name} />
            </>
          ),
          content: <Detail one={open} verdict={verdicts.get(open.name)} graph={graph} />,
        }))}
      >
        <DataTable
          label={t('cases')}
          pages={cases}
          columns={columns}
          rowId={({ name }) => name}
          selected={selected}
          opens
          empty={
            <EmptyState icon={IconChecklist} title={t('none')} action={add}>
              {t('noneAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
      {editing !== null && (
        <CaseEditor
          flowId={flowId}
          graph={graph}
          {...editing}
          onClose={() => setEditing(null)}
          onSaved={(name) => {
            setEditing(null)
            // The verdicts are of what was there before.
            if (play.data !== undefined) play.mutate()
            void navigate({ search: { selected: name } })
          }}
        />
      )}
    </>
  )
}

function Passed({ verdict }: { verdict: Verdict | undefined }) {
  const t = useTexts(caseTexts)
  if (verdict === undefined) return <StateBadge tone="quiet">{t('notPlayed')}</StateBadge>
  return verdict.passed ? (
    <StateBadge tone="good">{t('passed')}</StateBadge>
  ) : (
    <StateBadge tone="bad">{t('red')}</StateBadge>
  )
}

function Detail({ one, verdict, graph }: { one: Case; verdict: Verdict | undefined; graph: Graph }) {
  const t = useTexts(caseTexts)
  const body = bodyOf(one)
  const expect = membersOf(body.expect)
  return (
    <Stack>
      <Group>
        <Passed verdict={verdict} />
      </Group>
      {one.description !== undefined && <Text>{one.description}</Text>}
      {verdict === undefined ? (
        <section>
          <Title order={3} size="h4" mb={4}>
            {t('partExpected')}
          </Title>
          <ExpectedStory expect={expect} graph={graph} />
        </section>
      ) : (
        <section aria-label={t('compared')}>
          <VerdictTable expect={expect} verdict={verdict} graph={graph} />
        </section>
      )}
      <section>
        <Title order={3} size="h4" mb={4}>
          {t('partGiven')}
        </Title>
        <CaseStory body={body} graph={graph} />
      </section>
      <details>
        <Text component="summary" size="sm" c="dimmed" style={{ cursor: 'pointer' }}>
          {t('asJson')}
        </Text>
        <Json value={body} open={1} />
      </details>
    </Stack>
  )
}

function Remove({ flowId, name }: { flowId: string; name: string }) {
  const t = useTexts(caseTexts)
  return (
    <ConfirmAct
      label={t('remove')}
      button={{ size: 'xs' }}
      title={t('remove')}
      consequence={t('removeAbout', { name })}
      confirm={t('remove')}
      danger
      act={() => api.DELETE('/api/v1/flows/{id}/cases/{name}', { params: { path: { id: flowId, name } } })}
      done={t('removed')}
      refresh={[['flows', 'one', flowId, 'cases']]}
    />
  )
}
