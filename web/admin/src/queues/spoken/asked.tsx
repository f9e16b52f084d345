import { Autocomplete, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { LocaleInput } from '../../ui/locale-input.tsx'
import { isLocale } from '../../ui/locale-name.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { useQueues } from '../query.ts'
import classes from './bubble.module.css'
import { readingsQuery } from './query.ts'
import { Bubble, Order } from './readings.tsx'
import { type Moment, type Place, SCOPES, type SpokenText } from './spoken.ts'
import { spokenTexts } from './texts.ts'

/** What is at a place may be written as well as chosen: texts and conversations know more of them than queues do. */
const WRITTEN = ['service', 'product', 'brand'] as const

/** Where a person is and which language they speak: what would they read there? The address holds the question. */
export function Asked({ texts }: { texts: readonly SpokenText[] }) {
  const t = useTexts(spokenTexts)
  const can = useCan()
  const navigate = useNavigate({ from: '/settings/conversation-texts' })
  const {
    on = 'warning',
    queue,
    locale,
    service,
    product,
    brand,
  } = useSearch({
    from: '/shell/settings/conversation-texts',
  })
  const queues = useQueues()
  const own = queues.find(({ id }) => id === queue)
  const set = (changes: Partial<Place> & { on?: Moment; locale?: string | undefined }) =>
    navigate({ search: (before) => ({ ...before, ...changes }), replace: true })
  const known = (scope: (typeof WRITTEN)[number]) => [
    ...new Set([...queues.map((one) => one[scope]), ...texts.map((one) => one[scope])].filter((one) => one != null)),
  ]
  const [place] = useDebouncedValue(JSON.stringify({ queue, service, product, brand, locale }), 250)
  const asked = JSON.parse(place) as Place & { locale?: string }
  const shown = useQuery(readingsQuery(on, asked))
  const [first] = shown.data?.readings ?? []
  return (
    <section className={classes.asked} aria-labelledby="asked">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h3" id="asked">
            {t('ask')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('askAbout')}
          </Text>
        </div>
        <SegmentedControl
          aria-label={t('moment')}
          data={(['warning', 'closing'] as const).map((value) => ({ value, label: t(value) }))}
          value={on}
          onChange={(value) => set({ on: value as Moment })}
        />
        <Group grow align="flex-end" gap="sm">
          <Select
            label={t('queue')}
            placeholder={t('any')}
            clearable
            searchable
            data={queues.map(({ id, name }) => ({ value: id, label: name ?? id }))}
            value={queue ?? null}
            onChange={(value) => set({ queue: value ?? undefined })}
          />
          <LanguageAsked value={locale} set={(value) => set({ locale: value })} />
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          {WRITTEN.map((scope) => (
            <Autocomplete
              key={scope}
              label={t(scope)}
              placeholder={own?.[scope] == null ? t('any') : t('ofQueue', { value: own[scope] })}
              data={known(scope)}
              value={{ service, product, brand }[scope] ?? ''}
              onChange={(value) => set({ [scope]: value === '' ? undefined : value })}
            />
          ))}
        </SimpleGrid>
      </Stack>
      <Stack gap="sm" aria-live="polite">
        {shown.error ? (
          <ErrorState error={shown.error} retry={() => shown.refetch()} />
        ) : first === undefined ? (
          <Waiting lines={4} />
        ) : (
          <>
            <Bubble>{first.text}</Bubble>
            <Order readings={shown.data?.readings ?? []} texts={[...texts]} queue={queue} />
          </>
        )}
        {can('queues:write') && (
          <Link to="/settings/conversation-texts" search={(before) => ({ ...before, selected: NEW })}>
            <IconPlus size={14} aria-hidden /> {t('addHere')}
          </Link>
        )}
      </Stack>
    </section>
  )
}

/** Not the name of a text: none is without a moment. */
export const NEW = '+'

/** The question as the beginning of a new text. */
export function textAsked(search: Place & { on?: Moment; locale?: string | undefined }, locale: string): SpokenText {
  const given = SCOPES.map((scope) => [scope, search[scope]] as const).filter(([, value]) => value !== undefined)
  return { on: search.on ?? 'warning', locale: search.locale ?? locale, text: '', ...Object.fromEntries(given) }
}

/** Only a whole code is asked for. */
function LanguageAsked({ value, set }: { value: string | undefined; set: (value: string | undefined) => unknown }) {
  const t = useTexts(spokenTexts)
  const [typed, setTyped] = useState(value ?? '')
  return (
    <LocaleInput
      label={t('locale')}
      placeholder={t('localeUnknown')}
      value={typed}
      onChange={(code) => {
        setTyped(code)
        if (code === '' || isLocale(code)) void set(code === '' ? undefined : code)
      }}
    />
  )
}
