import { dataOf } from '#events/cloudevents-out.ts'
import type { EventForm, LogEvent } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

/** Positions of the log: after, and up to. */
export type Positions = { after: number; upTo: number }

/** How many events of some types a tenant has there, by type: told by the index alone. */
export function countTypes(
  db: Db,
  tenant: string,
  types: readonly string[],
  { after, upTo }: Positions,
): Promise<{ type: string; count: number }[]> {
  return db.query(
    `select wanted.type, found.count from unnest($2::text[]) as wanted (type)
     cross join lateral (
       select count(*)::int as count from event_log
       where tenant = $1 and type = wanted.type and position > $3 and position <= $4) found
     where found.count > 0 order by 1`,
    [tenant, types, after, upTo],
  )
}

type Row = {
  position: number
  id: string
  source: string
  type: string
  subject: string
  form: EventForm
  occurred: number
  received: number
  encounter: string | null
  cause: string | null
  hops: number
  origin: string
  raw: string
}

/** Positions looked through at first; as many more as it takes to find a thousand events: some 10 ms of the database. */
const STRIDE = 1_000
const MOST_STRIDE = 4_000_000
const WANTED = 1_000
const BYTES = 16 * 1024 * 1024

/**
 * Events of some types of a tenant in a range of positions, in order, a thousand or so at a time and never more than some
 * megabytes (with `subject` those about it only): by stretches of the log, so that no sort holds more than one of them.
 */
export async function* typedEvents(
  db: Db,
  tenant: string,
  types: readonly string[],
  { after, upTo }: Positions,
  subject: string | null = null,
): AsyncGenerator<LogEvent[]> {
  let stride = STRIDE
  for (let from = after; from < upTo; ) {
    const to = Math.min(upTo, from + stride)
    const rows = await db.query<Row>(
      `select position, id, source, type, subject, form, date_part('epoch', occurred_at) * 1000 as occurred,
         date_part('epoch', received_at) * 1000 as received, encounter_id as encounter, cause, hops, origin, raw
       from (select e.*, sum(octet_length(raw)) over (order by position) - octet_length(raw) as before
         from (select * from event_log
           where tenant = $1 and type = any($2::text[]) and position > $3 and position <= $4
             and ($6::text is null or subject = $6)) e) sized
       where before < $5 order by position`,
      [tenant, types, from, to, BYTES, subject],
    )
    const bytes = rows.reduce((sum, { raw }) => sum + Buffer.byteLength(raw), 0)
    // What did not fit is behind the last one that came.
    from = bytes >= BYTES ? (rows.at(-1)?.position ?? to) : to
    stride = rows.length * 2 < WANTED ? Math.min(MOST_STRIDE, stride * 2) : STRIDE
    if (rows.length > 0) yield rows.map((row) => eventOf(tenant, row))
  }
}

const eventOf = (tenant: string, row: Row): LogEvent => ({
  tenant,
  position: row.position,
  id: row.id,
  source: row.source,
  type: row.type,
  subject: row.subject,
  shard: 0,
  form: row.form,
  occurredAt: Math.round(row.occurred),
  receivedAt: Math.round(row.received),
  encounterId: row.encounter,
  traceparent: null,
  cause: row.cause,
  hops: row.hops,
  origin: row.origin,
  raw: row.raw,
  data: dataOf(row.form, row.raw),
})
