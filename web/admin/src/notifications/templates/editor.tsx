import { Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { isLocale, localeName } from '../../ui/locale-name.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { type Channel, useChannelTitle } from '../state.tsx'
import { templateName } from '../template-name.ts'
import { TextEditor } from './text-editor.tsx'
import { templateTexts } from './texts.ts'

const CHANNELS = ['push', 'email', 'inbox'] as const

/** The texts of one template, one channel and language at a time. */
export function TemplateEditor() {
  const t = useTexts(templateTexts)
  const language = useLanguage()
  const { key } = useParams({ from: '/shell/templates/$key' })
  const search = useSearch({ from: '/shell/templates/$key' })
  const template = useQuery({
    queryKey: ['notifications', 'templates', 'one', key],
    queryFn: async ({ signal }) => {
      try {
        return await body(api.GET('/api/v1/templates/{key}', { params: { path: { key } }, signal }))
      } catch (error) {
        // A new one: it is there from its first publication on.
        if (!(error instanceof ApiError) || error.status !== 404) throw error
        return { key, texts: [] }
      }
    },
  })
  if (template.error) return <ErrorState error={template.error} retry={() => template.refetch()} />
  if (template.data === undefined) return <Waiting lines={10} />
  const { texts } = template.data
  const channel: Channel = search.channel ?? (texts[0]?.channel as Channel | undefined) ?? 'push'
  const written = texts.filter((text) => text.channel === channel)
  const locale =
    search.locale ?? written.find((text) => text.locale === language)?.locale ?? written[0]?.locale ?? language
  return (
    <>
      <Text size="sm" mb="xs">
        <Link to="/templates" style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
          <IconArrowLeft size={14} aria-hidden /> {t('back')}
        </Link>
      </Text>
      <PageHead
        title={templateName(key, language)}
        about={templateName(key, language) === key ? undefined : <code>{key}</code>}
      />
      <Stack gap="md">
        <Places
          channel={channel}
          locale={locale}
          written={(wanted) => texts.filter((text) => text.channel === wanted).map((text) => text.locale)}
        />
        <TextEditor
          key={`${channel} ${locale}`}
          at={{ key, channel, locale }}
          kept={written.find((text) => text.locale === locale)}
        />
      </Stack>
    </>
  )
}

/** Which text is edited. */
function Places(props: { channel: Channel; locale: string; written: (channel: Channel) => readonly string[] }) {
  const { channel, locale, written } = props
  const t = useTexts(templateTexts)
  const language = useLanguage()
  const channelTitle = useChannelTitle()
  const navigate = useNavigate({ from: '/templates/$key' })
  const [adding, { open, close }] = useDisclosure()
  const go = (changes: { channel?: Channel; locale?: string }) =>
    navigate({ search: (before) => ({ ...before, ...changes }), replace: true })
  const locales = [...new Set([...written(channel), 'es', 'en', locale])].toSorted()
  const label = (code: string) => {
    const name = `${localeName(code, language)} (${code})`
    return written(channel).includes(code) ? name : `${name} · ${t('notYet').toLowerCase()}`
  }
  return (
    <Group gap="sm" align="flex-end">
      <SegmentedControl
        aria-label={t('channel')}
        data={CHANNELS.map((value) => ({ value, label: channelTitle(value) }))}
        value={channel}
        onChange={(value) => go({ channel: value as Channel, locale: undefined })}
      />
      <Select
        aria-label={t('language')}
        w={380}
        maw="100%"
        data={[
          ...locales.map((code) => ({ value: code, label: label(code) })),
          { value: '+', label: t('otherLanguage') },
        ]}
        value={locale}
        onChange={(value) => (value === '+' ? open() : value && go({ locale: value }))}
      />
      {adding && <AddLanguage close={close} go={(code) => go({ locale: code })} />}
    </Group>
  )
}

function AddLanguage({ close, go }: { close: () => void; go: (locale: string) => unknown }) {
  const t = useTexts(templateTexts)
  const form = useForm({
    initialValues: { locale: '' },
    validate: { locale: (code) => (isLocale(code) ? null : t('otherLanguageWrong')) },
  })
  const acting = useFormAct(form, {
    act: async ({ locale }) => locale,
    after: (locale) => {
      close()
      return go(locale)
    },
  })
  return (
    <FormDialogue title={t('otherLanguageTitle')} opened close={close} acting={acting} confirm={t('otherLanguageGo')}>
      <TextInput
        label={t('otherLanguageCode')}
        description={t('otherLanguageAbout')}
        required
        {...form.getInputProps('locale')}
        data-autofocus
      />
    </FormDialogue>
  )
}
