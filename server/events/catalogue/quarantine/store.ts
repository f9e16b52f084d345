import { eventKey } from '#events/append.ts'
import { dataOf } from '#events/cloudevents-out.ts'
import type { EventDraft } from '#platform/event.ts'
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
      event: kept,
    }
  })
  const added = await db.query<{ tenant: string; key: string }>(
    `insert into event_quarantine (tenant, key, type, id, reason, fault, received_at, event)
     select tenant, key, type, id, reason, fault, to_timestamp($2::double precision / 1000), event
     from json_to_recordset($1::json) as q (tenant text, key uuid, type text, id text, reason text, fault text, event json)
     where not exists (select 1 from event_key k where k.tenant = q.tenant and k.key = q.key)
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

const COLUMNS = `seq, key, reason, fault, received_at as "receivedAt", event`
const withData = ({ event, ...row }: Row): QuarantineRow => ({
  ...row,
  event: { ...event, data: dataOf(event.form, event.raw) },
})

export type QuarantineFilter = { type?: string; reason?: Reason; ids?: readonly string[] }

const WHERE = `tenant = $1 and ($2::text is null or type = $2) and ($3::text is null or reason = $3)
  and ($4::text[] is null or id = any($4))`
const filterValues = (tenant: string, { type, reason, ids }: QuarantineFilter) => [
  tenant,
  type ?? null,
  reason ?? null,
  ids ?? null,
]

/** The newest first, before a place in the order in which they came. */
export async function listQuarantined(
  db: Db,
  tenant: string,
  filter: QuarantineFilter,
  before: number | undefined,
  limit: number,
): Promise<QuarantineRow[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_quarantine where ${WHERE} and ($5::bigint is null or seq < $5) order by seq desc limit $6`,
    [...filterValues(tenant, filter), before ?? null, limit],
  )
  return rows.map(withData)
}

/** In the order in which they came, after a place in it and up to another, locked. */
export async function takeQuarantined(
  db: Db,
  tenant: string,
  filter: QuarantineFilter,
  range: { after: number; upTo: number },
  limit: number,
): Promise<QuarantineRow[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from event_quarantine where ${WHERE} and seq > $5 and seq <= $6 order by seq limit $7 for update`,
    [...filterValues(tenant, filter), range.after, range.upTo, limit],
  )
  return rows.map(withData)
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
  const [row] = await db.query<{ count: number; last: number }>(
    `select count(*)::int as count, coalesce(max(seq), 0) as last from event_quarantine where ${WHERE}`,
    filterValues(tenant, filter),
  )
  return row ?? { count: 0, last: 0 }
}

/** @returns how many were forgotten */
export async function dropQuarantined(db: Db, tenant: string, filter: QuarantineFilter): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `with gone as (delete from event_quarantine where ${WHERE} returning 1) select count(*)::int as n from gone`,
    filterValues(tenant, filter),
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
export async function purgeQuarantined(db: Db, tenant: string, before: number, limit: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `with gone as (
       delete from event_quarantine where ctid = any(array(
         select ctid from event_quarantine where tenant = $1 and received_at < to_timestamp($2::double precision / 1000)
         order by received_at limit $3))
       returning 1)
     select count(*)::int as n from gone`,
    [tenant, before, limit],
  )
  return row?.n ?? 0
}
