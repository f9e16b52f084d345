import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTemplate } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { api, body, type Schema } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Parts } from '../parts.tsx'
import { useChannelTitle } from '../state.tsx'
import { TemplateLabel } from '../template-label.tsx'
import { templateTexts } from './texts.ts'

type Row = Awaited<ReturnType<typeof read>>['items'][number]

const read = (signal: AbortSignal) => body(api.GET('/api/v1/templates', { signal }))

/** All templates, those that ship among them. */
export function Templates() {
  const t = useTexts(templateTexts)
  const can = useCan()
  const channelTitle = useChannelTitle()
  const [adding, { open, close }] = useDisclosure()
  const pages = usePages<Row>(['notifications', 'templates', 'list'], async (_, signal) => ({
    ...(await read(signal)),
    nextCursor: null,
  }))
  const add = can('templates:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t('add')}
    </Button>
  )
  const each = <K extends keyof Schema<'TemplateText'>>(row: Row, name: K & keyof Row['texts'][number]) => [
    ...new Set(row.texts.map((text) => text[name])),
  ]
  return (
    <>
      <PageHead title={t('title')} about={t('about')} actions={add} />
      <Parts />
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ key }) => key}
        link={({ key }) => ({ to: '/templates/$key', params: { key } })}
        columns={[
          { key: 'key', title: t('key'), render: ({ key }) => <TemplateLabel template={key} /> },
          {
            key: 'channels',
            title: t('channels'),
            width: '26%',
            render: (row) =>
              each(row, 'channel')
                .map((channel) => channelTitle(channel as 'push'))
                .join(', '),
          },
          { key: 'languages', title: t('languages'), width: '16%', render: (row) => each(row, 'locale').join(', ') },
          { key: 'origin', title: t('origin'), width: '28%', render: ({ texts }) => t(originOf(texts)) },
        ]}
        empty={<EmptyState icon={IconTemplate} title={t('none')} action={add || undefined} />}
      />
      {adding && <AddTemplate close={close} />}
    </>
  )
}

const originOf = (texts: Row['texts']) => {
  const built = texts.filter(({ version }) => version === 0).length
  return built === texts.length ? 'builtIn' : built === 0 ? 'own' : 'mixed'
}

/** What the program takes as the name of a template. */
const KEY = /^[a-z0-9][a-z0-9._-]{0,79}$/

function AddTemplate({ close }: { close: () => void }) {
  const t = useTexts(templateTexts)
  const navigate = useNavigate()
  const form = useForm({
    initialValues: { key: '' },
    validate: { key: (value) => (KEY.test(value) ? null : t('addWrong')) },
  })
  const acting = useFormAct(form, {
    act: async ({ key }) => key,
    after: (key) => navigate({ to: '/templates/$key', params: { key } }),
  })
  return (
    <FormDialogue title={t('addTitle')} opened close={close} acting={acting} confirm={t('addGo')}>
      <TextInput
        label={t('addKey')}
        description={t('addKeyAbout')}
        placeholder={t('addKeySample')}
        required
        {...form.getInputProps('key')}
        data-autofocus
      />
    </FormDialogue>
  )
}
