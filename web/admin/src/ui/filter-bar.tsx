import { Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { NARROW } from '../app/theme.ts'
import classes from './filter-bar.module.css'
import { PERIODS, type Period } from './periods.ts'
import { uiTexts } from './texts.ts'

export type Filter = (
  | { kind: 'choice'; name: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'text'; name: string; label: string; placeholder?: string }
  /** A field of the page's own, as a search among people. */
  | {
      kind: 'own'
      name: string
      field: (value: string | undefined, set: (value: string | undefined) => void) => ReactNode
    }
  /** Of the last hour, day, week or month: `period: oneOf(...PERIODS)`; `sinceOf` makes a time of it. `usual`: where nothing is chosen. */
  | { kind: 'period'; name: string; usual?: Period }
) & {
  /** Seldom asked for: shown when it is set, or when one asks for more filters. */
  rare?: boolean
}

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
  const words = { PT1H: t('lastHour'), P1D: t('lastDay'), P7D: t('lastWeek'), P30D: t('lastMonth') }
  const periods = PERIODS.map((value) => ({ value, label: words[value] }))
  const given = filters.filter(({ name }) => values[name] !== undefined)
  const [all, setAll] = useState(false)
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  // A telephone has room for one, and for what is set.
  const isRare = ({ rare }: Filter, at: number) => (narrow ? at > 0 : rare)
  const shown = filters.filter((filter, at) => all || !isRare(filter, at) || values[filter.name] !== undefined)
  return (
    <Group gap="xs" mb="sm" role="search" aria-label={t('filters')}>
      {shown.map((filter) =>
        filter.kind === 'own' ? (
          <div key={filter.name} className={classes.choice}>
            {filter.field(values[filter.name] as string | undefined, (value) => set({ [filter.name]: value }))}
          </div>
        ) : filter.kind !== 'text' ? (
          <Select
            key={filter.name}
            size="sm"
            className={classes.choice}
            aria-label={filter.kind === 'period' ? t('period') : filter.label}
            placeholder={filter.kind === 'period' ? (filter.usual ? words[filter.usual] : t('period')) : filter.label}
            clearable
            clearButtonProps={{ 'aria-label': t('clear') }}
            data={filter.kind === 'period' ? periods : filter.options.map((option) => ({ ...option }))}
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
      {(all || shown.length < filters.length) && (
        <Button variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('fewerFilters') : t('moreFilters')}
        </Button>
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
  // The address comes behind what is typed, and trimmed: only what was set elsewhere ("clear", a link) replaces it.
  const sent = useRef<string[]>([])
  useEffect(() => {
    const at = sent.current.indexOf(props.value)
    sent.current = at === -1 ? [] : sent.current.slice(at + 1)
    if (at === -1) setTyped(props.value)
  }, [props.value])
  const settle = useDebouncedCallback((value: string) => {
    if (value === props.value) return
    sent.current.push(value)
    props.onChange(value)
  }, 300)
  return (
    <TextInput
      type="search"
      className={classes.text}
      aria-label={props.label}
      placeholder={props.placeholder}
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value)
        settle(value.trim())
      }}
      onKeyDown={({ key }) => key === 'Enter' && settle.flush()}
    />
  )
}
