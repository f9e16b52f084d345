import type { KnownBy, Pair, System } from '#events/sources/pair.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Db } from '#platform/work.ts'

/** A switch under way. */
export type Switching = {
  to: string
  from: string
  /** Wall ms: what the new leader sent before it stays held. */
  since: number
  /** The place in the order of what was held up to which all is published. */
  after: number
  published: number
  startedAt: number
  actor: string
  traceparent: string | null
}

export type LastSwitch = Omit<Switching, 'after' | 'traceparent'> & { endedAt: number }

export type StoredPair = Pair & {
  leader: string
  windowMs: number
  switching: Switching | null
  lastSwitch: LastSwitch | null
  createdAt: Date
}

type Row = Omit<StoredPair, 'systems'> & { systems: { name: string; knownBy: KnownBy }[] }

const COLUMNS = `p.id, p.namespace, p.leader, p.window_ms as "windowMs", p.switching, p.last_switch as "lastSwitch",
  p.created_at as "createdAt",
  (select jsonb_agg(jsonb_build_object('name', s.name, 'knownBy', s.known_by) order by s.name)
   from event_system s where s.tenant = p.tenant and s.pair = p.id) as systems`

/** All of a tenant: there are few. */
export const readPairs = (db: Db, tenant: string): Promise<StoredPair[]> =>
  db.query<Row>(`select ${COLUMNS} from event_pair p where p.tenant = $1 order by p.id`, [tenant])

/** @param lock another that asks for it waits until this transaction is over */
export async function findPair(db: Db, tenant: string, id: string, lock = false): Promise<StoredPair | undefined> {
  if (lock) await db.query('select 1 from event_pair where tenant = $1 and id = $2 for update', [tenant, id])
  const [row] = await db.query<Row>(`select ${COLUMNS} from event_pair p where p.tenant = $1 and p.id = $2`, [
    tenant,
    id,
  ])
  return row
}

/** Writes a pair and its systems anew; who leads is kept. Issued without waiting. */
export function writePair(
  db: Db,
  tenant: string,
  pair: { id: string; namespace: string; leader: string; windowMs: number; systems: readonly System[] },
  at: number,
): void {
  void db.query(
    `insert into event_pair (tenant, id, namespace, leader, window_ms, created_at)
     values ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000))
     on conflict (tenant, id) do update set window_ms = excluded.window_ms`,
    [tenant, pair.id, pair.namespace, pair.leader, pair.windowMs, at],
  )
  void db.query(
    `insert into event_system (tenant, pair, name, known_by)
     select $1, $2, name, "knownBy" from jsonb_to_recordset($3::jsonb) as s (name text, "knownBy" jsonb)
     on conflict (tenant, pair, name) do update set known_by = excluded.known_by`,
    [tenant, pair.id, JSON.stringify(pair.systems)],
  )
}

export async function deletePair(db: Db, tenant: string, id: string): Promise<boolean> {
  const rows = await db.query('delete from event_pair where tenant = $1 and id = $2 returning 1', [tenant, id])
  return rows.length > 0
}

/** Issued without waiting. */
export function writeSwitching(
  db: Db,
  tenant: string,
  id: string,
  switching: Switching | null,
  last?: LastSwitch,
): void {
  void db.query(
    `update event_pair set switching = $3::jsonb, last_switch = coalesce($4::jsonb, last_switch) where tenant = $1 and id = $2`,
    [
      tenant,
      id,
      switching === null ? null : JSON.stringify(switching),
      last === undefined ? null : JSON.stringify(last),
    ],
  )
}

export type StepResult = { last_seq: number; published: number; done: boolean }

/** One step of a switch; see `switch_step`. */
export async function stepSwitch(
  db: Db,
  tenant: string,
  pair: string,
  { to, after, since }: Pick<Switching, 'to' | 'after' | 'since'>,
  most: { events: number; bytes: number },
  now: { domain: number; wall: number },
  batch: string,
): Promise<StepResult> {
  const [row] = await db.query<StepResult>(
    `select last_seq, published, done from switch_step($1, $2, $3, $4, to_timestamp($5::double precision / 1000), $6, $7, $8,
       to_timestamp($9::double precision / 1000), $10::uuid)`,
    [tenant, pair, to, after, since, most.events, most.bytes, now.domain, now.wall, batch],
  )
  return row as StepResult
}

