import { MAX_BODY_BYTES } from '#platform/json-text.ts'
import type { Db } from '#platform/work.ts'

/**
 * A page ends here although fewer items came than were asked for: 200 items of a megabyte would fill the memory of the
 * program, and writing them as JSON would hold up everybody else. What a request may bring fits.
 */
export const PAGE_BYTES = MAX_BODY_BYTES

/** Items of a page, and whether others follow. */
export type Found<Row> = { rows: Row[]; more: boolean }

type Counted = { page_row: number; page_bytes: number; page_rows: number }

/**
 * Reads one page of a list: at most `limit` rows, and of these the first that are {@link PAGE_BYTES} together, at least
 * one. What does not fit does not leave the database.
 * @param text a select in the order of the list, without a limit
 * @param size SQL for the bytes of the row `q`; the size of a `text` is known to the database without reading it
 */
export async function readPage<Row extends object>(
  db: Db,
  text: string,
  values: readonly unknown[],
  limit: number,
  size = 'octet_length(q::text)',
): Promise<Found<Row>> {
  // Without an order of their own the windows take the rows as they come: in the order of the list.
  const rows = await db.query<Row & Counted>(
    `select * from (
       select q.*, row_number() over () as page_row, count(*) over () as page_rows,
         sum(${size}) over (rows between unbounded preceding and current row) as page_bytes
       from (${text} limit $${values.length + 1}) q) page
     where page_bytes <= ${PAGE_BYTES} or page_row = 1
     order by page_row`,
    [...values, limit + 1],
  )
  const read = rows[0]?.page_rows ?? 0
  const kept = rows.slice(0, limit)
  return { rows: kept.map(withoutCounts), more: read > kept.length }
}

function withoutCounts<Row>(row: Row & Counted): Row {
  const { page_row, page_rows, page_bytes, ...item } = row
  return item as Row
}
