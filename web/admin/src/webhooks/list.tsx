import { Button, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { Link, useSearch } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Next, When } from '../ui/when.tsx'
import { Backup } from './backup.tsx'
import { LOOK_MS } from './deliveries/words.ts'
import { MakeSubscription } from './subscription/edit.tsx'
import { HealthBadge } from './subscription/health.tsx'
import { placeOf } from './subscription/words.ts'
import { webhooksTexts } from './texts.ts'

/** Who is told of what happens, and how each fares. */
export function Webhooks() {
  const t = useTexts(webhooksTexts)
  const can = useCan()
  const { state, q } = useSearch({ from: '/shell/webhooks' })
  const all = usePages(
    ['webhooks', 'list'],
    async (_cursor, signal) => ({
      items: await body(api.GET('/api/v1/subscriptions', { params: { query: { health: true } }, signal })),
      nextCursor: null,
    }),
    { refetchInterval: LOOK_MS },
  )
  const [making, make] = useDisclosure()
  const subscriptions = all.data?.pages.flatMap(({ items }) => items) ?? []
  const words = q?.toLowerCase() ?? ''
  const shown = subscriptions.filter(
    (each) =>
      (state === undefined ||
        (state === 'paused' ? each.health?.breaker.state === 'open' : each.health?.state === state)) &&
      `${placeOf(each)} ${each.routingKeyPattern}`.toLowerCase().includes(words),
  )
  const pages = { ...all, data: all.data && { ...all.data, pages: [{ items: shown, nextCursor: null }] } } as typeof all
  const button = can('subscriptions:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={make.open}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <PageHead title={t('title')} about={t('about')} actions={button} />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'state',
            label: t('state'),
            options: (['well', 'failing', 'paused', 'disabled'] as const).map((value) => ({ value, label: t(value) })),
          },
          { kind: 'text', name: 'q', label: t('words') },
        ]}
      >
        <Group gap="xs">
          {can('deliveries:read') && (
            <Button variant="default" renderRoot={(root) => <Link to="/webhooks/deliveries" {...root} />}>
              {t('all')}
            </Button>
          )}
          <Backup subscriptions={subscriptions} />
        </Group>
      </FilterBar>
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ id }) => id}
        link={({ id }) => ({ to: '/webhooks/$id', params: { id } })}
        columns={[
          { key: 'where', title: t('where'), render: (row) => placeOf(row) },
          { key: 'pattern', title: t('pattern'), width: '24%', render: (row) => <code>{row.routingKeyPattern}</code> },
          {
            key: 'state',
            title: t('state'),
            width: '150px',
            render: ({ health }) => health && <HealthBadge health={health} />,
          },
          {
            key: 'last',
            title: t('last'),
            width: '150px',
            wideOnly: true,
            render: ({ health }) =>
              health?.lastSuccessAt ? <When at={health.lastSuccessAt} clock="wall" /> : t('never'),
          },
          {
            key: 'next',
            title: t('next'),
            width: '150px',
            wideOnly: true,
            render: ({ health }) => <Next at={health?.nextAttemptAt} />,
          },
        ]}
        empty={
          subscriptions.length > 0 ? (
            <EmptyState icon={IconWebhook} title={t('none')}>
              {t('noneAbout')}
            </EmptyState>
          ) : (
            <EmptyState icon={IconWebhook} title={t('empty')} action={button}>
              {t('emptyAbout')}
            </EmptyState>
          )
        }
      />
      <MakeSubscription opened={making} close={make.close} />
    </>
  )
}
