import { Text } from '@mantine/core'
import { IconTruckDelivery } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { About } from '../../events/about.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { CsvButton } from '../../ui/csv-button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { type Filter, FilterBar } from '../../ui/filter-bar.tsx'
import { dateFormat } from '../../ui/formatters.ts'
import { type Span, spanOf } from '../../ui/periods.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { Next, When } from '../../ui/when.tsx'
import { usePlaces } from '../places.ts'
import { DeliveryDetail } from './detail.tsx'
import { useFailure } from './failure.ts'
import { Reason } from './reason.tsx'
import { RetryLost } from './retry-lost.tsx'
import { deliveriesTexts } from './texts.ts'
import { channelWords, type Delivery, isUnderWay, LOOK_MS, STATUS_TONES, STATUSES, subscriptionIn } from './words.ts'

type Filters = Span & {
  status?: Delivery['status']
  channel?: string
  target?: string
  eventId?: string
  selected?: string
}

/** Of many that went within a minute the second tells which is which. */
function Ended({ at }: { at: string }) {
  const language = useLanguage()
  return (
    <>
      <When at={at} clock="wall" />{' '}
      <Text span inherit c="dimmed">
        {dateFormat(language, { timeStyle: 'medium' }).format(Date.parse(at))}
      </Text>
    </>
  )
}

/** Deliveries by filters of the address: of one subscription, or of all channels. */
export function Deliveries({ subscription }: { subscription?: string }) {
  const t = useTexts(deliveriesTexts)
  const language = useLanguage()
  const failure = useFailure()
  const { selected, ...filters }: Filters = useSearch({ strict: false })
  const { period, from, to, ...same } = filters
  const page = (cursor?: string, signal?: AbortSignal) => {
    const { from: since, to: until } = spanOf({ period, from, to }, 'wall')
    const query = { limit: 50, cursor, subscription, ...same, since, until }
    return body(api.GET('/api/v1/deliveries', { params: { query }, signal }))
  }
  const places = usePlaces(subscription === undefined)
  const key = ['webhooks', 'deliveries', subscription, filters]
  const pages = usePages(key, page, {
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.some(isUnderWay) ? LOOK_MS : false),
  })
  useLive(key, () => true, 4_000)
  const filtered = Object.values(filters).some((value) => value !== undefined)
  const choices: Filter[] = [
    {
      kind: 'choice',
      name: 'status',
      label: t('state'),
      options: STATUSES.map((value) => ({ value, label: t(value) })),
    },
    { kind: 'period', name: 'period' },
    ...(subscription === undefined
      ? ([
          {
            kind: 'choice',
            name: 'channel',
            label: t('channel'),
            options: ['webhook', 'push', 'email', 'http'].map((value) => ({
              value,
              label: channelWords(value, language),
            })),
          },
          { kind: 'text', name: 'target', label: t('target') },
          { kind: 'text', name: 'eventId', label: t('eventId') },
        ] as const)
      : []),
  ]
  const columns = useMemo<Column<Delivery>[]>(
    () => [
      {
        key: 'event',
        title: t('by'),
        render: (row) => <Reason of={row} />,
      },
      {
        key: 'about',
        title: t('aboutWhom'),
        width: '14%',
        render: ({ eventSubject, eventType }) =>
          eventSubject === null || eventType === null ? '—' : <About subject={eventSubject} type={eventType} />,
      },
      ...(subscription === undefined
        ? [
            {
              key: 'target',
              title: t('target'),
              width: '14%',
              render: ({ target }: Delivery) => places.get(subscriptionIn(target) ?? '') ?? target,
            },
            {
              key: 'channel',
              title: t('channel'),
              width: '100px',
              render: ({ channel }: Delivery) => channelWords(channel, language),
            },
          ]
        : [
            {
              key: 'eventId',
              title: t('eventId'),
              width: '160px',
              wideOnly: true,
              render: ({ eventId }: Delivery) => (eventId === null ? '—' : <CopyId id={eventId} />),
            },
          ]),
      {
        key: 'state',
        title: t('state'),
        width: '130px',
        render: ({ status }) => <StateBadge tone={STATUS_TONES[status]}>{t(status)}</StateBadge>,
      },
      {
        key: 'answer',
        title: t('answer'),
        width: '12%',
        wideOnly: true,
        render: ({ lastStatus, lastError, channel }) =>
          lastError !== null ? failure(lastError, channel) : lastStatus === null ? '—' : `HTTP ${lastStatus}`,
      },
      {
        key: 'attempts',
        title: t('attempts'),
        width: '80px',
        align: 'right',
        render: ({ attempts }) => attempts,
      },
      {
        key: 'when',
        title: t('when'),
        width: '180px',
        render: ({ endedAt, nextAttemptAt, createdAt }) =>
          nextAttemptAt === null ? <Ended at={endedAt ?? createdAt} /> : <Next at={nextAttemptAt} />,
      },
    ],
    [t, language, failure, places, subscription],
  )
  return (
    <>
      <FilterBar filters={choices}>
        <RetryLost {...{ subscription, channel: filters.channel, target: filters.target, period, from, to }} />
        <CsvButton
          name={t('file')}
          page={page}
          columns={[
            { title: t('id'), value: ({ id }) => id },
            { title: t('event'), value: ({ eventType }) => eventType },
            { title: t('eventId'), value: ({ eventId }) => eventId },
            { title: t('aboutWhom'), value: ({ eventSubject }) => eventSubject },
            { title: t('channel'), value: ({ channel }) => channelWords(channel, language) },
            { title: t('target'), value: ({ target }) => places.get(subscriptionIn(target) ?? '') ?? target },
            { title: t('state'), value: ({ status }) => t(status) },
            { title: t('attempts'), value: ({ attempts }) => attempts },
            { title: t('created'), value: ({ createdAt }) => createdAt, moment: true },
            {
              title: t('answer'),
              value: ({ lastStatus, lastError, channel }) =>
                lastError === null ? lastStatus : failure(lastError, channel),
            },
          ]}
        />
      </FilterBar>
      <WithDetail detail={selected !== undefined && { title: t('one'), content: <DeliveryDetail id={selected} /> }}>
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={columns}
          empty={
            <EmptyState icon={IconTruckDelivery} title={t(filtered ? 'none' : 'empty')} heading={3}>
              {t(filtered ? 'noneAbout' : 'emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </>
  )
}
