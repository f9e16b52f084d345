import type { Json } from '#platform/event.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { ChannelName, NotifyRequest } from './request.ts'

export type Status = 'held' | 'queued' | 'sent' | 'failed' | 'suppressed' | 'cancelled'

/** What was said on a channel; kept for ever as evidence. */
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

const INSERT = `with entry as (
  select * from jsonb_to_recordset($1::jsonb) as entry (tenant text, id uuid, "userKind" text, "userId" text, address text,
    channel text, tried smallint, template text, "templateVersion" integer, locale text, payload jsonb, request jsonb,
    category text, status text, reason text, "dedupeKey" text, cause text, "sendAt" double precision, at double precision)),
written as (
  insert into notification (tenant, id, user_kind, user_id, address, channel, tried, template, template_version, locale,
    payload, request, category, status, reason, dedupe_key, cause, send_at, created_at, updated_at)
  select tenant, id, "userKind", "userId", address, channel, tried, template, "templateVersion", locale,
    payload, request, category, status, reason, "dedupeKey", cause,
    to_timestamp("sendAt" / 1000), to_timestamp(at / 1000), to_timestamp(at / 1000)
  from entry
  on conflict do nothing
  returning 1)
select assert_rows((select count(*) from written), $2::bigint)`

const UPDATE = `with entry as (
  select * from jsonb_to_recordset($1::jsonb) as entry (tenant text, id uuid, address text, channel text, tried smallint,
    "templateVersion" integer, locale text, payload jsonb, request jsonb, status text, reason text, at double precision)),
changed as (
  update notification n set address = entry.address, channel = entry.channel, tried = entry.tried,
    template_version = entry."templateVersion", locale = entry.locale, payload = entry.payload,
    request = entry.request, status = entry.status, reason = entry.reason,
    updated_at = to_timestamp(entry.at / 1000)
  from entry where ${FEW('entry')} and n.tenant = entry.tenant and n.id = entry.id
  returning 1)
select assert_rows((select count(*) from changed), $2::bigint)`

const INSERT_STATES = `insert into notification_state
  (tenant, notification_id, at, status, channel, template_version, address, reason, payload)
select tenant, id, to_timestamp(at / 1000), status, channel, "templateVersion", address, reason, payload
from jsonb_to_recordset($1::jsonb) as entry (tenant text, id uuid, at double precision, status text, channel text,
  "templateVersion" integer, address text, reason text, payload jsonb)`

/** Issues the insert of notifications that must not exist yet (by id or dedupe key): otherwise CA001. */
export function insertNotifications(tx: Tx, rows: readonly NewNotification[]): void {
  if (rows.length > 0) void tx.query(INSERT, [JSON.stringify(rows), rows.length])
}

/** Issues the update of rows that the caller holds locked. */
export function updateNotifications(tx: Tx, rows: readonly NewNotification[]): void {
  if (rows.length > 0) void tx.query(UPDATE, [JSON.stringify(rows), rows.length])
}

export function insertStates(tx: Tx, changes: readonly StateChange[]): void {
  if (changes.length > 0) void tx.query(INSERT_STATES, [JSON.stringify(changes)])
}

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
  createdAt: number
}

const OPEN_COLUMNS = `n.tenant, n.id::text, n.status, n.channel, n.address, n.tried, n.template_version as "templateVersion",
  n.locale, n.payload, n.request, n.dedupe_key as "dedupeKey", extract(epoch from n.created_at)::double precision * 1000 as "createdAt"`

// One probe of the primary key for each: the state is judged outside, or a plan made while the table was small would
// look for it first.
const OPEN = (lock: '' | 'for update') => `select ${OPEN_COLUMNS}
  from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
  cross join lateral (
    select * from notification n where n.tenant = wanted.tenant and n.id = wanted.id limit 1 ${lock}) n
  where ${FEW('wanted')} and n.status in ('held', 'queued', 'failed') and n.request is not null`

