import {
  Alert,
  Autocomplete,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { useFormAct } from '../../ui/form.tsx'
import { LocaleInput } from '../../ui/locale-input.tsx'
import { isLocale } from '../../ui/locale-name.ts'
import { Unsaved } from '../../ui/unsaved.tsx'
import { useQueues } from '../query.ts'
import { keepChange, readingsQuery } from './query.ts'
import { Bubble } from './readings.tsx'
import { type Draft, draftOf, nameOf, type SpokenText, textOf, withChange } from './spoken.ts'
import { spokenTexts } from './texts.ts'

const REFRESH = [['queues', 'spoken']]

type Props = {
  texts: readonly SpokenText[]
  /** It was kept or removed. */
  left: () => unknown
} & ({ kept: SpokenText; begin?: undefined } | { kept?: undefined; begin: SpokenText })

/** One text, with what is read in its place while it is written. */
export function TextForm({ kept, begin, texts, left }: Props) {
  const t = useTexts(spokenTexts)
  const locked = !useCan()('queues:write')
  const queues = useQueues()
  const before = kept ?? null
  const form = useForm<Draft>({
    initialValues: draftOf(kept ?? begin),
    validate: {
      text: (text) => (text.trim() === '' ? t('needText') : /\{[{%]/.test(text) ? t('noVariables') : null),
      locale: (code, draft) =>
        !isLocale(code.trim().replaceAll('_', '-'))
          ? t('localeWrong')
          : withChange(texts, { before, after: textOf(draft) }) === null
            ? t('taken')
            : null,
    },
  })
  const acting = useFormAct(form, {
    act: (draft) => keepChange({ before, after: textOf(draft) }, t('changedMeanwhile')),
    done: t('saved'),
    refresh: REFRESH,
    after: left,
  })
  const known = (scope: 'service' | 'product' | 'brand') => [
    ...new Set([...queues.map((one) => one[scope]), ...texts.map((one) => one[scope])].filter((one) => one != null)),
  ]
  const next = useQuery({
    ...readingsQuery(kept?.on ?? 'warning', kept === undefined ? {} : placeOf(kept), withoutOf(texts, before)),
    enabled: kept !== undefined && !locked,
  })
  return (
    <form onSubmit={acting.submit} noValidate>
      <fieldset disabled={locked} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        <Stack gap="md">
          <SegmentedControl
            aria-label={t('moment')}
            disabled={locked}
            data={(['warning', 'closing'] as const).map((value) => ({ value, label: t(value) }))}
            {...form.getInputProps('on')}
          />
          <Textarea
            label={t('text')}
            description={t('textAbout')}
            required
            autosize
            minRows={3}
            maxLength={4_000}
            data-autofocus
            {...form.getInputProps('text')}
          />
          <LocaleInput
            label={t('locale')}
            description={t('localeAbout')}
            required
            {...(form.getInputProps('locale') as { value: string; onChange: (code: string) => void })}
          />
          <div>
            <Title order={3} size="h4">
              {t('place')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('scopeAbout')}
            </Text>
          </div>
          <Select
            label={t('queue')}
            placeholder={t('any')}
            clearable
            searchable
            data={queueOptions(queues, form.values.queue)}
            value={form.values.queue === '' ? null : form.values.queue}
            onChange={(value) => form.setFieldValue('queue', value ?? '')}
            error={form.errors.queue}
          />
          {(['service', 'product', 'brand'] as const).map((scope) => (
            <Autocomplete
              key={scope}
              label={t(scope)}
              placeholder={t('any')}
              maxLength={255}
              data={known(scope)}
              {...form.getInputProps(scope)}
            />
          ))}
          <LivePreview draft={form.values} texts={texts} before={before} />
          <Unsaved when={form.isDirty() && !acting.pending} />
          {acting.problem}
          {!locked && (
            <Group>
              <Button type="submit" loading={acting.pending} disabled={kept !== undefined && !form.isDirty()}>
                {t('save')}
              </Button>
              {kept !== undefined && (
                <ConfirmAct
                  label={t('remove')}
                  button={{ variant: 'subtle', color: 'red' }}
                  title={t('remove')}
                  consequence={t('removeAbout', { text: next.data?.readings[0]?.text ?? '' })}
                  confirm={t('remove')}
                  danger
                  act={() => keepChange({ before: kept, after: null }, t('changedMeanwhile'))}
                  done={t('removed')}
                  refresh={REFRESH}
                  after={left}
                />
              )}
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  )
}

const placeOf = ({ queue, service, product, brand, locale }: SpokenText) => ({ queue, service, product, brand, locale })

const withoutOf = (texts: readonly SpokenText[], text: SpokenText | null): SpokenText[] =>
  text === null ? [...texts] : texts.filter((one) => nameOf(one) !== nameOf(text))

/** One that is not known may stand in a text. */
const queueOptions = (queues: ReturnType<typeof useQueues>, chosen: string) => {
  const options = queues.map(({ id, name }) => ({ value: id, label: name ?? id }))
  return chosen === '' || queues.some(({ id }) => id === chosen)
    ? options
    : [...options, { value: chosen, label: chosen }]
}

/** What is read in the place that the text is for, with the text as it is being written. */
function LivePreview(props: { draft: Draft; texts: readonly SpokenText[]; before: SpokenText | null }) {
  const { draft, texts, before } = props
  const t = useTexts(spokenTexts)
  const [given] = useDebouncedValue(JSON.stringify(textOf(draft)), 250)
  const text = JSON.parse(given) as SpokenText
  const fits = text.text !== '' && !/\{[{%]/.test(text.text) && isLocale(text.locale.replaceAll('_', '-'))
  const items = [text, ...withoutOf(texts, before).filter((one) => nameOf(one) !== nameOf(text))]
  const shown = useQuery({ ...readingsQuery(text.on, placeOf(text), items), enabled: fits, retry: false })
  const read = shown.data?.readings[0]
  return (
    <section aria-label={t('preview')} aria-live="polite">
      <Title order={3} size="h4">
        {t('preview')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t(text.text === '' ? 'previewNothing' : 'previewAbout')}
      </Text>
      {text.text !== '' && <Bubble>{text.text}</Bubble>}
      {fits && read !== undefined && read.text !== text.text && (
        <Alert color="yellow" title={t('previewOther')} mt="xs">
          {read.text}
        </Alert>
      )}
    </section>
  )
}
