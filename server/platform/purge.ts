import type { Left } from '#platform/retention.ts'
import type { Db } from '#platform/work.ts'

/** What a look did: how many rows went, and whether there are others, which may grow old. */
export type Purged = { gone: number; left: boolean }

/**
 * Deletes a portion of the rows that are old.
 * @param which a condition on the rows, with their order; `old` names the table
 * @param values its parameters, from `$1` on
 * @returns how many went
 */
export async function deletePortion(
  db: Db,
  table: string,
  which: string,
  values: readonly unknown[],
  portion: number,
): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `with gone as (
       delete from ${table} where ctid = any(array(
         select ctid from ${table} old where ${which} limit $${values.length + 1}))
       returning 1)
     select count(*)::int as n from gone`,
    [...values, portion],
  )
  return row?.n ?? 0
}

/** What that means for the next look. */
export const leftOf = ({ gone, left }: Purged, portion: number): Left =>
  gone === portion ? 'more' : left ? 'later' : 'none'
