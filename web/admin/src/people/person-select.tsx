import { Loader, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconUserSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { foundQuery, useContact } from './contact-query.ts'
import { peopleTexts } from './texts.ts'

/** No id of anybody. */
const NOBODY = '\u0001nobody'

/** One person, looked for by name, identifier or address. */
export function PersonSelect(props: {
  value: string | undefined
  onChange: (id: string | undefined) => void
  label?: string
  description?: string
  required?: boolean
  error?: ReactNode
  /** What there is to choose besides people; it stands first while nobody is looked for, and is chosen where nobody else is. */
  nobody?: string
}) {
  const { value, onChange, label, description, required, error, nobody } = props
  const t = useTexts(peopleTexts)
  const [typed, setTyped] = useState('')
  const [words] = useDebouncedValue(typed.trim(), 250)
  const found = useQuery({ ...foundQuery(words), placeholderData: keepPreviousData })
  const chosen = useContact(value)
  const people = new Map((found.data?.items ?? []).map(({ id, name }) => [id, name ?? id]))
  const named = value === undefined ? nobody : (people.get(value) ?? chosen.data?.name ?? value)
  // Who is chosen stands in the list as long as nobody is looked for: beside what was found it would say that it matches.
  if (words === '' && value !== undefined && named !== undefined) people.set(value, named)
  return (
    <Select
      label={label}
      description={description}
      required={required}
      error={error}
      aria-label={label ?? t('choose')}
      placeholder={t('choose')}
      leftSection={found.isFetching ? <Loader size={14} /> : <IconUserSearch size={16} />}
      data={[
        ...(nobody === undefined || words !== '' ? [] : [{ value: NOBODY, label: nobody }]),
        ...[...people].map(([id, name]) => ({ value: id, label: name })),
      ]}
      // The program has looked already: what it found stays, however it is spelt here.
      filter={({ options }) => options}
      searchable
      clearable={nobody === undefined}
      nothingFoundMessage={t('nobodyFound')}
      value={value ?? (nobody === undefined ? null : NOBODY)}
      onChange={(id) => onChange(id === null || id === NOBODY ? undefined : id)}
      onSearchChange={(search) => setTyped(search === named ? '' : search)}
    />
  )
}
