import type pg from 'pg'

/** What was touched since the counters began, by logical index (partitions taken together), and how tables were read. */
export type Touches = { buffers: Map<string, number>; scans: number }

const INDEXES = `select coalesce(p.relname, s.indexrelname) as name, sum(s.idx_blks_hit + s.idx_blks_read) as buffers
from pg_statio_user_indexes s
left join pg_inherits i on i.inhrelid = s.indexrelid
left join pg_class p on p.oid = i.inhparent
where s.relname ~ '^event_(log|key)' group by 1`

const SCANS = `select sum(seq_scan) as scans from pg_stat_user_tables where relname ~ '^event_(log|key)'`

export async function readTouches(db: pg.Client): Promise<Touches> {
  const indexes = await db.query<{ name: string; buffers: string }>(INDEXES)
  const tables = await db.query<{ scans: string }>(SCANS)
  return {
    buffers: new Map(indexes.rows.map(({ name, buffers }) => [name, Number(buffers)])),
    scans: Number(tables.rows[0]?.scans ?? 0),
  }
}

/** Between two readings, for each of so many events. */
export const touchesPerEvent = (before: Touches, after: Touches, events: number): Map<string, number> =>
  new Map([...after.buffers].map(([name, buffers]) => [name, (buffers - (before.buffers.get(name) ?? 0)) / events]))
