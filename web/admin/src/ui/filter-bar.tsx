import { Autocomplete, Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { memo, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { NARROW } from '../app/theme.ts'
import classes from './filter-bar.module.css'
import { PeriodFilter, SpanChip, useSpanFault } from './period-filter.tsx'
import type { Period, Span } from './periods.ts'
import { uiTexts } from './texts.ts'

export type Filter = (
  | { kind: 'choice'; name: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'text'; name: string; label: string; placeholder?: string }
  /** A whole word, as it is kept: any may be written, some are offered. */
  | { kind: 'word'; name: string; label: string; options: readonly string[] }
  /** One value, or none: a button that stays down. Also on a telephone, where it takes less room than a field. */
  | { kind: 'toggle'; name: string; label: string; value: string }
  /** A field of the page's own, as a search among people. */
  | {
      kind: 'own'
      name: string
      field: (value: string | undefined, set: (value: string | undefined) => void) => ReactNode
    }
  /**
   * Of the last hour, day, week or month, or between two dates: `search({ ...span })`; `spanOf` makes moments of it. `usual`: where
   * nothing is chosen; `refused`: the error of the page's query, which may be about it.
   */
  | { kind: 'period'; name: 'period'; usual?: Period; refused?: unknown }
) & {
  /** Seldom asked for: shown when it is set, or when one asks for more filters. */
  rare?: boolean
}

/** The parameters of the address that a filter has. */
const namesOf = ({ kind, name }: Filter): readonly string[] => (kind === 'period' ? ['period', 'from', 'to'] : [name])

/** Filters of a list. They live in the address, under the names that the route's `validateSearch` knows. */
export function FilterBar({ filters, children }: { filters: readonly Filter[]; children?: ReactNode }) {
  const t = useTexts(uiTexts)
  const values: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = useCallback(
    (changes: Record<string, string | undefined>) =>
      // Other rows: what was open beside them is closed.
      navigate({
        to: '.',
        search: (before: object) => ({ ...before, selected: undefined, ...changes }) as never,
        replace: true,
      }),
    [navigate],
  )
  const period = filters.find((filter) => filter.kind === 'period')
  const { period: last, from, to }: Span = period === undefined ? {} : values
  const said = useSpanFault(period?.refused)
  const isSet = (filter: Filter) => namesOf(filter).some((name) => values[name] !== undefined)
  const given = filters.filter(isSet)
  const [all, setAll] = useState(false)
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  // A telephone has room for one, and for what is set.
  const isRare = ({ rare, kind }: Filter, at: number) => (narrow ? at > 0 && kind !== 'toggle' : rare)
  const shown = filters.filter((filter, at) => all || !isRare(filter, at) || isSet(filter))
  return (
    <>
      <Group gap="xs" mb="sm" role="search" aria-label={t('filters')}>
        {shown.map((filter) =>
          filter.kind === 'own' ? (
            <div key={filter.name} className={classes.choice}>
              {filter.field(values[filter.name] as string | undefined, (value) => set({ [filter.name]: value }))}
            </div>
          ) : filter.kind === 'period' ? (
            <PeriodFilter
              key={filter.name}
              {...{ period: last, from, to, usual: filter.usual, isRefused: said !== undefined, set }}
            />
          ) : filter.kind === 'choice' ? (
            <Choice
              key={filter.name}
              name={filter.name}
              label={filter.label}
              options={filter.options}
              value={values[filter.name] as string | undefined}
              set={set}
            />
          ) : filter.kind === 'word' ? (
            <WordFilter
              key={filter.name}
              name={filter.name}
              label={filter.label}
              options={filter.options}
              value={(values[filter.name] as string | undefined) ?? ''}
              set={set}
            />
          ) : filter.kind === 'toggle' ? (
            <Button
              key={filter.name}
              variant={isSet(filter) ? 'light' : 'default'}
              aria-pressed={isSet(filter)}
              onClick={() => set({ [filter.name]: isSet(filter) ? undefined : filter.value })}
            >
              {filter.label}
            </Button>
          ) : (
            <TextFilter
              key={filter.name}
              name={filter.name}
              label={filter.label}
              placeholder={filter.placeholder ?? filter.label}
              value={(values[filter.name] as string | undefined) ?? ''}
              set={set}
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
            onClick={() => set(Object.fromEntries(given.flatMap(namesOf).map((name) => [name, undefined])))}
          >
            {t('clear')}
          </Button>
        )}
        {children && <Group ml="auto">{children}</Group>}
      </Group>
      {(from !== undefined || to !== undefined) && <SpanChip {...{ from, to, said, set }} />}
    </>
  )
}

type Option = { readonly value: string; readonly label: string }
type Field<V> = {
  name: string
  label: string
  value: V
  set: (changes: Record<string, string | undefined>) => unknown
}

/** A page makes the options of its filters anew whenever it is rendered; mostly they are the same ones. */
const isSame = <F extends { options?: readonly Option[] }>(before: F, now: F): boolean =>
  (Object.keys(now) as (keyof F)[]).every((key) => key === 'options' || before[key] === now[key]) &&
  before.options?.length === now.options?.length &&
  (now.options ?? []).every(
    ({ value, label }, at) => before.options?.[at]?.value === value && before.options[at]?.label === label,
  )

/** Among more than these one looks by writing. */
const MANY = 12

/** A field is dear to render, and a page is rendered for every answer that comes: not without need. */
const Choice = memo(function Choice(props: Field<string | undefined> & { options: readonly Option[] }) {
  const { name, label, options, value, set } = props
  const t = useTexts(uiTexts)
  return (
    <Select
      size="sm"
      className={classes.choice}
      aria-label={label}
      placeholder={label}
      clearable
      searchable={options.length > MANY}
      nothingFoundMessage={t('nothingFound')}
      data={options.map((option) => ({ ...option }))}
      value={value ?? null}
      onChange={(chosen) => set({ [name]: chosen ?? undefined })}
    />
  )
}, isSame)

/** Half a word is none: it counts once it is chosen, or left. */
function WordFilter({ name, label, value, options, set }: Field<string> & { options: readonly string[] }) {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  const settle = (word: string) => {
    const next = word.trim()
    if (next !== value) set({ [name]: next || undefined })
  }
  return (
    <Autocomplete
      size="sm"
      className={classes.choice}
      aria-label={label}
      placeholder={label}
      data={[...options]}
      value={typed}
      onChange={setTyped}
      onOptionSubmit={settle}
      onBlur={() => settle(typed)}
      onKeyDown={({ key }) => key === 'Enter' && settle(typed)}
    />
  )
}

const TextFilter = memo(function TextFilter(props: Field<string> & { placeholder: string }) {
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
    props.set({ [props.name]: value || undefined })
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
})
