import { Button, Checkbox, Group, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link, type LinkProps } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import type { Pages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { NARROW } from '../app/theme.ts'
import classes from './data-table.module.css'
import { ErrorState } from './error-state.tsx'
import { uiTexts } from './texts.ts'
import { Waiting } from './waiting.tsx'

export type Column<T> = {
  key: string
  title: string
  render: (row: T) => ReactNode
  align?: 'right'
  /** CSS width; the columns that have none share the rest. What does not fit is cut off with an ellipsis. */
  width?: string
  /** Left out where a detail is open beside the table, and on the cards that it becomes on a narrow window. */
  wideOnly?: boolean
}

export type DataTableProps<T> = {
  /** What the rows are, for screen readers. */
  label: string
  pages: Pages<T>
  columns: readonly Column<T>[]
  rowId: (row: T) => string
  /** What opens with a row: `{ to: '/people', search: (before) => ({ ...before, selected: row.id }) }` for a detail beside it. */
  link?: (row: T) => LinkProps
  /** The row that is open beside the table. */
  selected?: string | undefined
  /** Shown when there are none: an EmptyState, another one where filters are set. */
  empty: ReactNode
  /** For acts on many: which are chosen, and what can be done with them. */
  bulk?: {
    chosen: readonly string[]
    onChoose: (ids: readonly string[]) => void
    name: (row: T) => string
    actions: ReactNode
  }
}

/** A list of the API: dense rows, more on demand, arrow keys between them, cards where it is narrow. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { pages, empty } = props
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? []
  if (pages.isPending) return <Waiting lines={8} height={20} gap={12} />
  if (pages.isError && rows.length === 0) return <ErrorState error={pages.error} retry={() => pages.refetch()} />
  if (rows.length === 0) return <>{empty}</>
  return (
    <div data-stale={pages.isPlaceholderData || undefined} className={classes.whole}>
      {props.bulk && <Bulk {...props.bulk} ids={rows.map(props.rowId)} />}
      {narrow ? <Cards {...props} rows={rows} /> : <Rows {...props} rows={rows} />}
      {pages.isError && <ErrorState error={pages.error} retry={() => pages.fetchNextPage()} />}
      <LoadMore pages={pages} count={rows.length} />
    </div>
  )
}

/** The end of a list: the way to what follows, or that nothing does. */
export function LoadMore<T>({ pages, count }: { pages: Pages<T>; count: number }) {
  const t = useTexts(uiTexts)
  return (
    <Group justify="center" py="sm">
      {pages.hasNextPage ? (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
          {t('loadMore')}
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {t('allShown', { count })}
        </Text>
      )}
    </Group>
  )
}

type WithRows<T> = DataTableProps<T> & { rows: T[] }

function Rows<T>({ label, rows, columns, rowId, link, selected, bulk }: WithRows<T>) {
  const body = useRef<HTMLTableSectionElement>(null)
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          {bulk && <td className={classes.check} />}
          {columns.map(({ key, title, align, width, wideOnly }) => (
            <th key={key} scope="col" data-align={align} data-wide-only={wideOnly} style={{ width }}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} onClick={openRow} onKeyDown={(event) => moveFocus(event, body.current)}>
        {rows.map((row) => {
          const id = rowId(row)
          return (
            <tr key={id} data-entry data-selected={id === selected || undefined}>
              {bulk && (
                <td className={classes.check}>
                  <Choose id={id} {...bulk} label={bulk.name(row)} />
                </td>
              )}
              {columns.map(({ key, render, align, wideOnly }, index) => (
                <td key={key} data-align={align} data-wide-only={wideOnly}>
                  {index === 0 ? (
                    <Title row={row} link={link} current={id === selected} content={render(row)} />
                  ) : (
                    render(row)
                  )}
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Cards<T>({ label, rows, columns, rowId, link, selected, bulk }: WithRows<T>) {
  const [title, ...others] = columns
  const list = useRef<HTMLUListElement>(null)
  return (
    <ul
      className={classes.cards}
      aria-label={label}
      ref={list}
      onClick={openRow}
      onKeyDown={(event) => moveFocus(event, list.current)}
    >
      {rows.map((row) => {
        const id = rowId(row)
        return (
          <li key={id} data-entry data-selected={id === selected || undefined}>
            {bulk && <Choose id={id} {...bulk} label={bulk.name(row)} />}
            <div className={classes.card}>
              <div className={classes.cardTitle}>
                <Title row={row} link={link} current={id === selected} content={title?.render(row)} />
              </div>
              <dl>
                {others
                  .filter(({ wideOnly }) => !wideOnly)
                  .map((column) => (
                    <div key={column.key}>
                      <dt>{column.title}</dt>
                      <dd>{column.render(row)}</dd>
                    </div>
                  ))}
              </dl>
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** The first cell of a row: what the row is, and the way into it. */
function Title<T>(props: { row: T; link?: (row: T) => LinkProps; current: boolean; content: ReactNode }) {
  const { row, link, current, content } = props
  if (!link) return <>{content}</>
  return (
    <Link {...link(row)} className={classes.open} aria-current={current || undefined} data-row>
      {content}
    </Link>
  )
}

function Choose({
  id,
  chosen,
  onChoose,
  label,
}: {
  id: string
  chosen: readonly string[]
  onChoose: (ids: readonly string[]) => void
  label: string
}) {
  const t = useTexts(uiTexts)
  return (
    <Checkbox
      size="xs"
      aria-label={t('selectRow', { name: label })}
      checked={chosen.includes(id)}
      onChange={({ currentTarget: { checked } }) =>
        onChoose(checked ? [...chosen, id] : chosen.filter((other) => other !== id))
      }
    />
  )
}

function Bulk({ chosen, onChoose, actions, ids }: NonNullable<DataTableProps<never>['bulk']> & { ids: string[] }) {
  const t = useTexts(uiTexts)
  const all = ids.length > 0 && ids.every((id) => chosen.includes(id))
  return (
    <Group gap="sm" className={classes.bulk}>
      <Checkbox
        size="xs"
        label={chosen.length === 0 ? t('selectAll') : t('selected', { count: chosen.length })}
        checked={all}
        indeterminate={!all && chosen.length > 0}
        onChange={() => onChoose(all ? [] : ids)}
      />
      {chosen.length > 0 && actions}
    </Group>
  )
}

/** A click anywhere on a row opens it, unless it was meant for something in it, or chose text. */
function openRow(event: { target: EventTarget }) {
  const target = event.target as HTMLElement
  if (target.closest('a, button, input, label') || getSelection()?.toString()) return
  target.closest('[data-entry]')?.querySelector<HTMLElement>('[data-row]')?.click()
}

/** Up and down go from row to row, Home and End to the ends. */
function moveFocus(event: KeyboardEvent, within: HTMLElement | null) {
  const rows = [...(within?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
  if (at === -1 || to === undefined || rows[to] === undefined) return
  event.preventDefault()
  rows[to].focus()
}
