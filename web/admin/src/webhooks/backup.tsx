import { Button, Code, FileInput, Menu, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { toast } from '../ui/act.ts'
import { Dialogue } from '../ui/dialogue.tsx'
import { Facts } from '../ui/facts.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { save } from '../ui/save.ts'
import { type BackupEntry, backupOf, type Listed, readBackup } from './subscription/words.ts'
import { webhooksTexts } from './texts.ts'

/** The subscriptions as a file, and a file as subscriptions. */
export function Backup({ subscriptions }: { subscriptions: readonly Listed[] }) {
  const t = useTexts(webhooksTexts)
  const can = useCan()
  const [importing, setImporting] = useState(false)
  const download = () => {
    const entries = backupOf(subscriptions)
    save('webhooks.json', JSON.stringify(entries, null, 2), 'application/json')
    const leftOut = subscriptions.length - entries.length
    if (leftOut > 0) toast(t('exportLeftOut', { count: leftOut }))
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} />}>
            {t('backup')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={subscriptions.length === 0} onClick={download}>
            {t('exportAct')}
          </Menu.Item>
          {can('subscriptions:write') && <Menu.Item onClick={() => setImporting(true)}>{t('importAct')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Import opened={importing} close={() => setImporting(false)} />
    </>
  )
}

type Secrets = { id: string; secret: string }[]

function Import({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useTexts(webhooksTexts)
  const [secrets, setSecrets] = useState<Secrets>([])
  const form = useForm({
    initialValues: { file: null as File | null, entries: null as BackupEntry[] | null },
    validate: { file: (_file, { entries }) => (entries === null ? t('importNoList') : null) },
  })
  const acting = useFormAct(form, {
    act: ({ entries }) => body(api.POST('/api/v1/subscriptions/import', { body: entries ?? [] })),
    done: ({ imported, existing }) => t('imported', { imported, existing }),
    refresh: [['webhooks']],
    after: (answer) => {
      setSecrets(answer.subscriptions)
      form.reset()
      close()
    },
  })
  const take = async (file: File | null) => {
    const entries = file === null ? null : readBackup(await file.text())
    form.setValues({ file, entries })
    form.setFieldError('file', file !== null && entries === null ? t('importNoList') : null)
  }
  return (
    <>
      <FormDialogue
        title={t('importAct')}
        opened={opened}
        close={close}
        acting={acting}
        confirm={form.values.entries ? t('importConfirm', { count: form.values.entries.length }) : t('importAct')}
      >
        <Text size="sm" c="dimmed">
          {t('importAbout')}
        </Text>
        <FileInput
          label={t('importFile')}
          accept="application/json,.json"
          value={form.values.file}
          onChange={(file) => void take(file)}
          error={form.errors.file}
          clearable
        />
      </FormDialogue>
      <Dialogue
        opened={secrets.length > 0}
        onClose={() => setSecrets([])}
        title={t('importAct')}
        size="lg"
        closeOnClickOutside={false}
        closeOnEscape={false}
      >
        <Stack gap="md">
          <Text>{t('importSecrets')}</Text>
          <Facts facts={secrets.map(({ id, secret }) => [id, <Code key={id}>{secret}</Code>] as const)} />
        </Stack>
      </Dialogue>
    </>
  )
}
