import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowsExchange, IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useListed } from '../ui/listed.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Lasting } from '../ui/when.tsx'
import { AddPair } from './add.tsx'
import { Agreement } from './comparison.tsx'
import { PairDetail } from './pair.tsx'
import { followerOf, type Pair } from './systems.ts'
import { sourcesTexts } from './texts.ts'

/** Pairs of systems that tell of the same events: who leads and who follows. */
export function Sources() {
  const t = useTexts(sourcesTexts)
  const can = useCan()
  const navigate = useNavigate()
  const { selected } = useSearch({ from: '/shell/settings/sources' })
  const [adding, add] = useDisclosure()
  const pages = usePages(['sources', 'list'], (_, signal) => body(api.GET('/api/v1/sources', { signal })))
  const detailOf = useListed({ selected, pages, idOf: ({ id }: Pair) => id })
  const make = can('sources:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} actions={make} />
      <WithDetail
        detail={detailOf((open) => ({
          title: open.id,
          content: (
            <PairDetail key={open.id} pair={open} gone={() => navigate({ to: '/settings/sources', search: {} })} />
          ),
        }))}
      >
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={[
            { key: 'pair', title: t('pair'), render: ({ id }) => id },
            { key: 'leads', title: t('leads'), render: ({ leader }) => leader },
            { key: 'follows', title: t('follows'), render: followerOf },
            { key: 'window', title: t('window'), wideOnly: true, render: ({ window: of }) => <Lasting of={of} /> },
            {
              key: 'state',
              title: t('state'),
              render: ({ id, switching }) =>
                switching ? (
                  <StateBadge tone="current">{t('switching', { to: switching.to })}</StateBadge>
                ) : (
                  <Agreement pair={id} />
                ),
            },
          ]}
          empty={
            <EmptyState icon={IconArrowsExchange} title={t('empty')} action={make}>
              {t('emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
      {adding && (
        <AddPair close={add.close} made={(id) => navigate({ to: '/settings/sources', search: { selected: id } })} />
      )}
    </>
  )
}
