import { SIGNS_OF_LIFE } from '#conversations/index.ts'
import type { Entry, EntryBody } from '#flows/entry/entry.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

// In the order of the key, so that two transactions over the same rows do not block each other.
const INSERT = `insert into flow_entry (tenant, flow_id, slot, id, key, priority, position, arrived_at, ready_at, body)
select e->>0, (e->>1)::uuid, e->>2, (e->>3)::uuid, e->>4, (e->>5)::int, (e->>6)::bigint,
  to_timestamp((e->>7)::double precision / 1000), to_timestamp((e->>8)::double precision / 1000), e->>9
from jsonb_array_elements($1::jsonb) as e
order by 1, 2, 3
on conflict (tenant, flow_id, slot)`
const REPLACE = `${INSERT} do update set id = excluded.id, priority = excluded.priority, position = excluded.position,
  arrived_at = excluded.arrived_at, ready_at = excluded.ready_at, body = excluded.body
where flow_entry.position < excluded.position`
// See takesPlace.
const KEEP = `${REPLACE}
  and flow_entry.body::json->'about'->>'silence' <> excluded.body::json->'about'->>'silence'`

/** Keeps entries until their turn. One whose slot is taken takes its place, or is nothing. */
export function insertEntries(tx: Tx, entries: readonly Entry[]): void {
  for (const [text, chosen] of [
    [KEEP, entries.filter(({ replaces }) => !replaces)],
    [REPLACE, entries.filter(({ replaces }) => replaces)],
  ] as const) {
    if (chosen.length === 0) continue
    const rows = chosen.map((entry) => [
      entry.tenant,
      entry.flowId,
      entry.slot,
      entry.id,
      entry.key,
      entry.priority,
      entry.body.event.position,
      entry.arrivedAt,
      entry.readyAt,
      JSON.stringify(entry.body),
    ])
    void tx.query(text, [JSON.stringify(rows)])
  }
}

/** Of a flow what waits under a key, or to begin about a person; by an event of that type that counts from `at`. */
export type Withdrawn = { tenant: string; flowId: string; ending: { type: string; at: number } } & (
  | { key: string }
  | { person: string }
)

// See isFromBefore.
const NOT_LATER = `and coalesce((e.body::json->'about'->>'silentSince')::double precision < gone.before, true)`
const withdrawnBy = ({ ending: { type, at }, ...what }: Withdrawn) => ({
  ...what,
  before: SIGNS_OF_LIFE.has(type) ? at : null,
})

/** Entries of some keys, and about some people, are gone. */
export function withdrawEntries(tx: Tx, gone: readonly Withdrawn[]): void {
  const keys = gone.filter((one) => 'key' in one)
  const persons = gone.filter((one) => 'person' in one)
  if (keys.length > 0) {
    void tx.query(
      `delete from flow_entry e using jsonb_to_recordset($1::jsonb)
         as gone (tenant text, "flowId" uuid, key text, before double precision)
       where e.tenant collate "C" = gone.tenant and e.flow_id = gone."flowId" and e.key = gone.key ${NOT_LATER}`,
      [JSON.stringify(keys.map(withdrawnBy))],
    )
  }
  if (persons.length > 0) {
    void tx.query(
      `delete from flow_entry e using jsonb_to_recordset($1::jsonb)
         as gone (tenant text, "flowId" uuid, person text, before double precision)
       where e.tenant collate "C" = gone.tenant and e.flow_id = gone."flowId"
         and e.body::json->'about'->>'contactId' = gone.person ${NOT_LATER}`,
      [JSON.stringify(persons.map(withdrawnBy))],
    )
  }
}

/** Entries of one flow are judged by one transaction at a time, over all nodes. */
export const lockTurns = (tx: Tx, tenant: string, flowId: string) =>
  tx.query('select pg_advisory_xact_lock(7205040, hashtext($1))', [`${tenant}/${flowId}`])

type Of = { tenant: string; flowId: string }

/** Waiting runs of a flow, counted up to `most`. */
export async function runsUnderWay(db: Db, { tenant, flowId }: Of, most: number): Promise<number> {
  const [row] = await db.query<{ runs: number }>(
    `select count(*)::int as runs from (
       select 1 from flow_run where tenant collate "C" = $1 and flow_id = $2 and status = 'waiting' limit $3) q`,
    [tenant, flowId, most],
  )
  return row?.runs ?? 0
}

/** When the latest runs of a flow began, since a moment, at most so many; the latest first. */
export async function startsSince(db: Db, { tenant, flowId }: Of, since: number, most: number): Promise<number[]> {
  const rows = await db.query<{ at: Date }>(
    `select started_at as at from flow_run where tenant collate "C" = $1 and flow_id = $2 and started_at > ${momentOf(3)}
     order by started_at desc limit $4`,
    [tenant, flowId, since, most],
  )
  return rows.map(({ at }) => at.getTime())
}

