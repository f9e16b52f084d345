import { JsonInput, SegmentedControl, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { jsonIn } from '../../../ui/json-text.ts'
import { MONO } from '../../../ui/mono.ts'
import { NumberField } from '../../../ui/number-field.tsx'
import { faultsIn, faultWords } from '../../model/faults.ts'
import { type Json, listOf, membersOf, textIn } from '../../model/graph.ts'
import { flowNamesQuery, secretsQuery } from '../../queries.ts'
import { useBuilder } from '../context.tsx'
import { builderTexts } from '../texts.ts'
import { DurationInput } from './duration-field.tsx'
import { EventInput } from './event-field.tsx'
import { type FieldProps, orNothing } from './field.ts'
import { variableFrom } from './lists-field.tsx'
import { LiquidInput } from './texts-field.tsx'

export function LineField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  return (
    <LiquidInput
      label={field.title[language]}
      help={field.help?.[language]}
      sample={field.sample}
      lines={field.widget === 'text' ? 3 : 1}
      value={textIn(data[field.name])}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={(text) => set({ [field.name]: orNothing(text) })}
    />
  )
}

/** An expression that gives a value. */
export function ValueField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  return (
    <TextInput
      label={field.title[language]}
      description={field.help?.[language]}
      placeholder={field.sample}
      styles={MONO}
      value={textIn(data[field.name])}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={({ currentTarget }) =>
        set({ [field.name]: currentTarget.value === '' ? undefined : currentTarget.value })
      }
    />
  )
}

export function VariableField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const t = useTexts(builderTexts)
  const name = textIn(data[field.name])
  return (
    <TextInput
      label={field.title[language]}
      description={name === '' ? undefined : t('variableUse', { name: `vars.${name}` })}
      styles={MONO}
      value={name}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={({ currentTarget }) => set({ [field.name]: variableFrom(currentTarget.value) || undefined })}
    />
  )
}

export function ChoiceField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const choices = field.choices ?? []
  const given = data[field.name]
  const isYesNo = choices.some(({ value }) => value === 'true')
  const value = given === undefined ? (choices[0]?.value ?? '') : String(given)
  return (
    <Select
      label={field.title[language]}
      description={field.help?.[language]}
      readOnly={readOnly}
      error={faultWords(faults, language)}
      value={value}
      data={choices.map((choice) => ({ value: choice.value, label: choice.title[language] }))}
      onChange={(next) => next !== null && set({ [field.name]: isYesNo ? next === 'true' : next })}
    />
  )
}

export function YesField({ field, data, readOnly, set }: FieldProps) {
  const language = useLanguage()
  return (
    <Switch
      label={field.title[language]}
      description={field.help?.[language]}
      disabled={readOnly}
      checked={data[field.name] === true}
      onChange={({ currentTarget }) => set({ [field.name]: currentTarget.checked ? true : undefined })}
    />
  )
}

export function CountField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const value = data[field.name]
  return (
    <NumberField
      optional
      label={field.title[language]}
      description={field.help?.[language]}
      min={field.min ?? 0}
      max={field.max ?? 1_000_000}
      allowDecimal={false}
      value={typeof value === 'number' ? value : undefined}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={(next) => set({ [field.name]: next })}
    />
  )
}

export function ListField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  return (
    <TagsInput
      label={field.title[language]}
      description={field.help?.[language]}
      readOnly={readOnly}
      error={faultWords(faults, language)}
      value={listOf(data[field.name]).map(textIn)}
      onChange={(items) => set({ [field.name]: items })}
    />
  )
}

/** JSON that is kept when it can be read; until then it only stands in the field. */
export function JsonField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const stored = data[field.name]
  const shown = stored === undefined ? '' : typeof stored === 'string' ? stored : JSON.stringify(stored, null, 2)
  const [text, setText] = useState(shown)
  const own = useRef(shown)
  useEffect(() => {
    if (shown !== own.current) setText(shown)
    own.current = shown
  }, [shown])
  const read = jsonIn(text)
  return (
    <JsonInput
      label={field.title[language]}
      description={field.help?.[language] ?? t('jsonAbout', { example: '{{ contact.name }}' })}
      autosize
      minRows={3}
      maxRows={16}
      styles={MONO}
      value={text}
      error={read === undefined && text.trim() !== '' ? t('jsonNot') : faultWords(faults, language)}
      readOnly={readOnly}
      onChange={(next) => {
        setText(next)
        if (next.trim() === '') {
          own.current = ''
          set({ [field.name]: undefined })
          return
        }
        const value = jsonIn(next) as Json | undefined
        if (value === undefined) return
        own.current = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
        set({ [field.name]: value })
      }}
    />
  )
}

