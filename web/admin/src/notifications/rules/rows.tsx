import { ActionIcon, Chip, Group, Input, NumberInput, Radio, TagsInput, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { type ReactNode, useRef } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { DAYS, timeOf } from '../../calendars/openings.ts'
import { DurationInput } from '../../ui/duration-input.tsx'
import { faultAt } from '../../ui/fault-at.ts'
import { Folded } from '../../ui/folded.tsx'
import { useChannelTitle } from '../state.tsx'
import classes from './rules.module.css'
import { rulesTexts } from './texts.ts'
import { CHANNELS, capOf, quietOf, type RulesFormOf, saysCap, saysQuiet } from './values.ts'
import { capWords, dayWord, quietWords } from './words.ts'

/** Beside each other, fields stand in one line however long their help is. */
const HELP_BELOW: ('label' | 'input' | 'error' | 'description')[] = ['label', 'input', 'error', 'description']

type Of = { form: RulesFormOf; i: number }

/** Lengths that people think of when they count what somebody gets. */
const USUAL_PERIODS = ['PT1H', 'PT8H', 'P1D', 'P1W', 'P30D']

export function QuietRow({ form, i }: Of) {
  const t = useTexts(rulesTexts)
  const language = useLanguage()
  const path = `quietHours.${i}`
  const row = form.values.quietHours[i]
  if (row === undefined) return null
  const time = (field: 'from' | 'to') => ({
    inputMode: 'numeric' as const,
    ...form.getInputProps(`${path}.${field}`),
    onBlur: () => form.setFieldValue(`${path}.${field}`, timeOf(row[field]) ?? row[field]),
  })
  return (
    <Card
      name={t('quietN', { number: i + 1 })}
      says={saysQuiet(row) ? quietWords(quietOf(row), language) : null}
      remove={t('removeQuiet', { number: i + 1 })}
      onRemove={() => form.removeListItem('quietHours', i)}
    >
      <div className={classes.fields}>
        <TextInput label={t('name')} placeholder={t('nameSample')} {...form.getInputProps(`${path}.name`)} />
        <TextInput label={t('from')} placeholder="21:00" {...time('from')} />
        {/* What is wrong with both together is said at the second one. */}
        <TextInput
          label={t('to')}
          placeholder="08:00"
          {...time('to')}
          error={form.errors[`${path}.to`] ?? form.errors[path]}
        />
      </div>
      <Chips
        label={t('days')}
        error={form.errors[`${path}.days`]}
        value={row.days}
        onChange={(days) => form.setFieldValue(`${path}.days`, days)}
        options={DAYS.map((day) => ({
          value: day,
          label: dayWord(day, language).slice(0, 3),
          title: dayWord(day, language),
        }))}
      />
      <Action form={form} path={path} label={t('quietAction')} hold={t('quietHold')} />
      <More form={form} path={path} row={row} />
    </Card>
  )
}

export function CapRow({ form, i }: Of) {
  const t = useTexts(rulesTexts)
  const language = useLanguage()
  const path = `caps.${i}`
  const row = form.values.caps[i]
  if (row === undefined) return null
  return (
    <Card
      name={t('capN', { number: i + 1 })}
      says={saysCap(row) ? capWords(capOf(row), language) : null}
      remove={t('removeCap', { number: i + 1 })}
      onRemove={() => form.removeListItem('caps', i)}
    >
      <div className={classes.fields} data-of="cap">
        <TextInput label={t('name')} placeholder={t('capSample')} {...form.getInputProps(`${path}.name`)} />
        <NumberInput
          label={t('most')}
          min={1}
          max={100}
          allowDecimal={false}
          suffix={` ${t('notifications', { count: Number(row.most) })}`}
          {...form.getInputProps(`${path}.most`)}
        />
        <DurationInput
          label={t('per')}
          usual={USUAL_PERIODS}
          value={row.per === '' ? null : { iso: row.per, business: false }}
          onChange={(per) => form.setFieldValue(`${path}.per`, per?.iso ?? '')}
          error={form.errors[`${path}.per`]}
        />
      </div>
      <Action form={form} path={path} label={t('capAction')} hold={t('capHold')} />
      <More form={form} path={path} row={row} exceptAbout={t('exceptCapAbout')}>
        {row.action === 'hold' && (
          <TagsInput
            label={t('first')}
            inputWrapperOrder={HELP_BELOW}
            description={t('firstAbout')}
            placeholder={row.first.length === 0 ? t('firstNone') : ''}
            {...form.getInputProps(`${path}.first`)}
            error={faultAt(form.errors, `${path}.first`)}
          />
        )}
      </More>
    </Card>
  )
}

/** A rule: what it says, or what it is called while it is half written, and its fields. */
function Card(props: { name: string; says: string | null; remove: string; onRemove: () => void; children: ReactNode }) {
  const { name, says, remove, onRemove, children } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset lays out no grid
    <div role="group" aria-label={name} className={classes.rule}>
      <div className={classes.head}>
        <p className={classes.says} data-unsaid={says === null || undefined} aria-live="polite">
          {says ?? name}
        </p>
        <ActionIcon flex="0 0 auto" onClick={onRemove} aria-label={remove} title={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      {children}
    </div>
  )
}

function Chips<Value extends string>(props: {
  label: string
  error: ReactNode
  value: readonly Value[]
  onChange: (chosen: Value[]) => void
  options: readonly { value: Value; label: string; title?: string }[]
}) {
  const { label, error, value, onChange, options } = props
  return (
    <Input.Wrapper label={label} labelElement="div" error={error}>
      <Chip.Group multiple value={[...value]} onChange={(chosen) => onChange(chosen as Value[])}>
        <Group gap={4} mt={6} role="group" aria-label={label}>
          {options.map((option) => (
            <Chip key={option.value} value={option.value} size="xs" title={option.title}>
              {option.label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  )
}

function Action({ form, path, label, hold }: { form: RulesFormOf; path: string; label: string; hold: string }) {
  const t = useTexts(rulesTexts)
  return (
    <Radio.Group label={label} {...form.getInputProps(`${path}.action`)}>
      <Group gap="sm" mt={8} align="flex-start">
        <Radio value="hold" label={hold} description={t('holdAbout')} />
        <Radio value="drop" label={t('drop')} description={t('dropAbout')} />
      </Group>
    </Radio.Group>
  )
}

type Row = RulesFormOf['values']['quietHours' | 'caps'][number]

/** What few need; what of it is set stands in the sentence. Open where something is wrong. */
function More(props: { form: RulesFormOf; path: string; row: Row; exceptAbout?: string; children?: ReactNode }) {
  const { form, path, row, exceptAbout, children } = props
  const t = useTexts(rulesTexts)
  const channelTitle = useChannelTitle()
  const { channels, categories, exceptCategories } = row
  const wrong = ['channels', 'categories', 'exceptCategories', 'first'].some(
    (field) => faultAt(form.errors, `${path}.${field}`) !== undefined,
  )
  const wasWrong = useRef(false)
  // It stays open while what was wrong is put right.
  if (wrong) wasWrong.current = true
  return (
    <Folded key={String(wasWrong.current)} title={t('more')} open={wasWrong.current}>
      <div className={classes.more}>
        <Chips
          label={t('channels')}
          error={faultAt(form.errors, `${path}.channels`)}
          value={channels}
          onChange={(chosen) => form.setFieldValue(`${path}.channels`, chosen)}
          options={CHANNELS.map((value) => ({ value, label: channelTitle(value) }))}
        />
        <TagsInput
          label={t('categories')}
          inputWrapperOrder={HELP_BELOW}
          description={t('categoriesAbout')}
          placeholder={categories.length === 0 ? t('categoriesAll') : ''}
          {...form.getInputProps(`${path}.categories`)}
          error={faultAt(form.errors, `${path}.categories`)}
        />
        <TagsInput
          label={t('exceptCategories')}
          inputWrapperOrder={HELP_BELOW}
          description={exceptAbout}
          placeholder={exceptCategories.length === 0 ? t('exceptNone') : ''}
          {...form.getInputProps(`${path}.exceptCategories`)}
          error={faultAt(form.errors, `${path}.exceptCategories`)}
        />
        {children}
      </div>
    </Folded>
  )
}
