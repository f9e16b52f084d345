import type { Json } from '#platform/event.ts'
import { deletePortion, type Purged } from '#platform/purge.ts'
import type { Cause } from '#platform/service.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { ChannelName, NotifyRequest } from './request.ts'

export type Status = 'held' | 'queued' | 'sent' | 'failed' | 'suppressed' | 'cancelled'

/** What was said on a channel; kept as evidence. */
export type Payload = { title: string | null; body: string; html: string | null; link: string | null; data: Json }

/** A notification before it is written. Times are domain milliseconds. */
export type NewNotification = {
  tenant: string
  id: string
  userKind: 'contact' | 'user' | null
  userId: string | null
  address: string | null
  channel: ChannelName | null
  tried: number
  template: string | null
  templateVersion: number | null
  locale: string | null
  payload: Payload | null
  request: NotifyRequest | null
  category: string | null
  status: Status
  reason: string | null
  dedupeKey: string | null
  cause: string | null
  encounterId: string | null
  sendAt: number | null
  at: number
}

export type StateChange = {
  tenant: string
  id: string
  at: number
  status: string
  channel: ChannelName | null
  templateVersion?: number | null
  address?: string | null
  reason?: string | null
  payload?: Payload | null
}

/**
 * Statements are planned while the table may be small, and the plan is kept. Told by this that a list holds one
 * row, the planner takes the index for each row of it, which stays right however the table grows.
 */
const FEW = (list: string) => `${list}.tenant || '' = ${list}.tenant`

// The lists are arrays, which jsonb reads by position without a search. `request`, `payload` and `states` are JSON that
// the database never looks into, kept as text.
const INSERT = `with written as (
  insert into notification (tenant, id, user_kind, user_id, address, channel, tried, template, template_version, locale,
    payload, request, category, status, reason, dedupe_key, cause, send_at, created_at, updated_at, in_inbox, states,
    encounter_id)
  select e->>0, (e->>1)::uuid, e->>2, e->>3, e->>4, e->>5, (e->>6)::smallint, e->>7, (e->>8)::integer, e->>9,
    e->>10, e->>11, e->>12, e->>13, e->>14, e->>15, e->>16, to_timestamp((e->>17)::double precision / 1000),
    to_timestamp((e->>18)::double precision / 1000), to_timestamp((e->>18)::double precision / 1000),
    (e->>19)::boolean, e->>20, e->>21
  from jsonb_array_elements($1::jsonb) as e
  on conflict do nothing
  returning 1)
select assert_rows((select count(*) from written), $2::bigint)`

/**
 * A key that was given back is taken again only while nobody else has it. `guarded`: the row must still be queued on
 * the channel in hand, as the caller knows it without having read it.
 */
const updateText = (guarded: boolean) => `with entry as materialized (
  select e->>0 as tenant, (e->>1)::uuid as id, e->>2 as address, e->>3 as channel, (e->>4)::smallint as tried,
    (e->>5)::integer as template_version, e->>6 as locale, e->>7 as payload, e->>8 as request, e->>9 as status,
    e->>10 as reason, (e->>11)::double precision as at, (e->>12)::boolean as in_inbox, e->>13 as states,
    e->>14 as dedupe_key, e->>15 as was, (e->>16)::double precision as send_at
  from jsonb_array_elements($1::jsonb) as e),
changed as (
  update notification n set address = entry.address, channel = entry.channel, tried = entry.tried,
    template_version = entry.template_version, locale = entry.locale, payload = entry.payload,
    request = entry.request, status = entry.status, reason = entry.reason, send_at = to_timestamp(entry.send_at / 1000),
    updated_at = to_timestamp(entry.at / 1000), in_inbox = entry.in_inbox,
    dedupe_key = case
      when entry.dedupe_key is null or entry.dedupe_key = n.dedupe_key or not exists (
        select 1 from notification other
        where other.dedupe_key = entry.dedupe_key and other.tenant collate "C" = entry.tenant) then entry.dedupe_key
      else n.dedupe_key end,
    states = case entry.states when '[]' then n.states else left(n.states, -1) || ',' || substr(entry.states, 2) end
  from entry where ${FEW('entry')} and n.tenant = entry.tenant and n.id = entry.id
    ${guarded ? "and n.status || '' = 'queued' and n.channel = entry.was" : ''}
  returning 1)
select assert_rows((select count(*) from changed), $2::bigint)`

const UPDATE_LOCKED = updateText(false)
const UPDATE_RECENT = updateText(true)

/** A row as it shall stand, and what happened to it since it was read or made. */
export type Written = { row: NewNotification; states: readonly StateChange[] }

const text = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
/** Absent members are left out: most are. */
const statesText = (states: readonly StateChange[]): string =>
  JSON.stringify(
    states.map(({ at, status, channel, templateVersion, address, reason, payload }) => ({
      at,
      status,
      channel,
      templateVersion: templateVersion ?? undefined,
      address: address ?? undefined,
      reason: reason ?? undefined,
      payload: payload ?? undefined,
    })),
  )