export type Picked = { slot: string; key: string; priority: number; body: EntryBody; id: string }

type PickedRow = Omit<Picked, 'body'> & { body: string }
const PICKED = 'slot, key, priority, id, body'
const toPicked = (row: PickedRow): Picked => ({ ...row, body: JSON.parse(row.body) as EntryBody })

/** Those who come next, locked until the transaction ends. */
export async function pickNext(tx: Tx, { tenant, flowId }: Of, now: number, most: number): Promise<Picked[]> {
  const rows = await tx.query<PickedRow>(
    `select ${PICKED} from flow_entry
     where tenant collate "C" = $1 and flow_id = $2 and ready_at <= ${momentOf(3)}
     order by priority desc, position, id limit $4 for update`,
    [tenant, flowId, now, most],
  )
  return rows.map(toPicked)
}

const LAST_POSITION = '9223372036854775807'
/** Ready entries looked at for the batches that come next. */
const LOOKED = 5_000

/**
 * The batches that come next: of each key its oldest entries, at most `size`, locked until the transaction ends. What has
 * no key is of nobody else's batch, and comes alone.
 */
export async function pickBatches(
  tx: Tx,
  { tenant, flowId }: Of,
  now: number,
  { most, size }: { most: number; size: number },
): Promise<Picked[][]> {
  const rows = await tx.query<PickedRow>(
    `select ${PICKED} from (
       select key as of, alone, max(priority) as first, min(position) as since from (
         select key, case when key = '' then position end as alone, priority, position from flow_entry
         where tenant collate "C" = $1 and flow_id = $2 and ready_at <= ${momentOf(3)}
         order by ready_at limit ${LOOKED}) ready
       group by key, alone order by 3 desc, 4 limit $4) turn
     cross join lateral (
       select ${PICKED}, position from flow_entry
       where tenant collate "C" = $1 and flow_id = $2 and key = turn.of
         and position between coalesce(turn.alone, 0) and coalesce(turn.alone, ${LAST_POSITION})
       order by position limit $5 for update) entry
     order by turn.first desc, turn.since, entry.position`,
    [tenant, flowId, now, most, size],
  )
  return [...Map.groupBy(rows.map(toPicked), ({ key, slot }) => (key === '' ? `\n${slot}` : key)).values()]
}

/** Batches of these keys that are full need not wait any longer. */
export function readyFull(tx: Tx, of: Of, ofKeys: readonly string[], size: number, now: number): void {
  const keys = ofKeys.filter((key) => key !== '')
  if (keys.length === 0) return
  void tx.query(
    `update flow_entry e set ready_at = ${momentOf(4)}
     from (select key, (array_agg(slot order by position))[1] as slot, count(*) as n from (
         select f.key, f.slot, f.position from unnest($3::text[]) as wanted (key)
         cross join lateral (
           select key, slot, position from flow_entry
           where tenant collate "C" = $1 and flow_id = $2 and key = wanted.key order by position limit $5) f) q
       group by key) full_one
     where e.tenant = $1 and e.flow_id = $2 and e.slot = full_one.slot and full_one.n >= $5 and e.ready_at > ${momentOf(4)}`,
    [of.tenant, of.flowId, keys, now, size],
  )
}

/** Nobody waits for a time or a run any more. */
export function readyAll(tx: Tx, { tenant, flowId }: Of, now: number): void {
  void tx.query(
    `update flow_entry set ready_at = ${momentOf(3)}, held = false
     where tenant collate "C" = $1 and flow_id = $2 and ready_at > ${momentOf(3)}`,
    [tenant, flowId, now],
  )
}

/** So long entries wait at most for the run of their key to end: that is told, and this the net. */
export const HELD_MS = 60_000

/** A run of these keys is under way, and there is one at a time. */
export function hold(tx: Tx, of: Of, keys: readonly string[], now: number): void {
  if (keys.length === 0) return
  void tx.query(
    `update flow_entry set ready_at = ${momentOf(4)}, held = true
     where tenant collate "C" = $1 and flow_id = $2 and key = any($3::text[]) and ready_at <= ${momentOf(5)}`,
    [of.tenant, of.flowId, keys, now + HELD_MS, now],
  )
}

/** The runs of these keys are over. */
export function release(tx: Tx, of: Of, keys: readonly string[], now: number): void {
  if (keys.length === 0) return
  void tx.query(
    `update flow_entry set ready_at = ${momentOf(4)}, held = false
     where tenant collate "C" = $1 and flow_id = $2 and key = any($3::text[]) and held`,
    [of.tenant, of.flowId, keys, now],
  )
}

