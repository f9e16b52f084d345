import { Alert, SegmentedControl, Select, Skeleton, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../api/client.ts'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { templatesQuery } from '../../../notifications/query.ts'
import { templateName } from '../../../notifications/template-name.ts'
import { useSentence } from '../../../ui/error-state.tsx'
import { MessagePreview } from '../../message-preview.tsx'
import { faultsIn, faultWords } from '../../model/faults.ts'
import { listOf, membersOf, textIn } from '../../model/graph.ts'
import { channelWord } from '../../model/sentences.ts'
import { builderTexts } from '../texts.ts'
import type { FieldProps } from './field.ts'
import { orNothing } from './field.ts'
import { LiquidInput } from './texts-field.tsx'

/** What a notification says: a template, seen as its reader would see it, or a text of its own. */
export function WordsField({ data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const templates = useQuery(templatesQuery)
  const own = data.content !== undefined
  const content = membersOf(data.content)
  const template = textIn(data.template)
  const say = (...path: string[]) => faultWords(faultsIn(faults, ...path), language)
  const put = (changes: { [name: string]: string | undefined }) => {
    const next = Object.entries({ ...content, ...changes }).filter(([, value]) => value !== undefined)
    set({ content: Object.fromEntries(next) as { [name: string]: string } })
  }
  const items = templates.data?.items ?? []
  const channels = listOf(data.channels).map(textIn)
  return (
    <Stack gap="sm">
      <SegmentedControl
        fullWidth
        disabled={readOnly}
        aria-label={t('words')}
        value={own ? 'own' : 'template'}
        onChange={(next) =>
          next === 'own' ? set({ template: undefined, content: { title: '', body: '' } }) : set({ content: undefined })
        }
        data={[
          { value: 'template', label: t('wordsTemplate') },
          { value: 'own', label: t('wordsOwn') },
        ]}
      />
      {own ? (
        <>
          <LiquidInput
            label={t('messageTitle')}
            link
            value={textIn(content.title)}
            error={say('content', 'title')}
            readOnly={readOnly}
            onChange={(title) => put({ title: orNothing(title) })}
          />
          <LiquidInput
            label={t('messageBody')}
            link
            lines={3}
            value={textIn(content.body)}
            error={say('content', 'body') ?? say('content')}
            readOnly={readOnly}
            onChange={(text) => put({ body: text })}
          />
          {(channels.includes('email') || content.html !== undefined) && (
            <LiquidInput
              label={t('messageHtml')}
              help={t('messageHtmlAbout')}
              link
              lines={3}
              value={textIn(content.html)}
              error={say('content', 'html')}
              readOnly={readOnly}
              onChange={(html) => put({ html: orNothing(html) })}
            />
          )}
        </>
      ) : (
        <>
          <Select
            label={t('template')}
            placeholder={t('templateChoose')}
            searchable
            readOnly={readOnly}
            error={say('template')}
            value={template === '' ? null : template}
            nothingFoundMessage={t('templateNone')}
            // Guides and other systems name a template by its key.
            filter={({ options, search }) =>
              options.filter(
                (one) =>
                  'value' in one && `${one.label} ${one.value}`.toLowerCase().includes(search.trim().toLowerCase()),
              )
            }
            data={[
              ...items.map(({ key }) => key),
              ...(template === '' || items.some(({ key }) => key === template) ? [] : [template]),
            ].map((key) => ({ value: key, label: templateName(key, language) }))}
            renderOption={({ option }) => {
              const texts = items.find(({ key }) => key === option.value)?.texts ?? []
              const by = [...new Set(texts.map(({ channel }) => channelWord(channel, language)))]
              const locales = [...new Set(texts.map(({ locale }) => locale))]
              return (
                <div>
                  {option.label}
                  <div style={{ color: 'var(--ink-soft)', fontSize: 13 }}>
                    <code>{option.value}</code> · {by.join(', ')} · {locales.join(', ')}
                  </div>
                </div>
              )
            }}
            onChange={(key) => set({ template: key ?? undefined })}
          />
          {template !== '' && <TemplatePreview template={template} channels={channels} />}
        </>
      )}
    </Stack>
  )
}

/** How the template reads by each channel that the step names. */
export function TemplatePreview({ template, channels }: { template: string; channels: readonly string[] }) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const templates = useQuery(templatesQuery)
  const sentence = useSentence()
  const has = new Set(templates.data?.items.find(({ key }) => key === template)?.texts.map(({ channel }) => channel))
  const shown = (['push', 'email', 'inbox'] as const).filter(
    (channel) => has.has(channel) && channels.includes(channel),
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const channel = shown.find((one) => one === chosen) ?? shown[0]
  const preview = useQuery({
    queryKey: ['notifications', 'preview', template, channel, language],
    enabled: channel !== undefined,
    retry: false,
    queryFn: async ({ signal }) =>
      body(
        api.POST('/api/v1/templates/{key}/preview', {
          params: { path: { key: template } },
          body: { channel: channel as 'push', locale: language },
          signal,
        }),
      ),
  })
  if (channel === undefined) return null
  return (
    <Stack gap="xs">
      {shown.length > 1 && (
        <Tabs value={channel} onChange={setChosen}>
          <Tabs.List aria-label={t('previewOf')}>
            {shown.map((one) => (
              <Tabs.Tab key={one} value={one} py={4} px={10}>
                {channelWord(one, language)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      {preview.isPending && <Skeleton height={88} />}
      {preview.isError && <Alert color="gray">{t('previewNot', { why: sentence(preview.error) })}</Alert>}
      {preview.data !== undefined && (
        <MessagePreview
          channel={channel}
          title={preview.data.title}
          body={preview.data.body}
          html={preview.data.html}
        />
      )}
    </Stack>
  )
}
