import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { EndpointDialogue, PROOFS } from './form.tsx'
import { EndpointState } from './state.tsx'
import { inboundTexts } from './texts.ts'

/** The addresses that other systems send their webhooks to. */
export function Inbound() {
  const t = useTexts(inboundTexts)
  const can = useCan()
  const [adding, add] = useDisclosure()
  const pages = usePages(['inbound', 'list'], (cursor, signal) =>
    body(api.GET('/api/v1/inbound-endpoints', { params: { query: { limit: 50, cursor } }, signal })),
  )
  const make = can('inbound:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} actions={make} />
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ id }) => id}
        link={({ id }) => ({ to: '/settings/inbound/$id', params: { id } })}
        columns={[
          { key: 'name', title: t('name'), render: ({ name }) => name },
          { key: 'proof', title: t('proof'), render: ({ verification }) => t(PROOFS[verification.kind]) },
          { key: 'type', title: t('type'), render: ({ event }) => event?.type ?? event?.typeFrom ?? '—' },
          {
            key: 'state',
            title: t('state'),
            width: '160px',
            render: ({ enabled }) => <EndpointState enabled={enabled} />,
          },
        ]}
        empty={
          <EmptyState icon={IconWebhook} title={t('empty')} action={make}>
            {t('emptyAbout')}
          </EmptyState>
        }
      />
      {adding && <EndpointDialogue endpoint={null} close={add.close} />}
    </>
  )
}
