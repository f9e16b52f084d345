import { Button, Collapse, Stack } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { type ComponentType, useState } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { type Fault, faultWords } from '../model/faults.ts'
import type { Field, Widget } from '../model/forms.ts'
import { type Data, type Json, textIn } from '../model/graph.ts'
import { BeginningField } from './fields/beginning-field.tsx'
import { ConditionInput } from './fields/condition-field.tsx'
import { DurationInput } from './fields/duration-field.tsx'
import { EndingsField } from './fields/endings-field.tsx'
import { EventInput } from './fields/event-field.tsx'
import type { FieldProps } from './fields/field.ts'
import { ArmsField, CasesField, ChannelsField, PairsField, WinnerField } from './fields/lists-field.tsx'
import { LinkField, LocaleTextsField, RecipientField } from './fields/people-fields.tsx'
import * as plain from './fields/plain-fields.tsx'
import { CalendarInput, WaitingField } from './fields/waiting-field.tsx'
import { WordsField } from './fields/words-field.tsx'
import { builderTexts } from './texts.ts'

function EventTypeField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  return (
    <EventInput
      label={field.title[language]}
      help={field.help?.[language]}
      mood="until"
      value={textIn(data[field.name])}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={(event) => set({ [field.name]: event })}
    />
  )
}

function ConditionField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  return (
    <ConditionInput
      label={field.title[language]}
      help={field.help?.[language]}
      value={textIn(data[field.name])}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={(cel) => set({ [field.name]: cel })}
    />
  )
}

function DurationField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const given = data[field.name]
  return (
    <DurationInput
      label={field.title[language]}
      help={field.help?.[language]}
      optional={field.name !== 'by'}
      fixed={field.fixed === true}
      value={given === undefined ? undefined : textIn(given)}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      // Without a limit there is nothing of which only some time counts.
      onChange={(value) =>
        set({
          [field.name]: value,
          ...(value === undefined && field.name === 'timeout' ? { calendar: undefined } : {}),
        })
      }
    />
  )
}

function CalendarField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  if (data.timeout === undefined && data.calendar === undefined) return null
  return (
    <CalendarInput
      label={field.title[language]}
      value={data.calendar === undefined ? undefined : textIn(data.calendar)}
      error={faultWords(faults, language)}
      readOnly={readOnly}
      onChange={(calendar) => set({ calendar })}
    />
  )
}

const WIDGETS: { readonly [widget in Widget]: ComponentType<FieldProps> } = {
  beginning: BeginningField,
  waiting: WaitingField,
  eventType: EventTypeField,
  endings: EndingsField,
  condition: ConditionField,
  value: plain.ValueField,
  duration: DurationField,
  calendar: CalendarField,
  cases: CasesField,
  arms: ArmsField,
  winner: WinnerField,
  words: WordsField,
  channels: ChannelsField,
  recipient: RecipientField,
  asked: RecipientField,
  link: LinkField,
  localeTexts: LocaleTextsField,
  text: plain.LineField,
  line: plain.LineField,
  yes: plain.YesField,
  count: plain.CountField,
  choice: plain.ChoiceField,
  variable: plain.VariableField,
  variables: PairsField,
  headers: PairsField,
  json: plain.JsonField,
  retry: plain.RetryField,
  secrets: plain.SecretsField,
  flow: plain.FlowField,
  list: plain.ListField,
  goal: plain.GoalField,
  rate: plain.NumberAndSpanField,
  batch: plain.NumberAndSpanField,
}

/** The settings of a step, or of the flow, as a form. What few need is folded until somebody set it, or it is at fault. */
export function StepForm({
  fields,
  data,
  faults,
  readOnly,
  set,
}: {
  fields: readonly Field[]
  data: Data
  faults: readonly Fault[]
  readOnly: boolean
  set: (changes: { [name: string]: Json | undefined }, field: string) => void
}) {
  const t = useTexts(builderTexts)
  const [unfolded, setUnfolded] = useState(false)
  const namesOf = (field: Field) => field.covers ?? [field.name]
  const faultsOf = (field: Field) => faults.filter((fault) => namesOf(field).includes(fault.field[0] ?? ''))
  const isFolded = (field: Field) =>
    field.more === true && namesOf(field).every((name) => data[name] === undefined) && faultsOf(field).length === 0
  const show = (field: Field) => {
    const Shown = WIDGETS[field.widget]
    return (
      <Shown
        key={field.name}
        field={field}
        data={data}
        faults={faultsOf(field)}
        readOnly={readOnly}
        set={(changes) => set(changes, field.name)}
      />
    )
  }
  const folded = fields.filter(isFolded)
  return (
    <Stack gap="md">
      {fields.filter((field) => !isFolded(field)).map(show)}
      {folded.length > 0 && (
        <>
          <Button
            variant="subtle"
            size="compact-sm"
            justify="flex-start"
            aria-expanded={unfolded}
            rightSection={<IconChevronDown size={16} style={{ rotate: unfolded ? '180deg' : undefined }} />}
            onClick={() => setUnfolded(!unfolded)}
          >
            {t('moreSettings')}
          </Button>
          <Collapse expanded={unfolded}>
            <Stack gap="md">{folded.map(show)}</Stack>
          </Collapse>
        </>
      )}
    </Stack>
  )
}
