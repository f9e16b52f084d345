import { Button, Checkbox, Group, Text, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type LinkProps, useLocation, useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import {
  type ComponentType,
  createContext,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  startTransition,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Pages } from '../api/pages.ts'
import { stringifySearch } from '../app/search.ts'
import { useTexts } from '../app/texts.ts'
import { NARROW } from '../app/theme.ts'
import classes from './data-table.module.css'
import { focusDetail } from './detail-pane.tsx'
import { ErrorState } from './error-state.tsx'
import { leastWidth } from './least-width.ts'
import { uiTexts } from './texts.ts'
import { Waiting } from './waiting.tsx'
import { tellWhole } from './whole.ts'

export type Column<T> = {
  key: string
  title: string
  render: (row: T) => ReactNode
  align?: 'right'
  /** CSS width; the columns that have none share the rest. What does not fit is cut off with an ellipsis. */
  width?: string
  /** Left out where a detail is open beside the table, and on the cards that it becomes on a narrow window. */
  wideOnly?: boolean
  /** On a card a line of its own, whose title only screen readers hear; there also where it is `wideOnly`. */
  ownLine?: boolean
}

export type DataTableProps<T> = {
  /** What the rows are, for screen readers. */
  label: string
  pages: Pages<T>
  /** Kept from one rendering to the next (`useMemo`), a row is rendered again only where it has changed. */
  columns: readonly Column<T>[]
  rowId: (row: T) => string
  /** A row opens beside the table: its id stands in the address as `selected`. */
  opens?: true
  /** A row leads to another page, whatever stands in the address now. */
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
  const choices = props.bulk as Choices | undefined
  const hrefOf = useHref(props)
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const inSight = useInSight(rows, props.rowId)
  if (pages.isPending) return <Waiting lines={8} height={20} gap={12} />
  if (pages.isError && rows.length === 0) return <ErrorState error={pages.error} retry={() => pages.refetch()} />
  if (rows.length === 0) return <>{empty}</>
  return (
    <div data-stale={pages.isPlaceholderData || undefined} className={classes.whole}>
      {choices && <Bulk {...choices} ids={rows.map(props.rowId)} />}
      <Href value={hrefOf}>
        <Choosing value={choices}>
          <Fitting {...props} rows={inSight} />
        </Choosing>
      </Href>
      {pages.isError && <ErrorState error={pages.error} retry={() => pages.fetchNextPage()} />}
      <LoadMore pages={pages} count={rows.length} />
    </div>
  )
}

/** As many as a tall window shows. */
const IN_SIGHT = 26

/**
 * Of a list of which nothing was shown before, the rows in sight first, and the others once these are painted: that is when
 * whoever asked for it sees the answer.
 */
function useInSight<T>(rows: T[], rowId: (row: T) => string): T[] {
  const [known, setKnown] = useState<ReadonlySet<string>>(NONE)
  const isNew = rows.length > IN_SIGHT && !rows.slice(0, IN_SIGHT).some((row) => known.has(rowId(row)))
  useEffect(() => {
    if (!isNew) return
    const whole = () => startTransition(() => setKnown(new Set(rows.map(rowId))))
    const painted = requestAnimationFrame(() => setTimeout(whole))
    return () => cancelAnimationFrame(painted)
  }, [isNew, rows, rowId])
  return isNew ? rows.slice(0, IN_SIGHT) : rows
}

const NONE: ReadonlySet<string> = new Set()

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

type HrefOf = (row: never) => string | undefined
/** Where rows lead follows the address, and what stands in them does not: only their links are rendered with it. */
const Href = createContext<HrefOf>(() => undefined)

type Choices = NonNullable<DataTableProps<never>['bulk']>
/** A choice renders the boxes, not what stands beside them. */
const Choosing = createContext<Choices | undefined>(undefined)

/** Links of the router's own would each follow every change of the address by themselves: fifty for every click. */
function useHref<T>({ opens, link, rowId }: DataTableProps<T>): HrefOf {
  const router = useRouter()
  const here = useLocation({ select: ({ pathname }) => pathname })
  const { selected: _, ...others } = useSearch({ strict: false }) as { selected?: string }
  const elsewhere = useCallback((row: T) => link && router.buildLocation(link(row) as never).href, [router, link])
  return opens ? (row: T) => here + stringifySearch({ ...others, selected: rowId(row) }) : elsewhere
}

/** Of the boxes by which rows are chosen, in pixels. */
const CHECK = 36

/** Rows: without what is for wide tables, or as cards, where their columns have no room; what has no width of its own would have none at all. */
function Fitting<T>(props: WithRows<T>) {
  const { columns, bulk } = props
  const place = useRef<HTMLDivElement>(null)
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const [room, setRoom] = useState<'all' | 'few' | 'none'>('all')
  const choosing = bulk !== undefined
  const few = useMemo(() => columns.filter(({ wideOnly }) => wideOnly !== true), [columns])
  useLayoutEffect(() => {
    const whole = place.current
    if (whole === null) return
    const look = () => {
      const width = whole.clientWidth - (choosing ? CHECK : 0)
      setRoom(leastWidth(columns, width) <= width ? 'all' : leastWidth(few, width) <= width ? 'few' : 'none')
    }
    look()
    const watching = new ResizeObserver(look)
    watching.observe(whole)
    return () => watching.disconnect()
  }, [columns, few, choosing])
  return (
    <div ref={place}>
      {narrow || room === 'none' ? <Cards {...props} /> : <Rows {...props} columns={room === 'all' ? columns : few} />}
    </div>
  )
}

function Rows<T>(props: WithRows<T>) {
  const { label, columns, bulk } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const open = useOpenRow()
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          {bulk && <td className={classes.check} />}
          {columns.map(({ key, title, align, width }) => (
            <th key={key} scope="col" data-align={align} style={{ width }}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} onClick={open} {...usePreload(props)} onKeyDown={(event) => moveFocus(event, body.current)}>
        {entriesOf(props, Row)}
      </tbody>
    </table>
  )
}

/** The rows, each as a row of the table or as a card. */
function entriesOf<T>({ rows, rowId, columns, selected, bulk }: WithRows<T>, Entry: ComponentType<RowProps>) {
  return rows.map((row) => {
    const id = rowId(row)
    return (
      <Entry
        key={id}
        id={id}
        row={row}
        columns={columns as readonly Column<unknown>[]}
        isOpen={id === selected}
        choosing={bulk !== undefined}
      />
    )
  })
}

type RowProps = {
  row: unknown
  columns: readonly Column<unknown>[]
  id: string
  isOpen: boolean
  choosing: boolean
}

const Row = memo(function Row({ row, columns, id, isOpen, choosing }: RowProps) {
  return (
    <tr data-entry data-selected={isOpen || undefined}>
      {choosing && (
        <td className={classes.check}>
          <Choose row={row} id={id} />
        </td>
      )}
      {columns.map(({ key, render, align }, index) => (
        // A name in another direction is cut at its end, not where it begins.
        <td key={key} dir="auto" data-align={align} onPointerEnter={tellWhole}>
          {index === 0 ? <Title row={row} isOpen={isOpen} content={render(row)} /> : render(row)}
        </td>
      ))}
    </tr>
  )
})

function Cards<T>(props: WithRows<T>) {
  const { label } = props
  const list = useRef<HTMLUListElement>(null)
  const open = useOpenRow()
  return (
    <ul
      className={classes.cards}
      aria-label={label}
      ref={list}
      onClick={open}
      {...usePreload(props)}
      onKeyDown={(event) => moveFocus(event, list.current)}
    >
      {entriesOf(props, Card)}
    </ul>
  )
}

const Card = memo(function Card({ row, columns: [title, ...others], id, isOpen, choosing }: RowProps) {
  return (
    <li data-entry data-selected={isOpen || undefined}>
      {choosing && <Choose row={row} id={id} />}
      <div className={classes.card}>
        <div className={classes.cardTitle} dir="auto" onPointerEnter={tellWhole}>
          <Title row={row} isOpen={isOpen} content={title?.render(row)} />
        </div>
        <dl>
          {others
            .filter(({ wideOnly, ownLine }) => ownLine || !wideOnly)
            .map((column) => (
              <div key={column.key} data-own-line={column.ownLine}>
                {column.ownLine ? (
                  <VisuallyHidden component="dt">{column.title}</VisuallyHidden>
                ) : (
                  <dt>{column.title}</dt>
                )}
                <dd onPointerEnter={tellWhole}>{column.render(row)}</dd>
              </div>
            ))}
        </dl>
      </div>
    </li>
  )
})

/** The first cell of a row: what the row is, and the way into it. */
function Title({ row, isOpen, content }: { row: unknown; isOpen: boolean; content: ReactNode }) {
  const href = useContext(Href)(row as never)
  if (href === undefined) return content
  return (
    <a href={href} className={classes.open} aria-current={isOpen ? 'page' : undefined} data-row>
      {content}
    </a>
  )
}

function Choose({ row, id }: { row: unknown; id: string }) {
  const t = useTexts(uiTexts)
  const choices = useContext(Choosing)
  if (choices === undefined) return null
  const { chosen, onChoose, name } = choices
  return (
    <Checkbox
      size="xs"
      aria-label={t('selectRow', { name: name(row as never) })}
      checked={chosen.includes(id)}
      onChange={({ currentTarget: { checked } }) =>
        onChoose(checked ? [...chosen, id] : chosen.filter((other) => other !== id))
      }
    />
  )
}

function Bulk({ chosen, onChoose, actions, ids }: Choices & { ids: string[] }) {
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
function useOpenRow(): (event: MouseEvent) => void {
  const navigate = useNavigate()
  return (event) => {
    const target = event.target as HTMLElement
    const meant = target.closest('a, button, input, label')
    const isLink = meant?.hasAttribute('data-row') === true
    if (event.defaultPrevented || (meant !== null && !isLink) || (!isLink && getSelection()?.toString())) return
    // In a new tab, or kept: that is for the browser.
    if (isLink && (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)) return
    const href = target.closest('[data-entry]')?.querySelector('[data-row]')?.getAttribute('href')
    if (!href) return
    event.preventDefault()
    const opened = navigate({ href })
    // Opened by a key (no click of a mouse): else the way to what is open leads over all rows below.
    if (event.detail === 0) void opened.then(() => requestAnimationFrame(focusDetail))
  }
}

/** The page behind the rows is fetched when somebody turns to one of them. */
function usePreload<T>({ link }: DataTableProps<T>) {
  const router = useRouter()
  const asked = useRef(false)
  const preload = ({ target }: { target: EventTarget }) => {
    const href = (target as HTMLElement).closest('[data-row]')?.getAttribute('href')
    if (link === undefined || asked.current || !href) return
    asked.current = true
    // Opening the row asks again, and says what is wrong.
    router.preloadRoute({ href } as never).catch(() => {})
  }
  return { onPointerOver: preload, onFocus: preload }
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
