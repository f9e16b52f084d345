import { hash } from 'node:crypto'
import type { Refusal } from '#gateway/intake.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import { errorText } from '#platform/error-text.ts'
import { hashId } from '#platform/ids.ts'
import type { Fault } from '#platform/problem.ts'
import type { Sender } from '#platform/service.ts'
import { storable } from '#platform/storable.ts'
import type { Db, Tx } from '#platform/work.ts'

/** Of a larger body only the beginning is kept: it was refused for its size. */
const KEPT_BYTES = 1_048_576
/** Beyond so many of a tenant, or so many bytes, the oldest go. */
const MOST = 10_000
const MOST_BYTES = 256 * 1_048_576
/** The text that an id, a key or a type may have. */
const SHORT = 1_000
/** Headers of a message that are kept to tell its sender by. */
const MOST_HEADERS = 100

export type RefusedRow = {
  id: string
  bus: string
  door: string
  routing_key: string
  message_id: string | null
  content_type: string | null
  attributes: Record<string, string | number | boolean>
  body_bytes: number
  code: string
  reason: string
  faults: Fault[]
  times: number
  first_at: Date
  last_at: Date
}

/** A refused message with what is needed to feed it in again. */
export type WholeRefused = RefusedRow & { body: Buffer; sender: Sender }

const COLUMNS = `id, bus, door, routing_key, message_id, content_type, attributes, body_bytes, code, reason, faults, times,
  first_at, last_at`

const KEEP = `insert into bus_refused (tenant, id, bus, door, routing_key, message_id, content_type, attributes, body, body_bytes,
  sender, code, reason, faults, times, first_at, last_at)
select $1, id, $2, door, key, message_id, content_type, attributes, decode(body, 'base64'), body_bytes, sender, code, reason, faults,
  times, to_timestamp($4::double precision / 1000), to_timestamp($4::double precision / 1000)
from jsonb_to_recordset($3::jsonb) as r (id uuid, door text, key text, message_id text, content_type text, attributes jsonb,
  body text, body_bytes int, sender jsonb, code text, reason text, faults jsonb, times bigint)
on conflict (tenant, id) do update set times = bus_refused.times + excluded.times, last_at = excluded.last_at,
  code = excluded.code, reason = excluded.reason, faults = excluded.faults`

/** Keeps refused messages, each once with how often it came. @returns how many different ones */
export async function keepRefused(
  db: Db,
  tenant: string,
  bus: string,
  refusals: readonly Refusal[],
  at: number,
): Promise<number> {
  const rows = new Map<string, ReturnType<typeof rowOf>>()
  for (const refusal of refusals) {
    const row = rowOf(bus, refusal)
    const known = rows.get(row.id)
    if (known === undefined) rows.set(row.id, row)
    else known.times += 1
  }
  await db.query(KEEP, [tenant, bus, JSON.stringify([...rows.values()]), at])
  return rows.size
}

function rowOf(bus: string, { message, problem }: Refusal) {
  const { door, key, id, contentType, attributes, user, headers = {}, body } = message
  const kept = Object.fromEntries([...attributes].map(([name, value]) => [clean(name), cleanValue(value)]))
  return {
    id: hashId(bus, door, key, id ?? '', user ?? '', hash('sha256', body, 'hex'), JSON.stringify(kept)),
    door,
    key: clean(key),
    message_id: id === undefined ? null : clean(id),
    content_type: contentType === undefined ? null : clean(contentType),
    attributes: kept,
    body: body.subarray(0, KEPT_BYTES).toString('base64'),
    body_bytes: body.length,
    sender: {
      ...(user === undefined ? {} : { brokerUser: clean(user) }),
      headers: Object.fromEntries(
        Object.entries(headers)
          .flatMap(([name, value]) => (typeof value === 'string' ? [[clean(name), clean(value)]] : []))
          .slice(0, MOST_HEADERS),
      ),
    },
    code: problem.code,
    reason: errorText(problem),
    faults: problem.faults.map(({ path, message: said }) => ({ path: clean(path), message: clean(said) })),
    times: 1,
  }
}

/** What a stranger sent, in a form that PostgreSQL can keep. */
const clean = (text: string): string => storable(text, SHORT)
const cleanValue = (value: string | number | boolean) => (typeof value === 'string' ? clean(value) : value)

/** The latest first. Served by bus_refused_last. */
export function listRefused(
  tx: Tx,
  tenant: string,
  filter: { door?: string; code?: string; before?: readonly [lastAt: number, id: string] },
  limit: number,
): Promise<Found<RefusedRow>> {
  const [at, id] = filter.before ?? [null, null]
  return readPage<RefusedRow>(
    tx,
    `select ${COLUMNS} from bus_refused
     where tenant = $1 and ($2::text is null or door = $2) and ($3::text is null or code = $3)
       and ($4::double precision is null or (last_at, id) < (to_timestamp($4 / 1000), $5::uuid))
     order by last_at desc, id desc`,
    [tenant, filter.door ?? null, filter.code ?? null, at, id],
    limit,
  )
}

/** Refused messages by what is wrong with them, the most frequent first. */
export function groupRefused(
  tx: Tx,
  tenant: string,
): Promise<{ door: string; code: string; reason: string; messages: number; times: number; lastAt: Date }[]> {
  return tx.query(
    `select door, code, reason, count(*) as messages, sum(times)::bigint as times, max(last_at) as "lastAt"
     from bus_refused where tenant = $1 group by door, code, reason order by times desc limit 200`,
    [tenant],
  )
}

export async function findRefused(tx: Tx, tenant: string, id: string): Promise<WholeRefused | undefined> {
  const [row] = await tx.query<WholeRefused>(
    `select ${COLUMNS}, body, sender from bus_refused where tenant = $1 and id = $2`,
    [tenant, id],
  )
  return row
}

/** @returns whether it was there */
export async function deleteRefused(tx: Tx, tenant: string, id: string): Promise<boolean> {
  const gone = await tx.query('delete from bus_refused where tenant = $1 and id = $2 returning 1', [tenant, id])
  return gone.length > 0
}

export async function countRefused(db: Db, tenant: string): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*) as n from bus_refused where tenant = $1', [tenant])
  return row?.n ?? 0
}

/** Deletes what is older than `before`, and the oldest of what is too much. @returns how many are left */
export async function purgeRefused(db: Db, tenant: string, before: number): Promise<number> {
  await db.query(
    `delete from bus_refused where tenant = $1 and (last_at < to_timestamp($2::double precision / 1000)
       or id in (select id from (
         select id, row_number() over latest as n, sum(octet_length(body)) over latest as bytes
         from bus_refused where tenant = $1 window latest as (order by last_at desc, id desc)) sized
         where n > $3 or bytes > $4))`,
    [tenant, before, MOST, MOST_BYTES],
  )
  return countRefused(db, tenant)
}
