import { Button, Group, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconBuilding, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useCan, useSession } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { When } from '../ui/when.tsx'
import { tenantsTexts } from './tenants.texts.ts'

type Tenant = Schema<'Tenant'>

/** The organisations of this installation; none sees another. */
export function Tenants() {
  const t = useTexts(tenantsTexts)
  const can = useCan()
  const { tenant: own } = useSession()
  const pages = usePages(['settings', 'tenants'], (cursor, signal) =>
    body(api.GET('/api/v1/tenants', { params: { query: { limit: 50, cursor } }, signal })),
  )
  const [opened, open] = useState<'new' | Tenant | null>(null)
  const mayWrite = can('tenants:write')
  return (
    <>
      <SettingsHead
        title={t('title')}
        about={t('about')}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => open('new')}>
              {t('add')}
            </Button>
          )
        }
      />
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ id }) => id}
        columns={[
          { key: 'name', title: t('name'), render: ({ name, id }) => `${name}${id === own ? ` (${t('yours')})` : ''}` },
          { key: 'id', title: t('id'), render: ({ id }) => <code>{id}</code> },
          {
            key: 'state',
            title: t('state'),
            width: '140px',
            render: ({ status }) => <StateBadge tone={status === 'active' ? 'good' : 'quiet'}>{t(status)}</StateBadge>,
          },
          {
            key: 'since',
            title: t('since'),
            width: '150px',
            wideOnly: true,
            render: ({ createdAt }) => <When clock="wall" at={createdAt} />,
          },
          ...(mayWrite
            ? [
                {
                  key: 'acts',
                  title: t('acts'),
                  width: '290px',
                  align: 'right' as const,
                  render: (tenant: Tenant) => (
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      <Button size="xs" variant="default" onClick={() => open(tenant)}>
                        {t('rename')}
                      </Button>
                      {tenant.id !== own && <Suspend tenant={tenant} />}
                    </Group>
                  ),
                },
              ]
            : []),
        ]}
        empty={<EmptyState icon={IconBuilding} title={t('title')} />}
      />
      {opened === 'new' && <AddTenant close={() => open(null)} />}
      {opened !== null && opened !== 'new' && <RenameTenant tenant={opened} close={() => open(null)} />}
    </>
  )
}

function Suspend({ tenant: { id, name, status } }: { tenant: Tenant }) {
  const t = useTexts(tenantsTexts)
  const active = status === 'active'
  const act = active ? 'suspend' : 'resume'
  return (
    <ConfirmAct
      label={t(act)}
      button={{ size: 'xs', variant: 'subtle', color: active ? 'red' : undefined }}
      title={t(`${act}Ask`, { name })}
      consequence={t(`${act}About`)}
      confirm={t(act)}
      danger={active}
      act={() =>
        api.PATCH('/api/v1/tenants/{id}', {
          params: { path: { id } },
          body: { status: active ? 'suspended' : 'active' },
        })
      }
      done={t(`${act}Done`, { name })}
      refresh={[['settings', 'tenants']]}
    />
  )
}

function AddTenant({ close }: { close: () => void }) {
  const t = useTexts(tenantsTexts)
  const [key, setKey] = useState<string | null>(null)
  const form = useForm({
    initialValues: { name: '', id: '' },
    validate: {
      name: (given) => (given.trim() === '' ? t('needName') : null),
      id: (given) => (/^[a-z0-9][a-z0-9-]{0,62}$/.test(given) ? null : t('needId')),
    },
  })
  const acting = useFormAct(form, {
    act: (values) => body(api.POST('/api/v1/tenants', { body: values })),
    refresh: [['settings', 'tenants']],
    after: (answer) => setKey(answer.key),
  })
  if (key !== null)
    return <ShownOnce secret={key} about={t('keyOnce', { name: form.getValues().name })} close={close} />
  return (
    <FormDialogue title={t('add')} opened close={close} acting={acting} confirm={t('add')}>
      <TextInput label={t('name')} required data-autofocus {...form.getInputProps('name')} />
      <TextInput label={t('id')} description={t('idAbout')} required {...form.getInputProps('id')} />
    </FormDialogue>
  )
}

function RenameTenant({ tenant, close }: { tenant: Tenant; close: () => void }) {
  const t = useTexts(tenantsTexts)
  const form = useForm({
    initialValues: { name: tenant.name },
    validate: { name: (given) => (given.trim() === '' ? t('needName') : null) },
  })
  const acting = useFormAct(form, {
    act: ({ name }) =>
      api.PATCH('/api/v1/tenants/{id}', { params: { path: { id: tenant.id } }, body: { name: name.trim() } }),
    done: t('renamed'),
    refresh: [['settings', 'tenants'], ['session']],
    after: close,
  })
  return (
    <FormDialogue title={t('rename')} opened close={close} acting={acting} confirm={t('rename')}>
      <TextInput label={t('name')} required data-autofocus {...form.getInputProps('name')} />
    </FormDialogue>
  )
}
