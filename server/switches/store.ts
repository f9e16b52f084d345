import { deletePortion, type Purged } from '#platform/purge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db } from '#platform/work.ts'
import { MAX_KEYS, type RecordTable } from '#switches/comparison.ts'

export const RECORDS: RecordTable = {
  table: 'switch_record',
  columns: { of: 'switch', way: 'way', key: 'key', at: 'at', digest: 'digest', outcome: 'outcome' },
}

export type WayRecord = {
  tenant: string
  switch: string
  way: string
  key: string
  /** Wall ms. */
  at: number
  outcome: string
  digest: string | null
  tookMs: number
}

/** Keeps the first record of each thing on each way. */
export async function insertRecords(db: Db, records: readonly WayRecord[]): Promise<void> {
  await db.query(
    `insert into switch_record (tenant, switch, way, key, at, outcome, digest, took_ms)
     select tenant, switch, way, key, to_timestamp(at / 1000), outcome, digest, "tookMs"
     from jsonb_to_recordset($1::jsonb) as r
       (tenant text, switch text, way text, key text, at double precision, outcome text, digest text, "tookMs" real)
     on conflict do nothing`,
    [JSON.stringify(records)],
  )
}

export type WayTimes = { way: string; p50: number; p95: number }

/** How long each way took in a window of time; of more than a comparison looks at, the oldest. */
export const readTimes = (db: Db, tenant: string, name: string, from: number, to: number): Promise<WayTimes[]> =>
  db.query(
    `select way, (percentile_cont(0.5) within group (order by took_ms))::double precision as p50,
       (percentile_cont(0.95) within group (order by took_ms))::double precision as p95
     from (
       select way, took_ms from switch_record
       where tenant collate "C" = $1 and switch = $2 and at >= to_timestamp($3::double precision / 1000)
         and at < to_timestamp($4::double precision / 1000)
       order by at limit ${2 * MAX_KEYS}) seen
     group by way`,
    [tenant, name, from, to],
  )

/** Forgets some of what was recorded of a switch before a time. @returns how many, and whether others are left */
export async function purgeRecords(
  db: Db,
  tenant: string,
  name: string,
  before: number,
  limit: number,
): Promise<Purged> {
  const which = `tenant collate "C" = $1 and switch = $2 and at < ${momentOf(3)} order by at`
  const gone = await deletePortion(db, 'switch_record', which, [tenant, name, before], limit)
  const left = await db.query('select 1 from switch_record where tenant collate "C" = $1 and switch = $2 limit 1', [
    tenant,
    name,
  ])
  return { gone, left: left.length > 0 }
}