/** Those of the given whose fate is open (failed ones too: see `readOpen`), locked in the order of their keys. */
export function lockOpen(tx: Tx, ids: readonly { tenant: string; id: string }[]): Promise<OpenNotification[]> {
  const ordered = [...ids].sort((a, b) => (ownKey(a.tenant, a.id) < ownKey(b.tenant, b.id) ? -1 : 1))
  return tx.query<OpenNotification>(OPEN('for update'), [JSON.stringify(ordered)])
}

/** As `lockOpen`, without lock: failed ones too, since an operator may have their delivery sent again. */
export function readOpen(db: Db, ids: readonly { tenant: string; id: string }[]): Promise<OpenNotification[]> {
  return db.query<OpenNotification>(OPEN(''), [JSON.stringify(ids)])
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
    join notification n on n.tenant = wanted.tenant and n.dedupe_key = wanted.key
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

/** For the explorer: which notifications came of these causes. */
export async function causedNotifications(
  db: Db,
  tenant: string,
  causes: readonly string[],
): Promise<{ id: string; status: Status; channel: ChannelName | null; template: string | null; createdAt: string }[]> {
  const rows = await db.query<{
    id: string
    status: Status
    channel: ChannelName | null
    template: string | null
    at: Date
  }>(
    `select id::text, status, channel, template, created_at as at from notification
    where tenant = $1 and cause = any($2::text[]) order by created_at, id limit 200`,
    [tenant, causes],
  )
  return rows.map(({ at, ...row }) => ({ ...row, createdAt: at.toISOString() }))
}

/** A notification as lists show it. */
export type ListedNotification = {
  id: string
  user_kind: 'contact' | 'user' | null
  user_id: string | null
  address: string | null
  channel: ChannelName | null
  template: string | null
  template_version: number | null
  locale: string | null
  payload: Payload | null
  category: string | null
  status: Status
  reason: string | null
  dedupe_key: string | null
  cause: string | null
  send_at: Date | null
  created_at: Date
  updated_at: Date
  read_at: Date | null
}

const LISTED = `id::text, user_kind, user_id, address, channel, template, template_version, locale, payload, category,
  status, reason, dedupe_key, cause, send_at, created_at, updated_at, read_at`

export type ListFilter = {
  status?: Status | undefined
  contactId?: string | undefined
  userId?: string | undefined
  template?: string | undefined
  before?: { at: string; id: string } | undefined
  limit: number
}

/** Newest first; served by notification_created. */
export function listNotifications(db: Db, tenant: string, filter: ListFilter): Promise<ListedNotification[]> {
  const { status = null, contactId = null, userId = null, template = null, before, limit } = filter
  return db.query<ListedNotification>(
    `select ${LISTED} from notification
    where tenant = $1 and created_at > '-infinity'
      and ($2::text is null or status = $2)
      and ($3::text is null or (user_kind = 'contact' and user_id = $3))
      and ($4::text is null or (user_kind = 'user' and user_id = $4))
      and ($5::text is null or template = $5)
      and ($6::timestamptz is null or (created_at, id) < ($6, $7::uuid))
    order by created_at desc, id desc limit $8`,
    [tenant, status, contactId, userId, template, before?.at ?? null, before?.id ?? null, limit],
  )
}

export async function findNotification(db: Db, tenant: string, id: string): Promise<ListedNotification | undefined> {
  const [row] = await db.query<ListedNotification>(`select ${LISTED} from notification where tenant = $1 and id = $2`, [
    tenant,
    id,
  ])
  return row
}

export type StateRow = {
  at: Date
  status: string
  channel: ChannelName | null
  template_version: number | null
  address: string | null
  reason: string | null
  payload: Payload | null
}

/** The history of one notification, oldest first. */
export function statesOf(db: Db, tenant: string, id: string): Promise<StateRow[]> {
  return db.query<StateRow>(
    `select at, status, channel, template_version, address, reason, payload from notification_state
    where tenant = $1 and notification_id = $2 order by seq`,
    [tenant, id],
  )
}
