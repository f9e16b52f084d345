import { Alert, Button, Group, Stack, Text, Textarea, TextInput, Title, Tooltip } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { ApiError, fieldErrors } from '../../api/problem.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { toast } from '../../ui/act.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { localeName } from '../../ui/locale-name.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { type Channel, useChannelName } from '../state.tsx'
import { type At, inserted, isSame, sentOf, type Texts, textsOf } from './draft.ts'
import classes from './editor.module.css'
import { LivePreview } from './live-preview.tsx'
import { templateTexts } from './texts.ts'
import { Versions } from './versions.tsx'

/** What is written, and the version that it was begun from. */
type Begun = { texts: Texts; from: number }

/** What was begun and not published, while the admin is open: to look at another language loses nothing. */
const drafts = new Map<string, Begun>()
addEventListener('beforeunload', (event) => {
  if (drafts.size > 0) event.preventDefault()
})

/** One text: written on the left, seen on the right, its versions below. */
export function TextEditor({ at, kept }: { at: At; kept: Schema<'TemplateText'> | undefined }) {
  const t = useTexts(templateTexts)
  const can = useCan()
  const language = useLanguage()
  const channelName = useChannelName()
  const queries = useQueryClient()
  const sentence = useSentence()
  const place = `${at.key} ${at.channel} ${at.locale}`
  const published = textsOf(kept)
  const inUse = kept === undefined || kept.builtIn ? 0 : kept.version
  const [draft, setDraft] = useState<Begun | undefined>(drafts.get(place))
  const [faults, setFaults] = useState<Record<string, string>>({})
  const texts = draft?.texts ?? published
  const changed = draft !== undefined && !isSame(draft.texts, published)
  const edit = (next: Texts | undefined, from = draft?.from ?? inUse) => {
    const begun = next === undefined ? undefined : { texts: next, from }
    setDraft(begun)
    if (begun === undefined || isSame(begun.texts, published)) drafts.delete(place)
    else drafts.set(place, begun)
  }
  const newest = useNewest(at)
  const next = newest + 1
  const label = (name: string) =>
    name === 'title'
      ? t(at.channel === 'email' ? 'subject' : 'pushTitle')
      : name === 'body' && at.channel === 'email'
        ? t('bodyEmail')
        : t(name as 'body')
  const marked = (of: Record<string, string>) =>
    Object.entries(of).flatMap(([name, fault]) => (name in texts ? [`${label(name)}: ${fault}`] : []))
  const writes = can('templates:write')
  const publish = (said: Texts, from?: number) =>
    body(
      api.PUT('/api/v1/templates/{key}', {
        params: { path: { key: at.key } },
        body: { channel: at.channel, locale: at.locale, ...sentOf(at.channel, said) },
        headers: from === undefined ? {} : { 'if-match': `"${from}"` },
      }),
    )
  const REFRESH = [['notifications', 'templates']]
  return (
    <Stack gap="lg">
      <Group gap="sm">
        <Text c="dimmed">
          {kept === undefined ? t('notYet') : kept.builtIn ? t('inUseBuiltIn') : t('inUse', { version: kept.version })}
        </Text>
        {changed && <StateBadge tone="warm">{t('unpublished')}</StateBadge>}
      </Group>
      <div className={classes.both}>
        <Stack gap="md">
          <Fields channel={at.channel} texts={texts} faults={faults} edit={edit} readOnly={!writes} />
          {writes && (
            <Group gap="xs">
              <ConfirmAct
                label={t('publish', { version: next })}
                button={{ variant: 'filled', disabled: !changed || texts.body.trim() === '' }}
                title={t('publishTitle', { version: next })}
                consequence={
                  <>
                    {t('publishConsequence', {
                      key: at.key,
                      channel: channelName(at.channel),
                      language: localeName(at.locale, language),
                    })}
                    {marked(faults).length > 0 && (
                      <Alert color="yellow" mt="sm" title={t('publishMarked')}>
                        {marked(faults).join(' ')}
                      </Alert>
                    )}
                  </>
                }
                confirm={t('publish', { version: next })}
                act={async () => {
                  setFaults({})
                  try {
                    return await publish(texts, draft?.from)
                  } catch (error) {
                    const refused = fieldErrors(error, language)
                    setFaults(refused)
                    if (marked(refused).length > 0) throw new Error(marked(refused).join(' '))
                    if (error instanceof ApiError && error.status === 409) {
                      // It is shown below, among the versions: to publish once more is a choice.
                      await queries.invalidateQueries({ queryKey: ['notifications', 'templates'] })
                      edit(texts, (await queries.fetchQuery(newestQuery(at))).items[0]?.version ?? 0)
                      throw new Error(t('publishMeanwhile', { said: sentence(error) }))
                    }
                    throw error
                  }
                }}
                done={({ version }) => t('published', { version })}
                refresh={REFRESH}
                after={() => edit(undefined)}
              />
              {changed && (
                <Button variant="subtle" onClick={() => edit(undefined)}>
                  {t('discard')}
                </Button>
              )}
            </Group>
          )}
        </Stack>
        <div className={classes.side}>
          <LivePreview at={at} texts={texts} faulty={setFaults} />
        </div>
      </div>
      <section>
        <Title order={2} size="h3" mb="sm">
          {t('versions')}
        </Title>
        <Versions
          at={at}
          next={next}
          inUse={kept?.version ?? 0}
          take={(version) => {
            edit(textsOf(version))
            toast(version.version === 0 ? t('takenShipped') : t('taken', { version: version.version }))
          }}
          publish={(version) => publish(textsOf(version))}
          after={() => edit(undefined)}
        />
      </section>
    </Stack>
  )
}

