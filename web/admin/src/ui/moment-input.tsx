import { TextInput } from '@mantine/core'

/** A moment to the minute, in the reader's zone, as the browser lets one choose it. Given out as ISO 8601; null: none. */
export function MomentInput(props: {
  label: string
  value: string | null
  onChange: (value: string | null) => void
  required?: boolean
}) {
  const { label, value, onChange, required } = props
  return (
    <TextInput
      type="datetime-local"
      label={label}
      required={required}
      value={value === null ? '' : localMinute(value)}
      onChange={({ currentTarget }) => {
        const at = Date.parse(currentTarget.value)
        onChange(Number.isNaN(at) ? null : new Date(at).toISOString())
      }}
    />
  )
}

/** As the input writes it: local time without a zone. */
function localMinute(iso: string): string {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
