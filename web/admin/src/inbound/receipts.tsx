import { Button, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { type Language, useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { brokerWords } from '../brokers/words.ts'
import { useAct } from '../ui/act.ts'
import { ConfirmDialogue } from '../ui/confirm-act.tsx'
import { Code, CopyId } from '../ui/copy.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState, useSentence } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Json } from '../ui/json.tsx'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { inboundTexts } from './texts.ts'

const STATES = ['received', 'taken', 'refused'] as const
type State = (typeof STATES)[number]
const TONES: Record<State, Tone> = { received: 'current', taken: 'good', refused: 'bad' }

function ReceiptState({ status }: { status: State }) {
  const t = useTexts(inboundTexts)
  return <StateBadge tone={TONES[status]}>{t(status)}</StateBadge>
}

/** Why it was refused; what is wrong with a body has its words where brokers have them. */
const reasonIn = ({ says }: { says?: Record<Language, string> }, language: Language) =>
  says && brokerWords(says[language], language)

/** What came to an endpoint, refused messages too, and the way to take it in again. */
export function Receipts({ endpoint }: { endpoint: string }) {
  const t = useTexts(inboundTexts)
  const language = useLanguage()
  const may = useCan()('inbound:write')
  const { status, code, selected } = useSearch({ from: '/shell/settings/inbound/$id' })
  const pages = usePages(['inbound', 'receipts', endpoint, { status, code }], (cursor, signal) =>
    body(
      api.GET('/api/v1/inbound-endpoints/{id}/receipts', {
        params: { path: { id: endpoint }, query: { limit: 50, cursor, status, code } },
        signal,
      }),
    ),
  )
  return (
    <section aria-label={t('receipts')}>
      <Title order={2} size="h3" mb="xs">
        {t('receipts')}
      </Title>
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'status',
            label: t('state'),
            options: STATES.map((value) => ({ value, label: t(value) })),
          },
          { kind: 'text', name: 'code', label: t('code') },
        ]}
      >
        {may && <Refeed endpoint={endpoint} filter={{ status, code }} />}
      </FilterBar>
      <WithDetail
        detail={
          selected !== undefined && {
            title: t('receipts'),
            content: <Receipt key={selected} endpoint={endpoint} id={selected} />,
          }
        }
      >
        <DataTable
          label={t('receipts')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={[
            {
              key: 'what',
              title: t('what'),
              render: (row) => row.eventType ?? reasonIn(row, language) ?? row.messageId ?? row.id,
            },
            { key: 'state', title: t('state'), width: '140px', render: (row) => <ReceiptState status={row.status} /> },
            {
              key: 'at',
              title: t('at'),
              width: '150px',
              render: ({ receivedAt }) => <When clock="wall" at={receivedAt} />,
            },
            {
              key: 'times',
              title: t('times'),
              width: '80px',
              align: 'right',
              wideOnly: true,
              render: (row) => row.times,
            },
          ]}
          empty={
            <EmptyState icon={IconInbox} heading={3} title={t(status || code ? 'receiptsNone' : 'receiptsEmpty')}>
              {!status && !code && t('receiptsEmptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </section>
  )
}

type Filter = { status?: State | undefined; code?: string | undefined }

/** Takes in again what the filters find; how much that is, is counted before one is asked. */
function Refeed({ endpoint, filter }: { endpoint: string; filter: Filter }) {
  const t = useTexts(inboundTexts)
  const [opened, { open, close }] = useDisclosure()
  const params = { path: { id: endpoint } }
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('refeed')}
      </Button>
      <ConfirmDialogue
        opened={opened}
        close={close}
        title={t('refeedAsk')}
        consequence={opened && <Count endpoint={endpoint} filter={filter} />}
        confirm={t('refeed')}
        act={() => body(api.POST('/api/v1/inbound-endpoints/{id}/refeed', { params, body: filter }))}
        done={({ count }) => t('refeedStarted', { count })}
        refresh={[['inbound', 'receipts', endpoint]]}
      />
    </>
  )
}

function Count({ endpoint, filter }: { endpoint: string; filter: Filter }) {
  const t = useTexts(inboundTexts)
  const sentence = useSentence()
  const asked = useQuery({
    queryKey: ['inbound', 'count', endpoint, filter],
    queryFn: ({ signal }) =>
      body(
        api.POST('/api/v1/inbound-endpoints/{id}/refeed', {
          params: { path: { id: endpoint } },
          body: { ...filter, dryRun: true },
          signal,
        }),
      ),
    staleTime: 0,
  })
  if (asked.isPending) return <Text c="dimmed">{t('counting')}</Text>
  if (asked.isError) return <Text c="red">{sentence(asked.error)}</Text>
  return (
    <>
      <Text>{t('refeedCount', { count: asked.data.count })}</Text>
      {!asked.data.complete && <Text>{t('refeedMore')}</Text>}
    </>
  )
}

function Receipt({ endpoint, id }: { endpoint: string; id: string }) {
  const t = useTexts(inboundTexts)
  const language = useLanguage()
  const may = useCan()('inbound:write')
  const params = { path: { id: endpoint, receiptId: id } }
  const asked = useQuery({
    queryKey: ['inbound', 'receipt', endpoint, id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/inbound-endpoints/{id}/receipts/{receiptId}', { params, signal })),
  })
  const refeed = useAct({
    act: () => body(api.POST('/api/v1/inbound-endpoints/{id}/receipts/{receiptId}/refeed', { params })),
    done: ({ duplicate }) => t(duplicate ? 'refedDuplicate' : 'refedOne'),
    refresh: [
      ['inbound', 'receipts', endpoint],
      ['inbound', 'receipt', endpoint],
    ],
  })
  if (asked.isPending) return <Waiting />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => asked.refetch()} />
  const it = asked.data
  return (
    <Stack gap="md" align="stretch">
      <Facts
        facts={[
          [t('state'), <ReceiptState key="state" status={it.status} />],
          [t('reason'), reasonIn(it, language)],
          [t('code'), it.code && <code key="code">{it.code}</code>],
          [t('verified'), t(it.verified ? 'yes' : 'no')],
          [t('event'), it.eventId && <CopyId key="event" id={it.eventId} />],
          [t('at'), <When key="at" clock="wall" at={it.receivedAt} />],
          [t('times'), it.times],
          [t('size'), t('bytes', { count: it.size })],
        ]}
      />
      <Text fw={500}>{t('body')}</Text>
      <Code wrap>{it.body ?? it.bodyBase64 ?? ''}</Code>
      <Text fw={500}>{t('headers')}</Text>
      <Json value={it.headers} open={1} />
      {may && it.complete && (
        <Button loading={refeed.isPending} onClick={() => refeed.mutate()}>
          {t('refeedOne')}
        </Button>
      )}
    </Stack>
  )
}
