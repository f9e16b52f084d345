import type pg from 'pg'

/** What was touched since the counters began: buffers by logical index (partitions taken together), scans by table. */
export type Touches = { buffers: Map<string, number>; scans: Map<string, number> }

const INDEXES = `select coalesce(p.relname, s.indexrelname) as name, sum(s.idx_blks_hit + s.idx_blks_read) as buffers
from pg_statio_user_indexes s
left join pg_inherits i on i.inhrelid = s.indexrelid
left join pg_class p on p.oid = i.inhparent
where s.relname ~ '^event_(log|key)' group by 1`

// A partition without a row is scanned for nothing.
const SCANS = `select relname as name, seq_scan as scans from pg_stat_user_tables
where relname ~ '^event_(log|key)' and pg_relation_size(relid) > 0`

export async function readTouches(db: pg.Client): Promise<Touches> {
  const indexes = await db.query<{ name: string; buffers: string }>(INDEXES)
  const tables = await db.query<{ name: string; scans: number }>(SCANS)
  return {
    buffers: new Map(indexes.rows.map(({ name, buffers }) => [name, Number(buffers)])),
    scans: new Map(tables.rows.map(({ name, scans }) => [name, scans])),
  }
}

/** What grew between two readings. */
export const grown = (before: Map<string, number>, after: Map<string, number>): Map<string, number> =>
  new Map([...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)]))
