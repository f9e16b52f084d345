import { JsonInput } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { objectIn } from '../ui/json-text.ts'
import { MONO } from '../ui/mono.ts'
import type { Data } from './model/graph.ts'
import { flowTexts } from './texts.ts'

/** Whether something was written where an object was asked for. */
export const hasSaid = (data: Data | null): boolean => data === null || Object.keys(data).length > 0

/** An object, written as JSON. */
export function ObjectField({
  label,
  about,
  value,
  onChange,
}: {
  label: string
  about?: string
  value: Data
  /** Null: what is written is no object yet. */
  onChange: (data: Data | null) => void
}) {
  const t = useTexts(flowTexts)
  const [text, setText] = useState(() => (Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2)))
  return (
    <JsonInput
      label={label}
      description={about}
      autosize
      minRows={2}
      maxRows={14}
      styles={MONO}
      value={text}
      error={objectIn(text) === null ? t('notObject') : undefined}
      validationError={t('notObject')}
      onChange={(next) => {
        setText(next)
        onChange(objectIn(next) as Data | null)
      }}
    />
  )
}
