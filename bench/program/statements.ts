import { withDatabase } from './database.ts'

type Row = { calls: number; rows: number; ms: number; mean: number; hits: number; wal: number; query: string }

/** After the next start the database counts its statements. */
export const countStatements = (dataDir: string): Promise<unknown> =>
  withDatabase(dataDir, (db) => db.query("alter system set shared_preload_libraries = 'pg_stat_statements'"))

export const beginCounting = (dataDir: string): Promise<unknown> =>
  withDatabase(dataDir, (db) => db.query('create extension if not exists pg_stat_statements'))

const TOP = `select calls, rows, total_exec_time as ms, mean_exec_time as mean,
  (shared_blks_hit + shared_blks_read)::bigint as hits, wal_bytes::bigint as wal,
  left(regexp_replace(query, '\\s+', ' ', 'g'), 130) as query
from pg_stat_statements where toplevel order by total_exec_time desc limit 20`

/** The statements that took the most time: where to look first. */
export async function topStatements(dataDir: string): Promise<string> {
  const { rows } = await withDatabase(dataDir, (db) => db.query<Row>(TOP))
  const lines = rows.map(({ calls, rows: count, ms, mean, hits, wal, query }) => {
    const each = Math.round(hits / Math.max(1, calls))
    return [
      `${Math.round(ms)} ms`.padStart(9),
      `${calls} calls`.padStart(13),
      `${count} rows`.padStart(13),
      `${mean.toFixed(2)} ms`.padStart(10),
      `${each} buffers`.padStart(15),
      `${Math.round(wal / 1024)} kB log`.padStart(14),
      `  ${query}`,
    ].join('')
  })
  return `statements by time (total, calls, rows, mean, buffers each, written ahead):\n${lines.join('\n')}\n`
}
