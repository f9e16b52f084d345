import { Autocomplete } from '@mantine/core'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { type Duration, durationWords, readDuration } from './durations.ts'
import { uiTexts } from './texts.ts'

const USUAL = ['PT15M', 'PT30M', 'PT1H', 'PT4H', 'PT8H', 'P1D', 'P2D', 'P1W']

/**
 * A duration as a person writes it: "4 horas hábiles", "1 día y 6 h". What is given out is ISO 8601; what cannot be understood is
 * said, nothing is given out, and no form is sent (`useFormAct`) that would take what stood there before for what was meant.
 */
export function DurationInput(props: {
  label: string
  description?: ReactNode
  value: Duration | null
  onChange: (value: Duration | null) => void
  /** Whether "hábiles" makes sense here: there is a calendar to count by. */
  business?: boolean
  /** The common ones offered, as ISO 8601. */
  usual?: readonly string[]
  required?: boolean
  error?: ReactNode
  /** Why one that can be read is not taken here; undefined: it is. */
  refuse?: (read: Duration) => string | undefined
}) {
  const { label, description, value, onChange, business = false, usual = USUAL, required, error, refuse } = props
  const t = useTexts(uiTexts)
  const language = useLanguage()
  const words = value === null ? '' : durationWords(value, language)
  const [typed, setTyped] = useState(words)
  const [wrong, setWrong] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  // What is being typed stays as it is: it is put into words when it is left.
  const typing = useRef(false)
  useEffect(() => {
    if (typing.current) return
    setTyped(words)
    setWrong(undefined)
  }, [words])
  useLayoutEffect(() => input.current?.setCustomValidity(wrong ?? ''), [wrong])
  const settle = (text: string) => {
    typing.current = false
    if (text.trim() === '') {
      setWrong(undefined)
      return onChange(null)
    }
    const read = readDuration(text)
    if (read === null) return setWrong(t('noDuration', { written: text }))
    if (read.business && !business) return setWrong(t('noBusiness'))
    const refused = refuse?.(read)
    setWrong(refused)
    if (refused !== undefined) return
    setTyped(durationWords(read, language))
    onChange(read)
  }
  return (
    <Autocomplete
      ref={input}
      label={label}
      description={description}
      required={required}
      error={wrong ?? error}
      placeholder={t(business ? 'durationSampleBusiness' : 'durationSample')}
      data={usual.map((iso) =>
        durationWords({ iso, business: business && iso.startsWith('PT') && iso.endsWith('H') }, language),
      )}
      // All that are common, whatever stood there: they are choices, not completions. What was typed well needs none, and they
      // would lie over the buttons below.
      filter={({ options, search }) => (typing.current && readDuration(search) !== null ? [] : options)}
      value={typed}
      onChange={(text) => {
        typing.current = true
        setTyped(text)
        // As soon as it can be read: else the button of a form would wait until the field is left, and miss the click that leaves it.
        const read = readDuration(text)
        if (read !== null && (business || !read.business) && refuse?.(read) === undefined) onChange(read)
      }}
      onOptionSubmit={settle}
      onBlur={() => settle(typed)}
      onKeyDown={({ key }) => key === 'Enter' && settle(typed)}
    />
  )
}
