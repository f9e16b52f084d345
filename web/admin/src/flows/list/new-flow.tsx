import {
  Alert,
  Button,
  FileButton,
  Group,
  Loader,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconFileImport } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { ErrorState, useSentence } from '../../ui/error-state.tsx'
import { MiniFlow } from '../mini-flow.tsx'
import { type Format, formatOf } from '../model/format.ts'
import { graphFrom } from '../model/graph.ts'
import { samplesQuery } from '../queries.ts'
import { flowTexts } from '../texts.ts'
import classes from './new-flow.module.css'

type Way = 'sample' | 'empty' | 'file'

/** Where a flow comes from: a sample, nothing, or a file. It opens in the builder. */
export function NewFlow({ way, onWay, onClose }: { way: Way; onWay: (way: Way) => void; onClose: () => void }) {
  const t = useTexts(flowTexts)
  return (
    <Dialogue opened onClose={onClose} title={t('newFlow')} size={760}>
      <Stack>
        <SegmentedControl
          fullWidth
          value={way}
          onChange={(value) => onWay(value as Way)}
          data={[
            { value: 'sample', label: t('fromSample') },
            { value: 'empty', label: t('empty') },
            { value: 'file', label: t('fromFile') },
          ]}
        />
        {way === 'sample' && <FromSample />}
        {way === 'empty' && <Empty />}
        {way === 'file' && <FromFile />}
      </Stack>
    </Dialogue>
  )
}

/** Opens what was made, and says so. */
function useOpened() {
  const t = useTexts(flowTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  return (id: string, more?: string) => {
    void queries.invalidateQueries({ queryKey: ['flows'] })
    notifications.show({ message: more === undefined ? t('created') : `${t('created')}. ${more}` })
    void navigate({ to: '/flows/$flowId', params: { flowId: id } })
  }
}

function useImport() {
  const opened = useOpened()
  const t = useTexts(flowTexts)
  const language = useLanguage()
  return useAct({
    act: async ({ document, format }: { document: unknown; format?: Format | undefined }) =>
      body(
        api.POST('/api/v1/flows/import', {
          params: { query: format === undefined ? {} : { format } },
          body: document as never,
        }),
      ),
    quiet: true,
    after: ({ id, notes }) => {
      const told = notes.map(({ says }) => says[language]).slice(0, 5)
      opened(id, notes.length === 0 ? undefined : `${t('importedNotes', { count: notes.length })}: ${told.join(' · ')}`)
    },
  })
}

function FromSample() {
  const t = useTexts(flowTexts)
  const language = useLanguage()
  const samples = useQuery(samplesQuery(language))
  const take = useImport()
  const sentence = useSentence()
  if (samples.isPending) return <Loader mx="auto" />
  if (samples.isError) return <ErrorState error={samples.error} retry={() => samples.refetch()} />
  return (
    <>
      <Text c="dimmed">{t('fromSampleAbout')}</Text>
      {take.isError && <Alert color="red">{sentence(take.error)}</Alert>}
      <ul className={classes.samples}>
        {samples.data.items.map(({ id, title, description, document }) => (
          <li key={id} className={classes.sample}>
            <div className={classes.picture} aria-hidden>
              <MiniFlow graph={graphFrom(document)} />
            </div>
            <div className={classes.words}>
              <h3>{title[language]}</h3>
              <p>{description[language]}</p>
              <Button
                size="xs"
                variant="light"
                loading={take.isPending && take.variables.document === document}
                onClick={() => take.mutate({ document })}
              >
                {t('use')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}

function Empty() {
  const t = useTexts(flowTexts)
  const sentence = useSentence()
  const opened = useOpened()
  const [name, setName] = useState('')
  const create = useAct({
    act: () => body(api.POST('/api/v1/flows', { body: { name: name.trim() } })),
    quiet: true,
    after: ({ id }) => opened(id),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') create.mutate()
      }}
    >
      <Stack>
        <Text c="dimmed">{t('emptyAbout')}</Text>
        <TextInput
          data-autofocus
          label={t('name')}
          placeholder={t('namePlaceholder')}
          maxLength={200}
          required
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={create.isError ? sentence(create.error) : undefined}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            {t('create')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function FromFile() {
  const t = useTexts(flowTexts)
  const sentence = useSentence()
  const take = useImport()
  const [format, setFormat] = useState<'cauce' | Format>('cauce')
  const [fault, setFault] = useState<string | null>(null)
  const read = async (file: File | null) => {
    if (file === null) return
    setFault(null)
    try {
      const document: unknown = JSON.parse(await file.text())
      take.mutate({ document, format: format === 'cauce' ? formatOf(document) : format })
    } catch {
      setFault(t('notJson'))
    }
  }
  return (
    <Stack>
      <Text c="dimmed">{t('fromFileAbout')}</Text>
      <Select
        label={t('format')}
        value={format}
        onChange={(value) => setFormat(value as 'cauce' | Format)}
        data={[
          { value: 'cauce', label: 'Cauce' },
          { value: 'n8n', label: 'n8n' },
          { value: 'typebot', label: 'Typebot' },
          { value: 'novu', label: 'Novu' },
        ]}
      />
      {(fault !== null || take.isError) && <Alert color="red">{fault ?? sentence(take.error)}</Alert>}
      <Group justify="flex-end">
        <FileButton accept="application/json,.json" onChange={(file) => void read(file)}>
          {(props) => (
            <Button {...props} leftSection={<IconFileImport size={16} />} loading={take.isPending}>
              {t('chooseFile')}
            </Button>
          )}
        </FileButton>
      </Group>
    </Stack>
  )
}
