import { Alert, Button, Group, Select, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconMoon, IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { useTexts } from '../../app/texts.ts'
import { timeOf } from '../../calendars/openings.ts'
import { AddRow } from '../../ui/add-row.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useFormAct } from '../../ui/form.tsx'
import { FormFoot } from '../../ui/form-foot.tsx'
import { Unsaved } from '../../ui/unsaved.tsx'
import { OWN_ZONE, zonesWith } from '../../ui/zones.ts'
import { type Read, rulesQuery, tagOf } from './query.ts'
import { CapRow, QuietRow } from './rows.tsx'
import classes from './rules.module.css'
import { rulesTexts } from './texts.ts'
import {
  type Cap,
  capIn,
  isMost,
  type QuietHours,
  quietIn,
  type RulesFormOf,
  rulesOf,
  type Values,
  valuesOf,
} from './values.ts'

/** The rules, to be changed: a card for each, with what it says as a sentence. */
export function RulesForm({ read, loadAgain }: { read: Read; loadAgain: () => Promise<void> }) {
  const t = useTexts(rulesTexts)
  const queries = useQueryClient()
  const [tag, setTag] = useState(read.tag)
  const [isOutdated, setOutdated] = useState(false)
  const form = useRulesForm(read)
  // Of rows that come and go the form does not tell by itself whether it is as it was saved.
  const [kept, setKept] = useState(() => JSON.stringify(form.values))
  const isDirty = JSON.stringify(form.values) !== kept
  const acting = useFormAct(form, {
    async act(values) {
      setOutdated(false)
      try {
        return await api.PUT('/api/v1/sending-rules', { body: rulesOf(values), headers: { 'if-match': tag } })
      } catch (error) {
        setOutdated(error instanceof ApiError && error.status === 409)
        throw error
      }
    },
    done: t('saved'),
    after({ response }, values) {
      const saved = tagOf(response)
      setTag(saved)
      setKept(JSON.stringify(values))
      queries.setQueryData(rulesQuery.queryKey, { rules: rulesOf(values), tag: saved })
    },
  })
  const { quietHours, caps } = form.values
  const isWrong = Object.keys(form.errors).length > 0
  const isEmpty = quietHours.length === 0 && caps.length === 0
  const addQuiet = (hours: QuietHours) => form.insertListItem('quietHours', quietIn(hours))
  const addCap = (cap: Cap) => form.insertListItem('caps', capIn(cap))
  const start = (add: () => void) => () => {
    // Nobody has chosen a zone yet: it begins as that of who sets the first rule.
    form.setFieldValue('timeZone', OWN_ZONE)
    add()
  }
  if (isEmpty && !isDirty) {
    return (
      <EmptyState
        icon={IconMoon}
        title={t('empty')}
        action={
          <Group justify="center" gap="xs">
            <Button
              leftSection={<IconPlus size={16} />}
              onClick={start(() => addQuiet({ name: t('nights'), from: '21:00', to: '08:00', action: 'hold' }))}
            >
              {t('startNights')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} />}
              onClick={start(() => addCap({ name: t('twoADay'), most: 2, per: 'P1D', action: 'hold' }))}
            >
              {t('startTwo')}
            </Button>
          </Group>
        }
      >
        {t('emptyAbout')}
      </EmptyState>
    )
  }
  return (
    <form onSubmit={acting.submit} noValidate className={classes.page}>
      <Section title={t('quiet')} none={quietHours.length === 0 && t('quietNone')}>
        {quietHours.map(({ key }, i) => (
          <QuietRow key={key} form={form} i={i} />
        ))}
        <AddRow
          label={t('addQuiet')}
          add={() =>
            addQuiet({ name: quietHours.length === 0 ? t('nights') : '', from: '21:00', to: '08:00', action: 'hold' })
          }
        />
      </Section>
      <Section title={t('caps')} none={caps.length === 0 && t('capsNone')}>
        {caps.map(({ key }, i) => (
          <CapRow key={key} form={form} i={i} />
        ))}
        <AddRow
          label={t('addCap')}
          add={() => addCap({ name: caps.length === 0 ? t('twoADay') : '', most: 2, per: 'P1D', action: 'hold' })}
        />
      </Section>
      <Select
        mt="xs"
        maw={420}
        label={t('timeZone')}
        description={t('timeZoneAbout')}
        searchable
        limit={60}
        data={zonesWith(form.values.timeZone)}
        {...form.getInputProps('timeZone')}
      />
      {isOutdated ? (
        <Alert color="yellow" role="alert" title={t('changed')}>
          <Text size="sm" mb="xs">
            {t('changedAbout')}
          </Text>
          <Button size="xs" variant="default" onClick={() => void loadAgain()}>
            {t('load')}
          </Button>
        </Alert>
      ) : (
        !isWrong && acting.problem
      )}
      <Unsaved when={isDirty && !acting.pending} />
      <FormFoot>
        <Button type="submit" loading={acting.pending} disabled={!isDirty}>
          {t('save')}
        </Button>
        {isWrong && (
          <Text size="sm" c="var(--bad)" role="alert">
            {t('wrong')}
          </Text>
        )}
      </FormFoot>
    </form>
  )
}

function useRulesForm({ rules }: Read): RulesFormOf {
  const t = useTexts(rulesTexts)
  const name = (given: string) => (given.trim() === '' ? t('needName') : null)
  const channels = (given: readonly string[]) => (given.length === 0 ? t('needChannel') : null)
  const time = (given: string) => (timeOf(given) === null ? t('timeWrong') : null)
  return useForm<Values>({
    initialValues: valuesOf(rules),
    validate: {
      timeZone: (given) => (given === '' ? t('needZone') : null),
      quietHours: {
        name,
        channels,
        from: (given) => (timeOf(given) === '24:00' ? t('timeWrong') : time(given)),
        to: time,
        days: (given) => (given.length === 0 ? t('needDay') : null),
      },
      caps: {
        name,
        channels,
        most: (given) => (isMost(given) ? null : t('needMost')),
        per: (given) => (given === '' ? t('needPer') : null),
      },
    },
  })
}

function Section({ title, none, children }: { title: string; none: string | false; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <Title order={2} size="h3">
        {title}
      </Title>
      {none !== false && <Text c="dimmed">{none}</Text>}
      {children}
    </section>
  )
}
