import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, linkOptions, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../app/texts.ts'
import { CsvButton } from '../../ui/csv-button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { spanOf } from '../../ui/periods.ts'
import { StateBadge, type Tone } from '../../ui/state-badge.tsx'
import { Lasting, When } from '../../ui/when.tsx'
import { FlowHead } from '../flow-head.tsx'
import { graphFrom, listOf, membersOf, nodeOf, textIn } from '../model/graph.ts'
import { versionQuery } from '../queries.ts'
import { peopleTexts } from './people-texts.ts'
import { reportTexts } from './texts.ts'

type Person = Schema<'CountedPerson'>

const STAGES = ['entered', 'sent', 'delivered', 'followed', 'recovered', 'closed'] as const
type Stage = (typeof STAGES)[number]

const TONES: { readonly [stage in Stage]: Tone } = {
  entered: 'quiet',
  sent: 'warm',
  delivered: 'current',
  followed: 'current',
  recovered: 'good',
  closed: 'bad',
}

/** How far somebody came: the last thing that is known of them. */
function stageOf({ sentAt, deliveredAt, followedAt, recoveredAt, closedAt }: Person): Stage {
  if (recoveredAt) return 'recovered'
  if (closedAt) return 'closed'
  if (followedAt) return 'followed'
  if (deliveredAt) return 'delivered'
  return sentAt ? 'sent' : 'entered'
}

const tookMs = ({ enteredAt, recoveredAt }: Person) =>
  recoveredAt === null ? null : Date.parse(recoveredAt) - Date.parse(enteredAt)

const whomOf = ({ person, contactId, encounterId, runId }: Person) =>
  person?.name ?? person?.id ?? contactId ?? encounterId ?? runId

/** The rows behind a figure of the report. */
export function ReportPeople() {
  const t = useTexts(peopleTexts)
  const { flowId } = useParams({ from: '/shell/flows/$flowId/report/people' })
  const { version, node, arm, stage, observed, ...span } = useSearch({ from: '/shell/flows/$flowId/report/people' })
  const asked = { version: Number(version ?? 1), node, arm, stage, observed }
  const page = (cursor?: string, signal?: AbortSignal, limit = 50) =>
    body(
      api.GET('/api/v1/flows/{id}/report/people', {
        params: { path: { id: flowId }, query: { ...asked, ...spanOf(span, 'domain'), limit, cursor } },
        signal,
      }),
    )
  const pages = usePages(['flows', 'one', flowId, 'report', 'people', asked, span], page)
  const arms = useArms(flowId, asked.version, node, arm)
  const columns = useColumns()
  const csv = useMemo(
    () => [
      { title: t('person'), value: (row: Person) => row.person?.name ?? row.person?.id ?? row.contactId },
      { title: t('conversation'), value: ({ encounterId }: Person) => encounterId },
      { title: t('arm'), value: (row: Person) => row.arm },
      { title: t('entered'), value: ({ enteredAt }: Person) => enteredAt, moment: true as const },
      { title: t('sent'), value: ({ sentAt }: Person) => sentAt, moment: true as const },
      { title: t('delivered'), value: ({ deliveredAt }: Person) => deliveredAt, moment: true as const },
      { title: t('followed'), value: ({ followedAt }: Person) => followedAt, moment: true as const },
      { title: t('recovered'), value: ({ recoveredAt }: Person) => recoveredAt, moment: true as const },
      { title: t('closed'), value: ({ closedAt }: Person) => closedAt, moment: true as const },
    ],
    [t],
  )
  const toReport = { ...span, node, ...(version === undefined ? {} : { version }) }
  return (
    <>
      <FlowHead
        flowId={flowId}
        about={
          <>
            {t(observed ? 'aboutObserved' : 'about', { version: version ?? 1 })}{' '}
            <Link to="/flows/$flowId/report" params={{ flowId }} search={toReport}>
              {t('back')}
            </Link>
          </>
        }
      />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'stage',
            label: t('stage'),
            options: STAGES.map((value) => ({ value, label: t(value) })),
          },
          ...(arms.length === 0
            ? []
            : [
                {
                  kind: 'choice' as const,
                  name: 'arm',
                  label: t('arm'),
                  options: arms.map((value) => ({ value, label: value })),
                },
              ]),
          { kind: 'period', name: 'period', usual: 'P30D', refused: pages.error },
        ]}
      >
        {/* Each page counts the people anew: a file asks for few and long ones. */}
        <CsvButton name={t('file')} page={(cursor) => page(cursor, undefined, 200)} columns={csv} />
      </FilterBar>
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ runId }) => runId}
        link={({ runId }) =>
          linkOptions({ to: '/flows/$flowId/runs', params: { flowId }, search: { selected: runId } })
        }
        columns={columns}
        empty={
          <EmptyState icon={IconUsers} title={t('none')}>
            {t('noneAbout')}
          </EmptyState>
        }
      />
    </>
  )
}

/** The arms of the split that the report is of, and the one that is chosen; a flow as a whole has none. */
function useArms(flowId: string, version: number, node: string | undefined, chosen: string | undefined): string[] {
  const drawn = useQuery({ ...versionQuery(flowId, version), enabled: node !== undefined }).data?.graph
  const split = node === undefined || drawn === undefined ? undefined : nodeOf(graphFrom(drawn), node)
  const handles = listOf(split?.data.arms).map((arm) => textIn(membersOf(arm).handle))
  return [...new Set(chosen === undefined ? handles : [...handles, chosen])]
}

function useColumns(): readonly Column<Person>[] {
  const t = useTexts(peopleTexts)
  const words = useTexts(reportTexts)
  return useMemo(
    () => [
      { key: 'person', title: t('person'), render: whomOf },
      {
        key: 'arm',
        title: t('arm'),
        width: '18%',
        render: ({ arm, holdout }) =>
          arm === '' ? words('whole') : `${arm}${holdout ? ` (${words('control')})` : ''}`,
      },
      {
        key: 'now',
        title: t('now'),
        width: '180px',
        render: (row) => <StateBadge tone={TONES[stageOf(row)]}>{t(stageOf(row))}</StateBadge>,
      },
      {
        key: 'after',
        title: t('after'),
        width: '200px',
        wideOnly: true,
        render: (row) => <Lasting of={tookMs(row)} />,
      },
      { key: 'entered', title: t('entered'), width: '140px', render: ({ enteredAt }) => <When at={enteredAt} /> },
      {
        key: 'window',
        title: t('window'),
        width: '140px',
        wideOnly: true,
        render: ({ windowEndsAt }) => <When at={windowEndsAt} />,
      },
    ],
    [t, words],
  )
}