export function RetryField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const retry = membersOf(data.retry)
  const on = data.retry !== undefined
  return (
    <Stack gap="xs">
      <Switch
        label={field.title[language]}
        disabled={readOnly}
        checked={on}
        onChange={({ currentTarget }) =>
          set({ retry: currentTarget.checked ? { attempts: 3, after: 'PT5M' } : undefined })
        }
      />
      {on && (
        <>
          <NumberField
            label={t('attempts')}
            min={1}
            max={10}
            allowDecimal={false}
            value={typeof retry.attempts === 'number' ? retry.attempts : 3}
            error={faultWords(faultsIn(faults, 'retry', 'attempts'), language)}
            readOnly={readOnly}
            onChange={(attempts) => set({ retry: { ...retry, attempts } })}
          />
          <DurationInput
            label={t('attemptsAfter')}
            optional
            fixed
            value={retry.after === undefined ? undefined : textIn(retry.after)}
            error={faultWords(faultsIn(faults, 'retry', 'after'), language)}
            readOnly={readOnly}
            onChange={(after) => {
              const { after: _after, ...rest } = retry
              set({ retry: after === undefined ? rest : { ...rest, after } })
            }}
          />
        </>
      )}
    </Stack>
  )
}

export function SecretsField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const secrets = useQuery({ ...secretsQuery, retry: false })
  const names = typeof data.secret === 'string' ? [data.secret] : listOf(data.secret).map(textIn)
  return (
    <TagsInput
      label={field.title[language]}
      description={field.help?.[language]}
      data={(secrets.data ?? []).map(({ name }) => name)}
      readOnly={readOnly}
      error={faultWords(faults, language)}
      value={names}
      onChange={(next) =>
        set({ secret: next.length === 0 ? undefined : next.length === 1 ? (next[0] as string) : next })
      }
    />
  )
}

export function FlowField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const t = useTexts(builderTexts)
  const { flowId } = useBuilder()
  const flows = useQuery(flowNamesQuery)
  const value = textIn(data[field.name])
  const known = (flows.data ?? []).filter(({ id }) => id !== flowId).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      label={field.title[language]}
      description={field.help?.[language] ?? t('flowAbout')}
      searchable
      clearable
      readOnly={readOnly}
      error={faultWords(faults, language)}
      value={value === '' ? null : value}
      data={value === '' || known.some((one) => one.value === value) ? known : [...known, { value, label: value }]}
      onChange={(next) => set({ [field.name]: next ?? undefined })}
    />
  )
}

export function GoalField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const goal = membersOf(data.goal)
  const on = data.goal !== undefined
  return (
    <Stack gap="xs">
      <Switch
        label={field.title[language]}
        disabled={readOnly}
        checked={on}
        onChange={({ currentTarget }) =>
          set({ goal: currentTarget.checked ? { event: 'encounter.resumed', within: 'P3D' } : undefined })
        }
      />
      {on && (
        <>
          <EventInput
            label={t('goalEvent')}
            mood="until"
            value={textIn(goal.event)}
            error={faultWords(faultsIn(faults, 'goal', 'event'), language)}
            readOnly={readOnly}
            onChange={(event) => set({ goal: { ...goal, event } })}
          />
          <DurationInput
            label={t('goalWithin')}
            optional
            value={goal.within === undefined ? undefined : textIn(goal.within)}
            error={faultWords(faultsIn(faults, 'goal', 'within'), language)}
            readOnly={readOnly}
            onChange={(within) => {
              const { within: _within, ...rest } = goal
              set({ goal: within === undefined ? rest : { ...rest, within } })
            }}
          />
          <SegmentedControl
            fullWidth
            aria-label={t('goalEnds')}
            disabled={readOnly}
            value={goal.ends === true ? 'ends' : 'counts'}
            data={[
              { value: 'counts', label: t('goalCounts') },
              { value: 'ends', label: t('goalEnds') },
            ]}
            onChange={(next) => {
              const { ends: _ends, ...rest } = goal
              set({ goal: next === 'ends' ? { ...rest, ends: true } : rest })
            }}
          />
        </>
      )}
    </Stack>
  )
}

/** A number with a span of time: so many in so long, so many or after so long. */
export function NumberAndSpanField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const isRate = field.widget === 'rate'
  const [count, span] = isRate ? (['limit', 'per'] as const) : (['size', 'within'] as const)
  const value = membersOf(data[field.name])
  const on = data[field.name] !== undefined
  return (
    <Stack gap="xs">
      <Switch
        label={field.title[language]}
        disabled={readOnly}
        checked={on}
        onChange={({ currentTarget }) =>
          set({
            [field.name]: currentTarget.checked
              ? isRate
                ? { limit: 20, per: 'PT1M' }
                : { size: 10, within: 'PT1H' }
              : undefined,
          })
        }
      />
      {on && (
        <>
          <NumberField
            label={isRate ? t('rateLimit') : t('batchSize')}
            min={isRate ? 1 : 2}
            max={isRate ? 10_000 : 100}
            allowDecimal={false}
            value={typeof value[count] === 'number' ? value[count] : 1}
            error={faultWords(faultsIn(faults, field.name, count), language)}
            readOnly={readOnly}
            onChange={(next) => set({ [field.name]: { ...value, [count]: next } })}
          />
          <DurationInput
            label={isRate ? t('ratePer') : t('batchWithin')}
            fixed
            value={textIn(value[span])}
            error={faultWords(faultsIn(faults, field.name, span), language)}
            readOnly={readOnly}
            onChange={(next) => set({ [field.name]: { ...value, [span]: next ?? '' } })}
          />
        </>
      )}
    </Stack>
  )
}
