import { Group, Title } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { PeriodFilter, SpanChip, useSpanFault } from '../ui/period-filter.tsx'
import { type Span, spanOf } from '../ui/periods.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { Compared } from './compared.tsx'
import { COMPARED, isSeen } from './systems.ts'
import { sourcesTexts } from './texts.ts'

const ROUTE = '/shell/settings/sources'

const comparisonQuery = (pair: string, { period, from, to }: Span) =>
  queryOptions({
    queryKey: ['sources', 'comparison', pair, { period, from, to }],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/sources/{pair}/comparison', {
          params: { path: { pair }, query: spanOf({ period, from, to }, 'wall') },
          signal,
        }),
      ),
  })

/** Whether the streams of a pair agree, in a word. */
export function Agreement({ pair }: { pair: string }) {
  const t = useTexts(sourcesTexts)
  const { data, isError } = useQuery(comparisonQuery(pair, useSearch({ from: ROUTE })))
  if (data === undefined) return <>{isError ? '—' : '…'}</>
  if (!isSeen(data)) return <StateBadge tone="quiet">{t('quiet')}</StateBadge>
  return <StateBadge tone={data.agree ? 'good' : 'warm'}>{t(data.agree ? 'agree' : 'disagree')}</StateBadge>
}

/** How the two streams compare in the time that is chosen: what one sent and the other did not, what differs, and who is later. */
export function Comparison({ pair }: { pair: string }) {
  const t = useTexts(sourcesTexts)
  const { period, from, to } = useSearch({ from: ROUTE })
  const navigate = useNavigate({ from: '/settings/sources' })
  const asked = useQuery(comparisonQuery(pair, { period, from, to }))
  const said = useSpanFault(asked.error)
  const set = useCallback(
    (changes: Span) => navigate({ search: (before) => ({ ...before, ...changes }) as never, replace: true }),
    [navigate],
  )
  return (
    <section aria-label={t('comparison')}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={3} size="h4">
          {t('comparison')}
        </Title>
        <PeriodFilter {...{ period, from, to, set }} usual="PT1H" periods={COMPARED} isRefused={said !== undefined} />
      </Group>
      {(from !== undefined || to !== undefined) && <SpanChip {...{ from, to, said, set }} />}
      {asked.isPending && <Waiting />}
      {asked.isError && said === undefined && <ErrorState error={asked.error} retry={() => asked.refetch()} />}
      {asked.data && <Compared it={asked.data} isEnded={to !== undefined} />}
    </section>
  )
}
