import { eventKey } from '#events/append.ts'
import { dataOf } from '#events/cloudevents-out.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import type { EventDraft } from '#platform/event.ts'
import { deletePortion } from '#platform/purge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db } from '#platform/work.ts'

export type Reason = 'unknown-type' | 'invalid'
export type Quarantined = { event: EventDraft; reason: Reason; fault: string }

/**
 * Keeps events apart: one statement for all, issued without waiting.
 * @returns the keys (`tenant key`) that are new: neither here nor in the log already
 */
export async function insertQuarantined(db: Db, items: readonly Quarantined[], at: number): Promise<Set<string>> {
  const rows = items.map(({ event, reason, fault }) => {
    const { data, ...kept } = event
    return {
      tenant: event.tenant,
      key: eventKey(event.source, event.id),
      type: event.type,
      id: event.id,
      reason,
      fault,
      size: Buffer.byteLength(event.raw),
      event: kept,
    }
  })
  const added = await db.query<{ tenant: string; key: string }>(
    `insert into event_quarantine (tenant, key, type, id, reason, fault, received_at, size, event)
     select tenant, key, type, id, reason, fault, to_timestamp($2::double precision / 1000), size, event
     from json_to_recordset($1::json) as q
       (tenant text, key uuid, type text, id text, reason text, fault text, size int, event json)
     where (select k.position from event_key k where k.tenant = q.tenant and k.key = q.key) is null
     on conflict do nothing
     returning tenant, key`,
    [JSON.stringify(rows), at],
  )
  return new Set(added.map(({ tenant, key }) => `${tenant} ${key}`))
}

export type QuarantineRow = {
  seq: number
  key: string
  reason: Reason
  fault: string
  receivedAt: Date
  event: EventDraft
}

type Row = Omit<QuarantineRow, 'event'> & { event: Omit<EventDraft, 'data'> }

const COLUMNS = `seq, key, reason, fault, received_at as "receivedAt", size, event`
const withData = ({ event, ...row }: Row): QuarantineRow => ({
  ...row,
  event: { ...event, data: dataOf(event.form, event.raw) },
})

export type QuarantineFilter = { type?: string; reason?: Reason; fault?: string; ids?: readonly string[] }

/** The index of a type, or that of the order in which they came, named by its collation. */
function whereOf(tenant: string, { type, reason, fault, ids }: QuarantineFilter, values: unknown[]): string {
  const bind = (value: unknown) => `$${values.push(value)}`
  const where = [`tenant collate ${type === undefined ? '"C"' : '"POSIX"'} = ${bind(tenant)}`]
  if (type !== undefined) where.push(`type = ${bind(type)}`)
  if (reason !== undefined) where.push(`reason = ${bind(reason)}`)
  if (fault !== undefined) where.push(`btrim(fault) = ${bind(fault)}`)
  if (ids !== undefined) where.push(`id = any(${bind(ids)}::text[])`)
  return where.join(' and ')
}

/** The newest first, before a place in the order in which they came. */
export async function listQuarantined(
  db: Db,
  tenant: string,
  filter: QuarantineFilter,
  before: number | undefined,
  limit: number,
): Promise<Found<QuarantineRow>> {
  const values: unknown[] = [before ?? Number.MAX_SAFE_INTEGER]
  const where = whereOf(tenant, filter, values)
  const text = `select ${COLUMNS} from event_quarantine where ${where} and seq < $1 order by seq desc`
  const { rows, more } = await readPage<Row>(db, text, values, limit, 'q.size')
  return { rows: rows.map(withData), more }
}

export type QuarantineGroup = {
  type: string
  reason: Reason
  fault: string
  count: number
  oldest: Date
  newest: Date
}

/** By type and by what is wrong with them, the largest group first. */
export const groupQuarantined = (db: Db, tenant: string): Promise<QuarantineGroup[]> =>
  db.query(
    `select type, reason, fault, count(*)::int as count, min(received_at) as oldest, max(received_at) as newest
     from event_quarantine where tenant collate "C" = $1
     group by type, reason, fault order by count(*) desc, max(received_at) desc limit 200`,
    [tenant],
  )

/** Those of an id, one of each system that used it, locked until the transaction ends. */
export async function lockQuarantined(db: Db, tenant: string, id: string): Promise<QuarantineRow[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_quarantine where tenant collate "C" = $1 and id = $2 for update`,
    [tenant, id],
  )
  return rows.map(withData)
}

/** In the order in which they came, after a place in it and up to another. */
export async function takeQuarantined(
  db: Db,
  tenant: string,
  filter: QuarantineFilter,
  range: { after: number; upTo: number },
  limit: number,
): Promise<Found<QuarantineRow>> {
  const values: unknown[] = [range.after, range.upTo]
  const where = whereOf(tenant, filter, values)
  const text = `select ${COLUMNS} from event_quarantine where ${where} and seq > $1 and seq <= $2 order by seq`
  const { rows, more } = await readPage<Row>(db, text, values, limit, 'q.size')
  return { rows: rows.map(withData), more }
}

/** Issued without waiting. */
export function deleteQuarantined(db: Db, tenant: string, keys: readonly string[]): void {
  void db.query('delete from event_quarantine where tenant = $1 and key = any($2::uuid[])', [tenant, keys])
}

/** @returns how many the filter names, and the place of the last of them */
export async function countQuarantined(
  db: Db,
  tenant: string,
  filter: QuarantineFilter,
): Promise<{ count: number; last: number }> {
  const values: unknown[] = []
  const where = whereOf(tenant, filter, values)
  const [row] = await db.query<{ count: number; last: number }>(
    `select count(*)::int as count, coalesce(max(seq), 0) as last from event_quarantine where ${where}`,
    values,
  )
  return row ?? { count: 0, last: 0 }
}

/** @returns how many were forgotten */
export async function dropQuarantined(db: Db, tenant: string, filter: QuarantineFilter): Promise<number> {
  const values: unknown[] = []
  const where = whereOf(tenant, filter, values)
  const [row] = await db.query<{ n: number }>(
    `with gone as (delete from event_quarantine where ${where} returning 1) select count(*)::int as n from gone`,
    values,
  )
  return row?.n ?? 0
}

/** Says anew why those are kept that were judged again; issued without waiting. */
export function renameFaults(
  db: Db,
  tenant: string,
  rows: readonly { key: string; reason: Reason; fault: string }[],
): void {
  void db.query(
    `update event_quarantine q set reason = r.reason, fault = r.fault
     from jsonb_to_recordset($2::jsonb) as r (key uuid, reason text, fault text)
     where q.tenant = $1 and q.key = r.key`,
    [tenant, JSON.stringify(rows)],
  )
}

/** Forgets some of those received before a time. @returns how many */
export const purgeQuarantined = (db: Db, tenant: string, before: number, limit: number): Promise<number> =>
  deletePortion(
    db,
    'event_quarantine',
    `tenant = $1 and received_at < ${momentOf(2)} order by received_at`,
    [tenant, before],
    limit,
  )