const isInInbox = ({ channel, status }: NewNotification): boolean => channel === 'inbox' && status === 'sent'

/**
 * Issues the insert of notifications that must not exist yet (by id or dedupe key): otherwise CA001.
 * @returns how many characters each asks for
 */
export function insertNotifications(tx: Tx, written: readonly Written[]): readonly number[] {
  if (written.length === 0) return []
  const rows = written.map(({ row, states }) => [
    row.tenant,
    row.id,
    row.userKind,
    row.userId,
    row.address,
    row.channel,
    row.tried,
    row.template,
    row.templateVersion,
    row.locale,
    text(row.payload),
    text(row.request),
    row.category,
    row.status,
    row.reason,
    row.dedupeKey,
    row.cause,
    row.sendAt,
    row.at,
    isInInbox(row),
    statesText(states),
    row.encounterId,
  ])
  void tx.query(INSERT, [JSON.stringify(rows), rows.length])
  return rows.map((row) => lengthOf(row[10]) + lengthOf(row[11]))
}

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0)

/** Issues the update of rows that the caller holds locked. */
export const updateNotifications = (tx: Tx, written: readonly Written[]): void => issue(tx, UPDATE_LOCKED, written)

/** Issues the update of rows that were queued on these channels when they were written; CA001 when one is not. */
export const updateQueued = (tx: Tx, written: readonly (Written & { was: ChannelName | null })[]): void =>
  issue(tx, UPDATE_RECENT, written)

function issue(tx: Tx, update: string, written: readonly (Written & { was?: ChannelName | null })[]): void {
  if (written.length === 0) return
  const rows = written.map(({ row, states, was = null }) => [
    row.tenant,
    row.id,
    row.address,
    row.channel,
    row.tried,
    row.templateVersion,
    row.locale,
    text(row.payload),
    text(row.request),
    row.status,
    row.reason,
    row.at,
    isInInbox(row),
    statesText(states),
    row.dedupeKey,
    was,
    row.sendAt,
  ])
  void tx.query(update, [JSON.stringify(rows), rows.length])
}

/** Names a notification. */
type Own = { tenant: string; id: string }

/** A notification whose fate is open, read under lock. */
export type OpenNotification = {
  tenant: string
  id: string
  status: Status
  channel: ChannelName | null
  address: string | null
  tried: number
  templateVersion: number | null
  locale: string | null
  payload: Payload | null
  request: NotifyRequest
  dedupeKey: string | null
  /** Of one that is held: why, and until when. */
  reason: string | null
  sendAt: number | null
  createdAt: number
}

const OPEN_COLUMNS = `n.tenant, n.id::text, n.status, n.channel, n.address, n.tried, n.template_version as "templateVersion",
  n.locale, n.payload, n.request, n.dedupe_key as "dedupeKey", n.reason, round(extract(epoch from n.send_at) * 1000)::double precision as "sendAt",
  extract(epoch from n.created_at)::double precision * 1000 as "createdAt"`

// One probe of the primary key for each: the state is judged outside, or a plan made while the table was small would
// look for it first.
const OPEN = (lock: '' | 'for update', more = '') => `select ${OPEN_COLUMNS}
  from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
  cross join lateral (
    select * from notification n where n.tenant = wanted.tenant and n.id = wanted.id limit 1 ${lock}) n
  where ${FEW('wanted')} and n.status in ('held', 'queued', 'failed'${more}) and n.request is not null`

type OpenRow = Omit<OpenNotification, 'payload' | 'request'> & { payload: string | null; request: string }

const openOf = (row: OpenRow): OpenNotification => ({
  ...row,
  payload: payloadOf(row.payload),
  request: JSON.parse(row.request) as NotifyRequest,
})

export const payloadOf = (kept: string | null): Payload | null => (kept === null ? null : (JSON.parse(kept) as Payload))

/**
 * Those of the given whose fate is open (failed ones too: see `readOpen`), locked in the order of their keys.
 * @param more those too that were called off and may be held again: they are `suppressed`
 */
export async function lockOpen(tx: Tx, ids: readonly Own[], more: '' | 'called off' = ''): Promise<OpenNotification[]> {
  const ordered = [...ids].sort((a, b) => (ownKey(a.tenant, a.id) < ownKey(b.tenant, b.id) ? -1 : 1))
  const keys = ordered.map(({ tenant, id }) => ({ tenant, id }))
  const open = OPEN('for update', more === '' ? '' : ", 'suppressed'")
  return (await tx.query<OpenRow>(open, [JSON.stringify(keys)])).map(openOf)
}

/** As `lockOpen`, without lock: failed ones too, since an operator may have their delivery sent again. */
export async function readOpen(db: Db, ids: readonly Own[]): Promise<OpenNotification[]> {
  return (await db.query<OpenRow>(OPEN(''), [JSON.stringify(ids)])).map(openOf)
}

