import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Purged } from '#platform/purge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

export type Status = 'received' | 'taken' | 'refused'

/** What came and how it was proven; the body is null where it is too large to be kept of a stranger. */
export type Receipt = {
  tenant: string
  endpoint: string
  id: string
  /** Wall milliseconds. */
  receivedAt: number
  verified: boolean
  status: Status
  code: string | null
  reason: string | null
  messageId: string | null
  fingerprint: string | null
  /** Id of its event, where its content gives none. */
  identity: string | null
  contentType: string | null
  headers: Record<string, string>
  proof: Record<string, string>
  trace: string | null
  body: Buffer | null
  bodyBytes: number
}

/** A receipt as it is shown. */
export type Shown = {
  id: string
  received_at: Date
  verified: boolean
  status: Status
  code: string | null
  reason: string | null
  message_id: string | null
  content_type: string | null
  headers: Record<string, string>
  body_bytes: number
  event_id: string | null
  event_type: string | null
  events: number
  times: number
  last_at: Date
}

/** As it is fed to the log, with what it became before. */
export type Stored = Receipt & { eventId: string | null; revision: number | null }

const SHOWN = `id, received_at, verified, status, code, reason, message_id, content_type, headers, body_bytes, event_id,
  event_type, events, times, last_at`
const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::double precision`
const STORED = `tenant, endpoint, id, ${MS('received_at')} as "receivedAt", verified, status, code, reason,
  message_id as "messageId", fingerprint, identity, content_type as "contentType", headers, proof, trace, body,
  body_bytes as "bodyBytes", event_id as "eventId", revision`

/**
 * Keeps what came, in one statement. A verified message that is known already, by its name or by what was signed, is not
 * kept twice.
 * @returns ids of those that were not known
 */
export async function insertReceipts(db: Db, receipts: readonly Receipt[]): Promise<ReadonlySet<string>> {
  // Bodies go beside the document: bytes in it would be written and read three times.
  const rows = await db.query<{ id: string }>(
    `insert into inbound_receipt (tenant, endpoint, id, received_at, verified, status, code, reason, message_id, fingerprint,
       identity, content_type, headers, proof, trace, body, body_bytes, last_at)
     select r.tenant, r.endpoint, r.id, ${momentOf('r."receivedAt"')}, r.verified, r.status, r.code, r.reason, r."messageId",
       r.fingerprint, r.identity, r."contentType", r.headers, r.proof, r.trace, b.body, r."bodyBytes", ${momentOf('r."receivedAt"')}
     from rows from (
       jsonb_to_recordset($1::jsonb) as (tenant text, endpoint text, id uuid, "receivedAt" double precision, verified boolean,
         status text, code text, reason text, "messageId" text, fingerprint text, identity text, "contentType" text,
         headers jsonb, proof jsonb, trace text, "bodyBytes" integer)) with ordinality r
     join unnest($2::bytea[]) with ordinality b (body, ordinality) using (ordinality)
     on conflict do nothing returning id`,
    [JSON.stringify(receipts.map(({ body: _, ...receipt }) => receipt)), receipts.map(({ body }) => body)],
  )
  return new Set(rows.map(({ id }) => id))
}

type Names = Pick<Receipt, 'tenant' | 'endpoint' | 'messageId' | 'fingerprint'>

// Each arm has its unique index.
const SAME = `select id from inbound_receipt where tenant = $1 and endpoint = $2 and verified and message_id = $3
  union select id from inbound_receipt where tenant = $1 and endpoint = $2 and verified and fingerprint = $4`

/** The verified message of the same name or signature, which came before; counts that it came again. */
export async function comeAgain(db: Db, names: Names, at: number): Promise<Stored | undefined> {
  const { tenant, endpoint, messageId, fingerprint } = names
  const [row] = await db.query<Stored>(
    `update inbound_receipt set times = times + 1, last_at = ${momentOf('$5')}
     where tenant = $1 and id = (select id from (${SAME}) same limit 1) returning ${STORED}`,
    [tenant, endpoint, messageId, fingerprint, at],
  )
  return row
}

/** Whether another message that was verified has this name or signature. */
export async function isKnown(db: Db, names: Names & { id: string }): Promise<boolean> {
  const { tenant, endpoint, messageId, fingerprint, id } = names
  const rows = await db.query(`select 1 from (${SAME}) same where id <> $5 limit 1`, [
    tenant,
    endpoint,
    messageId,
    fingerprint,
    id,
  ])
  return rows.length > 0
}

/** What a receipt became. */
export type Taken = Pick<Receipt, 'tenant' | 'id' | 'messageId' | 'fingerprint' | 'identity'> & {
  eventId: string
  eventType: string
  events: number
  revision: number
}

/** Notes that receipts are in the log; with that they are verified, if they were not. */
export async function markTaken(db: Db, taken: readonly Taken[]): Promise<void> {
  await db.query(
    `update inbound_receipt r set status = 'taken', verified = true, message_id = t."messageId", fingerprint = t.fingerprint,
       identity = t.identity, code = null, reason = null, event_id = t."eventId", event_type = t."eventType",
       events = t.events, revision = t.revision
     from jsonb_to_recordset($1::jsonb) as t (tenant text, id uuid, "messageId" text, fingerprint text, identity text,
       "eventId" text, "eventType" text, events integer, revision integer)
     where r.tenant = t.tenant and r.id = t.id`,
    [JSON.stringify(taken)],
  )
}

/** Notes why a receipt became nothing. What was taken once stays so. */
export async function markRefused(
  db: Db,
  { tenant, id }: Pick<Receipt, 'tenant' | 'id'>,
  { code, reason }: { code: string; reason: string },
): Promise<void> {
  await db.query(
    `update inbound_receipt set status = case when status = 'taken' then 'taken' else 'refused' end, code = $3, reason = $4
     where tenant = $1 and id = $2`,
    [tenant, id, code, reason],
  )
}

/** Read as worker: proofs are nobody's to see. */
export async function findStored(db: Db, tenant: string, endpoint: string, id: string): Promise<Stored | undefined> {
  const [row] = await db.query<Stored>(
    `select ${STORED} from inbound_receipt where tenant = $1 and endpoint = $2 and id = $3`,
    [tenant, endpoint, id],
  )
  return row
}

export async function findReceipt(
  db: Db,
  tenant: string,
  endpoint: string,
  id: string,
): Promise<(Shown & { body: Buffer | null }) | undefined> {
  const [row] = await db.query<Shown & { body: Buffer | null }>(
    `select ${SHOWN}, body from inbound_receipt where tenant = $1 and endpoint = $2 and id = $3`,
    [tenant, endpoint, id],
  )
  return row
}

/** Times are wall milliseconds: from `since` on, before `until`. */
export type Filter = {
  status?: Status
  code?: string
  verified?: boolean
  since?: number
  until?: number
  exclude?: readonly string[]
}

// A bound that is not there is written so that the others are still looked up in the index.
const SPAN = `tenant = $1 and endpoint = $2
  and received_at >= coalesce(${momentOf('$6')}, '-infinity') and received_at < coalesce(${momentOf('$7')}, 'infinity')`
const MATCHES = `($3::text is null or status = $3) and ($4::text is null or code = $4)
  and ($5::boolean is null or verified = $5) and not (id = any($8::uuid[]))`
const WHERE = `${SPAN} and ${MATCHES}`

const valuesOf = (tenant: string, endpoint: string, filter: Filter): unknown[] => [
  tenant,
  endpoint,
  filter.status ?? null,
  filter.code ?? null,
  filter.verified ?? null,
  filter.since ?? null,
  filter.until ?? null,
  filter.exclude ?? [],
]

/** The time keeps its microseconds. */
export type Place = readonly [receivedAt: string, id: string]
const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** The latest first. Index: inbound_receipt_received. */
export async function listReceipts(
  db: Db,
  tenant: string,
  endpoint: string,
  filter: Filter,
  before: Place | undefined,
  limit: number,
): Promise<Found<Shown>> {
  return readPage<Shown>(
    db,
    `select ${SHOWN} from inbound_receipt where ${WHERE}
     and (received_at, id) < (coalesce($9::timestamptz, 'infinity'), coalesce($10::uuid, '${LAST_ID}'))
     order by received_at desc, id desc`,
    [...valuesOf(tenant, endpoint, filter), before?.[0] ?? null, before?.[1] ?? null],
    limit,
  )
}

export type Slice = {
  /** What can be fed in again, in the order in which it came. */
  chosen: { id: string; at: string }[]
  /** Where the look ended, if nothing more than `chosen` was found on the way. */
  end: Place | null
  /** There is nothing behind it. */
  isLast: boolean
}

/**
 * The next of them after a place: as many receipts are looked at as `window` says, whatever they are, so that each step
 * ends. Index: inbound_receipt_received.
 */
export async function refeedable(
  db: Db,
  tenant: string,
  endpoint: string,
  filter: Filter,
  after: Place | null,
  { limit, window }: { limit: number; window: number },
): Promise<Slice> {
  const rows = await db.query<{ id: string; at: string; fits: boolean; looked: number }>(
    `with looked as materialized (
       select id, received_at, ${MATCHES} and body is not null as fits from inbound_receipt
       where ${SPAN}
         and (received_at, id) > (coalesce($9::timestamptz, ${momentOf('$6')}, '-infinity'), coalesce($10::uuid, '${FIRST_ID}'))
       order by received_at, id limit $11),
     taken as (select id, received_at from looked where fits order by received_at, id limit $12),
     told as (
       select *, true as fits from taken
       union all (
         select id, received_at, false from looked where (select count(*) from taken) < $12
         order by received_at desc, id desc limit 1))
     select id, received_at::text as at, fits, (select count(*) from looked)::int as looked from told
     order by fits desc, received_at, id`,
    [...valuesOf(tenant, endpoint, filter), after?.[0] ?? null, after?.[1] ?? null, window, limit],
  )
  const last = rows.find(({ fits }) => !fits)
  const chosen = rows.filter(({ fits }) => fits).map(({ id, at }) => ({ id, at }))
  return {
    chosen,
    end: last === undefined ? null : [last.at, last.id],
    isLast: chosen.length < limit && (rows[0]?.looked ?? 0) < window,
  }
}

/** How many there are, counted up to `most`, and the first of them. */
export async function countRefeedable(
  db: Db,
  tenant: string,
  endpoint: string,
  filter: Filter,
  { most, show }: { most: number; show: number },
): Promise<{ count: number; first: Shown[] }> {
  const values = valuesOf(tenant, endpoint, filter)
  const chosen = `from inbound_receipt where ${WHERE} and body is not null order by received_at, id limit $9`
  const [[counted], first] = await Promise.all([
    db.query<{ n: number }>(`select count(*)::int as n from (select 1 ${chosen}) c`, [...values, most]),
    db.query<Shown>(`select ${SHOWN} ${chosen}`, [...values, show]),
  ])
  return { count: counted?.n ?? 0, first }
}

/** Strangers' messages beyond so many of an endpoint go, the oldest first. */
export async function trimRefused(db: Db, tenant: string, endpoint: string, most: number): Promise<void> {
  await db.query(
    `delete from inbound_receipt where tenant = $1 and id in (
       select id from inbound_receipt where tenant = $1 and endpoint = $2 and not verified
       order by received_at desc, id desc offset $3)`,
    [tenant, endpoint, most],
  )
}

/** Deletes a portion of what is older, or of everything. @returns how many, and whether others are left */
export async function purgeReceipts(
  tx: Tx,
  tenant: string,
  endpoint: string,
  before: number | null,
  portion: number,
): Promise<Purged> {
  const gone = await tx.query(
    `delete from inbound_receipt where tenant = $1 and id in (
       select id from inbound_receipt where tenant = $1 and endpoint = $2
         and ($3::double precision is null or received_at < ${momentOf('$3')})
       order by received_at limit $4) returning 1`,
    [tenant, endpoint, before, portion],
  )
  const left = await tx.query('select 1 from inbound_receipt where tenant = $1 and endpoint = $2 limit 1', [
    tenant,
    endpoint,
  ])
  return { gone: gone.length, left: left.length > 0 }
}
