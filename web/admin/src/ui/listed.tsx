import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ComponentProps, useRef } from 'react'
import type { Pages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import type { WithDetail } from './detail-pane.tsx'
import { ErrorState, isGone } from './error-state.tsx'
import { uiTexts } from './texts.ts'

type Detail = ComponentProps<typeof WithDetail>['detail']

/**
 * What the address says is open beside a list: one of its rows, or else what `ask` finds by its id, since a link may lead
 * to one that stands further down, or that the words leave out. A link to what is not there says so.
 * @param props.ask left out where one alone cannot be asked for
 * @returns what `detail` makes of it, for `WithDetail`
 */
export function useListed<T>(props: {
  selected: string | undefined
  pages: Pages<T>
  idOf: (row: T) => string
  ask?: { key: readonly unknown[]; of: (id: string, signal: AbortSignal) => Promise<T> }
}): (detail: (open: T) => NonNullable<Detail>) => Detail {
  const { selected, pages, idOf, ask } = props
  const t = useTexts(uiTexts)
  const shown = useRef<string | undefined>(undefined)
  const listed = pages.data?.pages.flatMap(({ items }) => items).find((row) => idOf(row) === selected)
  const asked = useQuery({
    queryKey: [...(ask?.key ?? ['unasked']), selected],
    queryFn: ({ signal }) => (ask as NonNullable<typeof ask>).of(selected as string, signal),
    enabled: ask !== undefined && selected !== undefined && listed === undefined && !pages.isPending,
  })
  const open = listed ?? asked.data
  if (open !== undefined) shown.current = selected
  const isSought = selected !== undefined && (pages.isFetching || asked.isFetching)
  return (detail) => {
    if (open !== undefined) return detail(open)
    // What was here and is no more went before the reader's eyes: they need not be told.
    if (selected === undefined || isSought || pages.isError || shown.current === selected) return undefined
    return {
      title: t('notListed'),
      content:
        asked.isError && !isGone(asked.error) ? (
          <ErrorState error={asked.error} retry={() => asked.refetch()} />
        ) : (
          <Text size="sm">{t(asked.isError ? 'gone' : 'notListedAbout')}</Text>
        ),
    }
  }
}