/** The number of the newest version of ours; 0 where there is none. */
function useNewest(at: At): number {
  const { data } = useQuery(newestQuery(at))
  return data?.items[0]?.version ?? 0
}

const newestQuery = ({ key, channel, locale }: At) =>
  queryOptions({
    queryKey: ['notifications', 'templates', 'newest', key, channel, locale],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/templates/{key}/versions', {
          params: { path: { key }, query: { channel, locale, limit: 1 } },
          signal,
        }),
      ),
  })

const WORDS = [
  ['{{ contact.name | default: "" }}', 'var_name'],
  ['{{ link }}', 'var_link'],
  ['{{ queue.name | default: "" }}', 'var_queue'],
  ['{{ now | date: "%d/%m/%Y %H:%M" }}', 'var_now'],
] as const

type Name = keyof Texts

function Fields(props: {
  channel: Channel
  texts: Texts
  faults: Record<string, string>
  edit: (texts: Texts) => void
  readOnly: boolean
}) {
  const { channel, texts, faults, edit, readOnly } = props
  const t = useTexts(templateTexts)
  const fields = useRef<Partial<Record<Name, HTMLInputElement | HTMLTextAreaElement | null>>>({})
  const last = useRef<Name>('body')
  const field = (name: Name) => ({
    ref: (element: HTMLInputElement | HTMLTextAreaElement | null) => {
      fields.current[name] = element
    },
    value: texts[name],
    error: faults[name],
    readOnly,
    onFocus: () => {
      last.current = name
    },
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => edit({ ...texts, [name]: value }),
  })
  const insert = (word: string) => {
    const name = last.current
    const element = fields.current[name]
    const { text, at } = inserted(texts[name], word, element?.selectionStart ?? null, element?.selectionEnd ?? null)
    edit({ ...texts, [name]: text })
    requestAnimationFrame(() => {
      element?.focus()
      element?.setSelectionRange(at, at)
    })
  }
  return (
    <Stack gap="md">
      {!readOnly && (
        <Group gap="xs" role="group" aria-label={t('insertAbout')}>
          <Text size="sm" c="dimmed">
            {t('insert')}
          </Text>
          {WORDS.map(([word, key]) => (
            <Tooltip key={word} label={word}>
              <Button size="compact-sm" variant="default" onClick={() => insert(word)}>
                {t(key)}
              </Button>
            </Tooltip>
          ))}
        </Group>
      )}
      <TextInput
        label={channel === 'email' ? t('subject') : t('pushTitle')}
        required={channel === 'email'}
        maxLength={2_000}
        {...field('title')}
      />
      <Textarea
        label={channel === 'email' ? t('bodyEmail') : t('body')}
        required
        autosize
        minRows={4}
        maxRows={16}
        maxLength={65_536}
        {...field('body')}
      />
      {channel === 'email' && (
        <Textarea
          label={t('html')}
          description={t('htmlAbout')}
          autosize
          minRows={8}
          maxRows={20}
          maxLength={65_536}
          className={classes.mono}
          {...field('html')}
        />
      )}
    </Stack>
  )
}
