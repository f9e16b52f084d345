import { Button, Group, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconLockPassword, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { Actor } from '../ui/actor.tsx'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { When } from '../ui/when.tsx'
import { secretsTexts } from './secrets.texts.ts'

/** Keys of other systems, by name. Their values go in and are never shown. */
export function Secrets() {
  const t = useTexts(secretsTexts)
  const can = useCan()
  const pages = usePages(['settings', 'secrets'], (cursor, signal) =>
    body(api.GET('/api/v1/secrets', { params: { query: { limit: 50, cursor } }, signal })),
  )
  // The name whose value is being set; empty for a new one.
  const [setting, set] = useState<string | null>(null)
  const mayWrite = can('secrets:write')
  const button = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => set('')}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} actions={button} />
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ name }) => name}
        columns={[
          { key: 'name', title: t('name'), render: ({ name }) => <code>{name}</code> },
          {
            key: 'at',
            title: t('set'),
            width: '160px',
            render: ({ updatedAt }) => <When clock="wall" at={updatedAt} />,
          },
          { key: 'by', title: t('by'), width: '180px', render: ({ updatedBy }) => <Actor actor={updatedBy} /> },
          ...(mayWrite
            ? [
                {
                  key: 'acts',
                  title: t('acts'),
                  width: '260px',
                  align: 'right' as const,
                  render: ({ name }: { name: string }) => (
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      <Button size="xs" variant="default" onClick={() => set(name)}>
                        {t('replace')}
                      </Button>
                      <ConfirmAct
                        label={t('remove')}
                        button={{ size: 'xs', variant: 'subtle', color: 'red' }}
                        title={t('removeAsk', { name })}
                        consequence={t('removeAbout')}
                        confirm={t('remove')}
                        danger
                        act={() => api.DELETE('/api/v1/secrets/{name}', { params: { path: { name } } })}
                        done={t('removed', { name })}
                        refresh={[['settings', 'secrets']]}
                      />
                    </Group>
                  ),
                },
              ]
            : []),
        ]}
        empty={
          <EmptyState icon={IconLockPassword} title={t('empty')} action={button}>
            {t('emptyAbout')}
          </EmptyState>
        }
      />
      {setting !== null && <SetSecret name={setting} close={() => set(null)} />}
    </>
  )
}

function SetSecret({ name, close }: { name: string; close: () => void }) {
  const t = useTexts(secretsTexts)
  const form = useForm({
    initialValues: { name, value: '' },
    validate: {
      name: (given) => (/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(given.trim()) ? null : t('needName')),
      value: (given) => (given.length < 4 ? t('needValue') : null),
    },
  })
  const acting = useFormAct(form, {
    act: (values) =>
      api.PUT('/api/v1/secrets/{name}', {
        params: { path: { name: values.name.trim() } },
        body: { value: values.value },
      }),
    done: (_, values) => t('kept', { name: values.name.trim() }),
    refresh: [['settings', 'secrets']],
    after: close,
  })
  const title = name === '' ? t('add') : t('replaceOf', { name })
  return (
    <FormDialogue title={title} opened close={close} acting={acting} confirm={name === '' ? t('add') : t('replace')}>
      {name === '' && (
        <TextInput
          label={t('name')}
          description={t('nameAbout')}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
      )}
      <PasswordInput
        label={t('value')}
        description={t('valueAbout')}
        required
        autoComplete="off"
        data-autofocus={name !== '' || undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('show') }}
        {...form.getInputProps('value')}
      />
    </FormDialogue>
  )
}
