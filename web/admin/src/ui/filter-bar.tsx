import { Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { uiTexts } from './texts.ts'

export type Filter =
  | { kind: 'choice'; name: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'text'; name: string; label: string; placeholder?: string }

/** Filters of a list. They live in the address, under the names that the route's `validateSearch` knows. */
export function FilterBar({ filters, children }: { filters: readonly Filter[]; children?: ReactNode }) {
  const t = useTexts(uiTexts)
  const values: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = (changes: Record<string, string | undefined>) =>
    // Other rows: what was open beside them is closed.
    navigate({
      to: '.',
      search: (before: object) => ({ ...before, selected: undefined, ...changes }) as never,
      replace: true,
    })
  const given = filters.filter(({ name }) => values[name] !== undefined)
  return (
    <Group gap="xs" mb="sm" role="search" aria-label={t('filters')}>
      {filters.map((filter) =>
        filter.kind === 'choice' ? (
          <Select
            key={filter.name}
            size="sm"
            w={180}
            aria-label={filter.label}
            placeholder={filter.label}
            clearable
            data={filter.options.map((option) => ({ ...option }))}
            value={(values[filter.name] as string | undefined) ?? null}
            onChange={(value) => set({ [filter.name]: value ?? undefined })}
          />
        ) : (
          <TextFilter
            key={filter.name}
            label={filter.label}
            placeholder={filter.placeholder ?? filter.label}
            value={(values[filter.name] as string | undefined) ?? ''}
            onChange={(value) => set({ [filter.name]: value || undefined })}
          />
        ),
      )}
      {given.length > 0 && (
        <Button
          variant="subtle"
          leftSection={<IconX size={16} />}
          onClick={() => set(Object.fromEntries(given.map(({ name }) => [name, undefined])))}
        >
          {t('clear')}
        </Button>
      )}
      {children && <Group ml="auto">{children}</Group>}
    </Group>
  )
}

function TextFilter(props: { label: string; placeholder: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(props.value)
  useEffect(() => setTyped(props.value), [props.value])
  const settle = useDebouncedCallback(props.onChange, 300)
  return (
    <TextInput
      type="search"
      w={240}
      aria-label={props.label}
      placeholder={props.placeholder}
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value)
        settle(value.trim())
      }}
    />
  )
}