/** One change of a notification; absent members were null. */
export type StateRow = Omit<StateChange, 'tenant' | 'id'>

/** Those of the given that were sent and not read, by `ownKey`. */
export async function unreadOf(db: Db, ids: readonly Own[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ tenant: string; id: string }>(
    `select n.tenant, n.id::text
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
    join notification n on n.tenant = wanted.tenant and n.id = wanted.id
    where ${FEW('wanted')} and n.status = 'sent' and n.read_at is null`,
    [JSON.stringify(ids)],
  )
  return new Set(rows.map(({ tenant, id }) => ownKey(tenant, id)))
}

/** Those of the given that another notification went on to (`escalationOf`) which was read. */
export const escalatedFromRead = (db: Db, ids: readonly Own[]): Promise<Own[]> =>
  db.query<Own>(
    `select n.tenant, n.id::text
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
    cross join lateral (
      select * from notification n where n.tenant = wanted.tenant and n.id = wanted.id offset 0) n
    cross join lateral (
      select from notification before
      where before.tenant = n.tenant and before.read_at is not null
        and before.id = case when n.cause like 'notification:%' then substr(n.cause, 14)::uuid end limit 1) b
    where ${FEW('wanted')}`,
    [JSON.stringify(ids)],
  )

/** Of those that are held, the ones that went on from another notification, with what asked for the first. */
export async function heldFollowUps(
  db: Db,
  ids: readonly { tenant: string; id: string }[],
): Promise<{ tenant: string; id: string; asker: string }[]> {
  const rows = await db.query<{ tenant: string; id: string; request: string }>(
    `select n.tenant, n.id::text, n.request
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
    cross join lateral (
      select * from notification n where n.tenant = wanted.tenant and n.id = wanted.id offset 0) n
    where ${FEW('wanted')} and n.status = 'held' and n.request is not null and n.cause like 'notification:%'`,
    [JSON.stringify(ids)],
  )
  return rows.flatMap(({ request, ...own }) => {
    const { asker } = JSON.parse(request) as NotifyRequest
    return asker === undefined ? [] : [{ ...own, asker }]
  })
}

/** Which of the requests are written already, by id; and who holds their dedupe keys. */
export async function findEarlier(
  db: Db,
  requests: readonly Pick<NotifyRequest, 'tenant' | 'id' | 'dedupeKey'>[],
): Promise<{ written: Set<string>; holders: Map<string, string> }> {
  const asked = requests.map(({ tenant, id, dedupeKey }) => ({ tenant, id, key: dedupeKey ?? null }))
  const rows = await db.query<{ tenant: string; id: string; dedupe_key: string | null }>(
    `select n.tenant, n.id::text, n.dedupe_key
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid, key text)
    join notification n on n.tenant = wanted.tenant and n.id = wanted.id
    where ${FEW('wanted')}
    union
    select n.tenant, n.id::text, n.dedupe_key
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid, key text)
    join notification n on n.tenant collate "C" = wanted.tenant and n.dedupe_key = wanted.key
    where ${FEW('wanted')} and wanted.key is not null`,
    [JSON.stringify(asked)],
  )
  const keyed = rows.filter((row) => row.dedupe_key !== null)
  return {
    written: new Set(rows.map((row) => ownKey(row.tenant, row.id))),
    holders: new Map(keyed.map((row) => [ownKey(row.tenant, row.dedupe_key ?? ''), row.id])),
  }
}

export const ownKey = (tenant: string, id: string): string => `${tenant}\n${id}`

/** For the explorer: a notification and what led to it. */
export type CausedNotification = {
  id: string
  status: Status
  channel: ChannelName | null
  template: string | null
  cause: string | null
  createdAt: string
}

/** Which notifications came of these causes. */
export async function causedNotifications(
  db: Db,
  tenant: string,
  causes: readonly Cause[],
): Promise<CausedNotification[]> {
  const rows = await db.query<Omit<CausedNotification, 'createdAt'> & { at: Date }>(
    `select id::text, status, channel, template, cause, created_at as at from notification
    where tenant collate "C" = $1 and cause = any($2::text[]) order by created_at, id limit 200`,
    [tenant, causes.map(({ id }) => id)],
  )
  return rows.map(({ at, ...row }) => ({ ...row, createdAt: at.toISOString() }))
}

/**
 * Forgets a tenant's notifications whose fate was decided, made before a moment of domain time, the oldest first; served by
 * notification_created. @returns how many went, and whether the tenant has others
 */
export async function purgeNotifications(tx: Tx, tenant: string, before: number, portion: number): Promise<Purged> {
  const gone = await deletePortion(
    tx,
    'notification',
    `tenant collate "C" = $1 and created_at < ${momentOf(2)} and (request is null or status in ('failed', 'suppressed'))
     order by created_at, id`,
    [tenant, before],
    portion,
  )
  const left = await tx.query('select from notification where tenant collate "C" = $1 limit 1', [tenant])
  return { gone, left: left.length > 0 }
}
