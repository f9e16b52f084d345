import { Alert, JsonInput, Select, Stack, Text, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { ApiError, fieldErrors } from '../../api/problem.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { PersonSelect } from '../../people/person-select.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { dateFormat } from '../../ui/formatters.ts'
import { objectIn } from '../../ui/json-text.ts'
import { Preview } from '../preview.tsx'
import { type At, sentOf, type Texts } from './draft.ts'
import classes from './editor.module.css'
import { templateTexts } from './texts.ts'

/** The text as it is being written, with the data of a real person or a sample. The program itself fills it in. */
export function LivePreview(props: { at: At; texts: Texts; faulty: (faults: Record<string, string>) => void }) {
  const { at, texts, faulty } = props
  const t = useTexts(templateTexts)
  const language = useLanguage()
  const sentence = useSentence()
  const can = useCan()
  const navigate = useNavigate({ from: '/templates/$key' })
  const { person } = useSearch({ from: '/shell/templates/$key' })
  const [encounterId, setEncounter] = useState<string>()
  /** Undefined: the template's own sample, as the program tells of it. */
  const [typed, setTyped] = useState<string>()
  const sample = typed === undefined ? undefined : objectIn(typed)
  const [given] = useDebouncedValue(JSON.stringify({ texts, person, encounterId, sample }), 350)
  const empty = texts.body.trim() === ''
  const asked = JSON.parse(given) as {
    texts: Texts
    person?: string
    encounterId?: string
    sample?: Record<string, unknown> | null
  }
  const shown = useQuery({
    enabled: asked.texts.body.trim() !== '' && asked.sample !== null,
    queryKey: ['notifications', 'preview', at, given],
    queryFn: ({ signal }) => {
      const { encounterId, person, sample } = asked
      return body(
        api.POST('/api/v1/templates/{key}/preview', {
          params: { path: { key: at.key } },
          body: {
            channel: at.channel,
            locale: at.locale,
            texts: sentOf(at.channel, asked.texts),
            ...(encounterId !== undefined ? { encounterId } : person !== undefined && { contactId: person }),
            ...(sample ? { sample } : {}),
          },
          signal,
        }),
      )
    },
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 30_000,
  })
  const { error } = shown
  useEffect(() => faulty(error ? fieldErrors(error, language) : {}), [error, language, faulty])
  const fields = error instanceof ApiError ? fieldErrors(error, language) : {}
  return (
    <Stack gap="md">
      <Title order={2} size="h3">
        {t('preview')}
      </Title>
      {empty ? (
        <Text c="dimmed">{t('previewNothing')}</Text>
      ) : (
        <>
          {error && (
            <Alert color="red" title={t('previewFault')} role="alert">
              {Object.keys(fields).length === 0 ? sentence(error) : Object.values(fields).join(' ')}
            </Alert>
          )}
          {shown.data && (
            <div className={error ? classes.stale : undefined} aria-live="polite">
              <Preview channel={at.channel} title={shown.data.title} body={shown.data.body} html={shown.data.html} />
            </div>
          )}
        </>
      )}
      {can('conversations:read') && (
        <>
          <PersonSelect
            label={t('previewWith')}
            description={person === undefined ? t('previewSample') : undefined}
            value={person}
            onChange={(id) => {
              setEncounter(undefined)
              void navigate({
                search: (before) => ({ ...before, person: id }),
                replace: true,
              })
            }}
          />
          {person !== undefined && <ConversationOf person={person} value={encounterId} onChange={setEncounter} />}
        </>
      )}
      <JsonInput
        label={t('previewData')}
        description={t('previewDataAbout')}
        placeholder={t('sample')}
        error={sample === null ? t('previewDataWrong') : undefined}
        autosize
        minRows={2}
        className={classes.mono}
        maxRows={16}
        value={typed ?? textOf(shown.data?.sample)}
        onChange={setTyped}
      />
    </Stack>
  )
}

/** As somebody would write it; nothing where nothing is asked for. */
const textOf = (sample: Record<string, unknown> = {}) =>
  Object.keys(sample).length === 0 ? '' : JSON.stringify(sample, null, 2)

function ConversationOf(props: {
  person: string
  value: string | undefined
  onChange: (id: string | undefined) => void
}) {
  const { person, value, onChange } = props
  const t = useTexts(templateTexts)
  const language = useLanguage()
  const { data } = useQuery({
    queryKey: ['conversations', 'of', person],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/conversations', { params: { query: { contactId: person, limit: 20 } }, signal })),
  })
  const day = dateFormat(language, { dateStyle: 'medium' })
  const conversations = data?.items ?? []
  if (conversations.length === 0) return null
  return (
    <Select
      label={t('previewConversation')}
      clearable
      data={conversations.map(({ id, queueName, openedAt }) => ({
        value: id,
        label: `${queueName ?? id} · ${day.format(Date.parse(openedAt))}`,
      }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
    />
  )
}
