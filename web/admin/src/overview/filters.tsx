import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { flowNamesQuery } from '../flows/queries.ts'
import { useQueues } from '../queues/query.ts'
import { type Filter, FilterBar } from '../ui/filter-bar.tsx'
import { funnelQuery, type Narrowing, USUAL_PERIOD } from './queries.ts'
import { overviewTexts } from './texts.ts'

/**
 * What the figures are narrowed by. Channels are those in which somebody fell silent.
 * @param props.more of the page's own
 * @param props.refused the error of what the page asked for
 */
export function OverviewFilters(props: { more?: readonly Filter[]; refused: unknown; children?: React.ReactNode }) {
  const { more = [], refused, children } = props
  const t = useTexts(overviewTexts)
  const can = useCan()
  const { period, from, to, version }: Narrowing = useSearch({ strict: false })
  const queues = useQueues()
  const flows = useQuery({ ...flowNamesQuery, enabled: can('flows:read') }).data ?? []
  const channels = useQuery(funnelQuery({ period, from, to }, 'channel')).data?.groups ?? []
  const choices = (values: readonly (string | null | undefined)[]) =>
    [...new Set(values)].flatMap((value) => (value ? [{ value, label: value }] : []))
  const all: Filter[] = [
    { kind: 'period', name: 'period', usual: USUAL_PERIOD, refused },
    {
      kind: 'choice',
      name: 'queue',
      label: t('queue'),
      options: queues.map(({ id, name }) => ({ value: id, label: name || id })),
    },
    { kind: 'choice', name: 'brand', label: t('brand'), options: choices(queues.map(({ brand }) => brand)) },
    { kind: 'choice', name: 'service', label: t('service'), options: choices(queues.map(({ service }) => service)) },
    { kind: 'choice', name: 'channel', label: t('channel'), options: choices(channels.map(({ key }) => key)) },
    {
      kind: 'choice',
      name: 'flow',
      label: t('flow'),
      options: flows.map(({ id, name }) => ({ value: id, label: name })),
    },
  ]
  const unknowns = ['queue', 'brand', 'service', 'channel', 'flow'] as const
  all.push({
    kind: 'choice',
    name: 'without',
    label: t('without'),
    rare: true,
    options: unknowns.map((value) => ({ value, label: t(`without-${value}`) })),
  })
  const filters = [...all, ...more].filter((filter) => filter.kind !== 'choice' || filter.options.length > 0)
  if (version !== undefined)
    filters.push({
      kind: 'choice',
      name: 'version',
      label: t('version', { version }),
      options: [{ value: version, label: t('version', { version }) }],
    })
  return <FilterBar filters={filters}>{children}</FilterBar>
}
