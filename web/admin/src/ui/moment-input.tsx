import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { localMinute, momentOf } from './local-time.ts'
import { brief } from './moments.ts'
import { uiTexts } from './texts.ts'
import { OWN_ZONE } from './zones.ts'

/**
 * A moment to the minute, in the reader's zone, as the browser lets one choose it. Given out as ISO 8601; null: none. Of a time
 * that clocks skip it says which one it is taken for.
 */
export function MomentInput(props: {
  label: string
  value: string | null
  onChange: (value: string | null) => void
  required?: boolean
  error?: string | null
}) {
  const { label, value, onChange, required, error } = props
  const t = useTexts(uiTexts)
  const language = useLanguage()
  // Stays as it was typed: who is still typing goes on from there.
  const [skipped, setSkipped] = useState<string>()
  return (
    <TextInput
      type="datetime-local"
      max="9999-12-31T23:59"
      label={label}
      description={
        skipped === undefined || value === null ? (
          t('zone', { zone: OWN_ZONE })
        ) : (
          <Text span inherit c="var(--warm)" role="status">
            {t('skipped', { zone: OWN_ZONE, time: skipped.slice(-5), at: brief(Date.parse(value), language) })}
          </Text>
        )
      }
      required={required}
      error={error}
      value={value === null ? '' : (skipped ?? localMinute(Date.parse(value)))}
      onChange={({ currentTarget: { value: minute } }) => {
        const moment = momentOf(minute)
        setSkipped(moment?.skipped ? minute : undefined)
        onChange(moment === null ? null : new Date(moment.at).toISOString())
      }}
    />
  )
}