/**
 * The place in a system's order behind which events seen since a time stand: nodes differ by moments in what time it
 * is, so that the first of them by time need not be the first in order. What is not committed yet stands behind all.
 */
export async function placeSince(db: Db, tenant: string, pair: string, system: string, since: number): Promise<number> {
  const [row] = await db.query<{ first: number | null; last: number | null }>(
    `select (select min(seq) from (
         select seq from event_held where tenant collate "POSIX" = $1 and pair = $2 and system = $3
           and seen_at >= to_timestamp($4::double precision / 1000)
         order by seen_at limit 1000) first) as first,
       (select max(seq) from event_held where tenant collate "C" = $1 and pair = $2 and system = $3) as last`,
    [tenant, pair, system, since],
  )
  return row?.first != null ? row.first - 1 : (row?.last ?? 0)
}

export type HeldRow = {
  seq: number
  id: string
  type: string
  subject: string
  system: string
  seenAt: Date
  publishedAt: Date | null
  form: string
  raw: string
}

const HELD = `h.seq, h.id, h.type, h.subject, h.system, h.seen_at as "seenAt", h.published_at as "publishedAt",
  h.size, h.event->>8 as form, h.event->>16 as raw`
/** A scalar subquery: a join could, by a plan of an empty table, walk all keys of a tenant. */
const UNPUBLISHED = `h.published_at is null
  and (select k.position from event_key k where k.tenant = h.tenant and k.key = h.key) is null`

export type HeldFilter = {
  system: string
  onlyUnpublished: boolean
  before?: number
  /** Seen at or after (wall ms). */
  since?: number
}

/** What a system sent while it followed, the newest first. */
export const listHeld = (
  db: Db,
  tenant: string,
  pair: string,
  filter: HeldFilter,
  limit: number,
): Promise<Found<HeldRow>> =>
  readPage<HeldRow>(
    db,
    `select ${HELD} from event_held h
     where h.tenant collate "C" = $1 and h.pair = $2 and h.system = $3 and ($4::bigint is null or h.seq < $4)
       and (not $5::boolean or (${UNPUBLISHED}))
       and ($6::double precision is null or h.seen_at >= to_timestamp($6::double precision / 1000))
     order by h.seq desc`,
    [tenant, pair, filter.system, filter.before ?? null, filter.onlyUnpublished, filter.since ?? null],
    limit,
    'q.size',
  )

export type Waiting = { count: number; oldest: Date | null; newest: Date | null }

/**
 * What a system sent while it followed and nobody published: seen at or after a time, or before it.
 * @param most more are not counted
 */
export async function countWaiting(
  db: Db,
  tenant: string,
  pair: string,
  system: string,
  range: { from?: number; to?: number },
  most: number,
): Promise<Waiting> {
  const [row] = await db.query<Waiting>(
    `select count(*)::int as count, min(seen_at) as oldest, max(seen_at) as newest from (
       select h.seen_at from event_held h
       where h.tenant collate "POSIX" = $1 and h.pair = $2 and h.system = $3
         and ($4::double precision is null or h.seen_at >= to_timestamp($4::double precision / 1000))
         and ($5::double precision is null or h.seen_at < to_timestamp($5::double precision / 1000))
         and ${UNPUBLISHED}
       order by h.seen_at desc limit $6) w`,
    [tenant, pair, system, range.from ?? null, range.to ?? null, most],
  )
  return row ?? { count: 0, oldest: null, newest: null }
}

/** Forgets some of what was seen before a time. @returns how many rows */
export async function purgeSeen(db: Db, tenant: string, pair: string, before: number, limit: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `with sightings as (
       delete from event_sighting where ctid = any(array(
         select ctid from event_sighting where tenant collate "C" = $1 and pair = $2 and seen_at < to_timestamp($3::double precision / 1000)
         order by seen_at limit $4)) returning 1),
     systems as (select name from event_system where tenant = $1 and pair = $2),
     held as (
       delete from event_held where ctid = any(array(
         select old.ctid from systems cross join lateral (
           select h.ctid from event_held h where h.tenant collate "POSIX" = $1 and h.pair = $2 and h.system = systems.name
             and h.seen_at < to_timestamp($3::double precision / 1000)
           order by h.seen_at limit $4) old)) returning 1)
     select ((select count(*) from sightings) + (select count(*) from held))::int as n`,
    [tenant, pair, before, limit],
  )
  return row?.n ?? 0
}
