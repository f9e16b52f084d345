import { Button, Group, Select, Stack, Switch, Text, TextInput, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { Actor } from '../ui/actor.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import classes from './flags.module.css'
import { flagsTexts } from './flags.texts.ts'

type Flag = Schema<'Flag'>

/** What can be switched while the program runs. */
export function Flags() {
  const t = useTexts(flagsTexts)
  const flags = useQuery({
    queryKey: ['settings', 'flags'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/flags', { signal })),
  })
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} />
      {flags.isPending && <Waiting />}
      {flags.isError && <ErrorState error={flags.error} retry={() => flags.refetch()} />}
      <ul className={classes.flags} aria-label={t('title')}>
        {flags.data?.items.map((flag) => (
          <li key={flag.name}>
            <FlagRow flag={flag} />
          </li>
        ))}
      </ul>
    </>
  )
}

function FlagRow({ flag }: { flag: Flag }) {
  const t = useTexts(flagsTexts)
  const language = useLanguage()
  const can = useCan()
  const params = { path: { name: flag.name } }
  const options = { refresh: [['settings', 'flags']], done: t(flag.live ? 'done' : 'doneAtStart') }
  const set = useAct({
    ...options,
    act: (value: boolean | string) => api.PUT('/api/v1/flags/{name}', { params, body: { value } }),
  })
  const reset = useAct({ ...options, act: () => api.DELETE('/api/v1/flags/{name}', { params }) })
  const busy = set.isPending || reset.isPending
  const locked = !can('flags:write') || busy
  const value = flag.afterRestart ?? flag.value
  return (
    <div className={classes.flag}>
      <Stack gap={2}>
        <Text fw={500}>{flag.effect[language]}</Text>
        <Text size="xs" c="dimmed" component="div">
          <code>{flag.name}</code>
          {flag.scope === 'installation' && ` · ${t('installation')}`}
          {!flag.live && ` · ${t('fromStart')}`}
          {flag.changedAt && (
            <>
              {' · '}
              <When clock="wall" at={flag.changedAt} /> · <Actor actor={flag.changedBy} />
            </>
          )}
        </Text>
      </Stack>
      <Group gap="xs" wrap="nowrap">
        {flag.changedAt !== null && can('flags:write') && (
          <Tooltip label={t('defaultIs', { value: words(flag.default, t) })}>
            <Button variant="subtle" size="xs" loading={reset.isPending} onClick={() => reset.mutate()}>
              {t('reset')}
            </Button>
          </Tooltip>
        )}
        {flag.kind === 'boolean' ? (
          <>
            <Text size="sm" c="dimmed" aria-hidden>
              {t(value === true ? 'on' : 'off')}
            </Text>
            <Switch
              aria-label={flag.effect[language]}
              checked={value === true}
              disabled={locked}
              size="md"
              onChange={({ currentTarget: { checked } }) => set.mutate(checked)}
            />
          </>
        ) : flag.choices ? (
          <Select
            w={180}
            aria-label={flag.effect[language]}
            disabled={locked}
            data={flag.choices.map((choice) => ({ value: String(choice), label: words(choice, t) }))}
            value={String(value)}
            onChange={(chosen) => chosen !== null && set.mutate(chosen)}
          />
        ) : (
          <TextFlag
            key={String(value)}
            label={flag.effect[language]}
            value={String(value)}
            locked={locked}
            set={set.mutate}
          />
        )}
      </Group>
    </div>
  )
}

const CHOICES = ['pass', 'set-aside', 'refuse'] as const
type FlagKey = 'on' | 'off' | 'nothing' | (typeof CHOICES)[number]

function words(value: boolean | string, t: (key: FlagKey) => string): string {
  if (typeof value === 'boolean') return t(value ? 'on' : 'off')
  const choice = CHOICES.find((known) => known === value)
  return choice === undefined ? value || t('nothing') : t(choice)
}

function TextFlag(props: { label: string; value: string; locked: boolean; set: (value: string) => void }) {
  const t = useTexts(flagsTexts)
  const [typed, setTyped] = useState(props.value)
  return (
    <>
      <TextInput
        w={220}
        aria-label={props.label}
        value={typed}
        disabled={props.locked}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
      />
      {typed !== props.value && <Button onClick={() => props.set(typed)}>{t('save')}</Button>}
    </>
  )
}