/** These are entries no more. */
export function removeEntries(tx: Tx, { tenant, flowId }: Of, slots: readonly string[]): void {
  if (slots.length === 0) return
  void tx.query('delete from flow_entry where tenant = $1 and flow_id = $2 and slot = any($3::text[])', [
    tenant,
    flowId,
    slots,
  ])
}

/** Of a flow that nobody can begin any more, some at a time. @returns whether there may be more */
export async function removeSome(tx: Tx, { tenant, flowId }: Of): Promise<boolean> {
  const rows = await tx.query(
    `delete from flow_entry where tenant = $1 and flow_id = $2 and slot = any(array(
       select slot from flow_entry where tenant = $1 and flow_id = $2 limit ${LOOKED})) returning 1`,
    [tenant, flowId],
  )
  return rows.length === LOOKED
}

/** When the first entry that is not ready yet will be; null: there is none. `ready`: others are. */
export async function nextReady(
  db: Db,
  { tenant, flowId }: Of,
  now: number,
): Promise<{ ready: boolean; at: number | null }> {
  const [row] = await db.query<{ ready: boolean; at: Date | null }>(
    `select exists (select from flow_entry where tenant collate "C" = $1 and flow_id = $2 and ready_at <= ${momentOf(3)}) as ready,
       (select ready_at from flow_entry where tenant collate "C" = $1 and flow_id = $2 and ready_at > ${momentOf(3)}
        order by ready_at limit 1) as at`,
    [tenant, flowId, now],
  )
  return { ready: row?.ready ?? false, at: row?.at?.getTime() ?? null }
}

/** Which of some keys wait to begin a run. */
export async function keysWaiting(db: Db, { tenant, flowId }: Of, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await db.query<{ key: string }>(
    `select distinct key from flow_entry where tenant collate "C" = $1 and flow_id = $2 and key = any($3::text[])`,
    [tenant, flowId, keys],
  )
  return new Set(rows.map(({ key }) => key))
}

/** When each of these keys began a run last, of those that did. */
export async function lastEntered(
  db: Db,
  { tenant, flowId }: Of,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const rows = await db.query<{ key: string; at: Date }>(
    'select key, at from flow_entered where tenant = $1 and flow_id = $2 and key = any($3::text[])',
    [tenant, flowId, keys],
  )
  return new Map(rows.map(({ key, at }) => [key, at.getTime()]))
}

/** Notes that these keys began a run now, and forgets some of what is of no use since `expired`. */
export function noteEntered(
  tx: Tx,
  { tenant, flowId }: Of,
  keys: readonly string[],
  now: number,
  expired: number,
): void {
  if (keys.length === 0) return
  void tx.query(
    `insert into flow_entered (tenant, flow_id, key, at) select $1, $2, key, ${momentOf(4)} from unnest($3::text[]) as key
     on conflict (tenant, flow_id, key) do update set at = excluded.at`,
    [tenant, flowId, [...new Set(keys)], now],
  )
  void tx.query(
    `delete from flow_entered where tenant = $1 and flow_id = $2 and key = any(array(
       select key from flow_entered where tenant collate "C" = $1 and flow_id = $2 and at < ${momentOf(3)}
       order by at limit 1000))`,
    [tenant, flowId, expired],
  )
}

export type EntryRow = {
  id: string
  key: string
  subject: string
  eventId: string
  priority: number
  position: number
  arrivedAt: Date
  readyAt: Date
  held: boolean
}

/** Who waits to begin, in the order of their turns. */
export async function listEntries(
  db: Db,
  { tenant, flowId }: Of,
  limit: number,
  after?: { priority: number; position: number; id: string },
): Promise<EntryRow[]> {
  return db.query<EntryRow>(
    `select id, key, priority, position, arrived_at as "arrivedAt", ready_at as "readyAt", held,
       body::json->'event'->>'subject' as subject, body::json->'event'->>'id' as "eventId"
     from flow_entry
     where tenant collate "C" = $1 and flow_id = $2
       and ($3::int is null or (-priority, position, id) > (-$3, $4::bigint, $5::uuid))
     order by priority desc, position, id limit $6`,
    [tenant, flowId, after?.priority ?? null, after?.position ?? null, after?.id ?? null, limit],
  )
}

/** How many entries of a flow wait, counted up to `most`. */
export async function countEntries(db: Db, { tenant, flowId }: Of, most: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from (
       select 1 from flow_entry where tenant collate "C" = $1 and flow_id = $2 limit $3) q`,
    [tenant, flowId, most],
  )
  return row?.n ?? 0
}
