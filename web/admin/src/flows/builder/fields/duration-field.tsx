import { Group, Input, Select, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { unitWord } from '../../../ui/durations.ts'
import { isoOfParts, UNITS, type Unit } from '../../../ui/iso-duration.ts'
import { NumberField } from '../../../ui/number-field.tsx'
import { builderTexts } from '../texts.ts'
import { amountOf, isoOfAmount } from './amount.ts'

/** A duration as a number and a unit, in words; one that no unit says is shown as it is written. */
export function DurationInput({
  label,
  help,
  value,
  error,
  readOnly,
  fixed = false,
  optional = false,
  empty,
  onChange,
}: {
  label: string
  help?: string | undefined
  value: string | undefined
  error?: string | undefined
  readOnly: boolean
  /** Months and years have no fixed length there. */
  fixed?: boolean
  /** Empty is allowed, and means none. */
  optional?: boolean
  /** What stands where none is said; by default, that there is no limit. */
  empty?: string
  onChange: (value: string | undefined) => void
}) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const id = useId()
  // While a number is typed its unit stays, although "1,5 h" is kept as 90 minutes.
  const [typing, setTyping] = useState<Unit | null>(null)
  const amount = value === undefined ? null : amountOf(value)
  if (value !== undefined && amount === null) {
    return (
      <TextInput
        label={label}
        description={help ?? t('isoDuration')}
        value={value}
        error={error}
        readOnly={readOnly}
        onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.value)}
      />
    )
  }
  const unit = typing ?? amount?.unit ?? 'hour'
  const units = UNITS.toReversed().filter((one) => one === unit || !(fixed && (one === 'month' || one === 'year')))
  return (
    <Input.Wrapper label={label} labelProps={{ htmlFor: id }} description={help} error={error}>
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberField
          id={id}
          w={112}
          min={0}
          max={99_999}
          allowDecimal={unit !== 'year' && unit !== 'month' && unit !== 'second'}
          allowNegative={false}
          clampBehavior="strict"
          optional
          value={amount?.count}
          placeholder={optional ? (empty ?? t('noLimit')) : ''}
          error={error !== undefined}
          readOnly={readOnly}
          onFocus={() => setTyping(unit)}
          onBlur={() => setTyping(null)}
          onChange={(count) => {
            if (count === undefined) onChange(optional ? undefined : isoOfParts({ [unit]: 0 }))
            else onChange(isoOfAmount({ count, unit }))
          }}
        />
        <Select
          flex={1}
          aria-label={t('unit')}
          disabled={amount === null}
          readOnly={readOnly}
          value={unit}
          onChange={(next) => onChange(isoOfParts({ [next ?? 'hour']: amount?.count ?? 1 }))}
          data={units.map((one) => ({ value: one, label: unitWord(one, amount?.count ?? 2, language) }))}
        />
      </Group>
    </Input.Wrapper>
  )
}
