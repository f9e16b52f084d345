import { JsonInput } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../app/texts.ts'
import type { Data } from './model/graph.ts'
import { flowTexts } from './texts.ts'

/** The object that a text writes; null: it writes none. Nothing written is an empty one. */
export function objectIn(text: string): Data | null {
  if (text.trim() === '') return {}
  try {
    const made: unknown = JSON.parse(text)
    return typeof made === 'object' && made !== null && !Array.isArray(made) ? (made as Data) : null
  } catch {
    return null
  }
}

/** An object, written as JSON. */
export function ObjectField({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder?: string
  value: Data
  /** Null: what is written is no object yet. */
  onChange: (data: Data | null) => void
}) {
  const t = useTexts(flowTexts)
  const [text, setText] = useState(() => (Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2)))
  return (
    <JsonInput
      label={label}
      autosize
      minRows={2}
      maxRows={14}
      placeholder={placeholder}
      styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
      value={text}
      error={objectIn(text) === null ? t('notObject') : undefined}
      onChange={(next) => {
        setText(next)
        onChange(objectIn(next))
      }}
    />
  )
}
