import { Autocomplete } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLanguage } from '../app/language.ts'
import { isLocale, localeName, USUAL_LOCALES } from './locale-name.ts'
import { plain } from './plain.ts'

/** A language, or that of a country, by its code or found by its name; what the code means stands below it. */
export function LocaleInput(props: {
  label: string
  /** Where nothing, or no code yet, is written. */
  description?: ReactNode
  placeholder?: string
  value: string
  onChange: (code: string) => void
  error?: ReactNode
  required?: boolean
}) {
  const { label, description, placeholder, value, onChange, error, required } = props
  const language = useLanguage()
  const nameOf = (code: string) => localeName(code, language)
  return (
    <Autocomplete
      label={label}
      description={isLocale(value) ? nameOf(value) : description}
      placeholder={placeholder}
      required={required}
      error={error}
      data={USUAL_LOCALES}
      // A code that was chosen leaves all to be chosen from.
      filter={({ options, search }) =>
        USUAL_LOCALES.includes(search)
          ? options
          : options.filter((option) => {
              const code = 'value' in option ? option.value : ''
              return plain(`${code} ${nameOf(code)}`).includes(plain(search))
            })
      }
      renderOption={({ option }) => `${nameOf(option.value)} (${option.value})`}
      value={value}
      onChange={onChange}
    />
  )
}
