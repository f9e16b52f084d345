import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Destination } from './destinations/kinds.ts'
import type { StoredEndpoint } from './endpoint.ts'
import type { Secret } from './secrets.ts'
import type { PublicKey, Reason, Status, Subscription } from './subscription.ts'
import type { Format } from './wire.ts'

type Row = {
  id: string
  routing_key_pattern: string
  webhook_url: string
  destination: Destination | null
  format: Format
  status: Status
  status_reason: Reason | null
  created_at: Date
  retry_delays_s: number[] | null
  keys: { publicKey: string | null; until: number | null }[]
}

const COLUMNS =
  'id, routing_key_pattern, webhook_url, destination, format, status, status_reason, created_at, retry_delays_s'

const MS = (column: string) => `extract(epoch from ${column}) * 1000`

/** The public halves of the secrets that sign at this wall time, the newest first; null for those that have none. */
const keys = (wall: string) => `coalesce((
  select jsonb_agg(jsonb_build_object('publicKey', k.public_key, 'until', ${MS('k.valid_until')})
    order by k.valid_until desc nulls first, k.created_at desc)
  from subscription_secret k where k.tenant = subscription.tenant and k.subscription = subscription.id
    and (k.valid_until is null or k.valid_until > ${momentOf(wall)})), '[]') as keys`

const subscriptionOf = (row: Row): Subscription => ({
  id: row.id,
  routingKeyPattern: row.routing_key_pattern,
  webhookUrl: row.webhook_url,
  destination: row.destination,
  format: row.format,
  status: row.status,
  statusReason: row.status_reason,
  createdAt: row.created_at.getTime(),
  delaysS: row.retry_delays_s,
  signature: row.keys[0]?.publicKey ? 'v1a' : 'v1',
  publicKeys: row.keys.filter((key): key is PublicKey => key.publicKey !== null),
  previousUntil: row.keys.reduce<number | null>((last, { until }) => Math.max(last ?? 0, until ?? 0) || null, null),
})

/** All of a tenant, the oldest first. Index: subscription_created. */
export async function listSubscriptions(db: Db, tenant: string, wall: number): Promise<Subscription[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS}, ${keys('$2')} from subscription where tenant = $1 order by created_at, id`,
    [tenant, wall],
  )
  return rows.map(subscriptionOf)
}

export async function findSubscription(
  db: Db,
  tenant: string,
  id: string,
  wall: number,
): Promise<Subscription | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS}, ${keys('$3')} from subscription where tenant = $1 and id = $2`,
    [tenant, id, wall],
  )
  return row && subscriptionOf(row)
}

/** Told in the commit of every change, so that no node goes on with what it knew before. */
function noteChange(tx: Tx, tenant: string): void {
  void tx.query(
    `insert into subscription_change (tenant, version) values ($1, 1)
     on conflict (tenant) do update set version = subscription_change.version + 1`,
    [tenant],
  )
}

/** `first` is null where nothing is signed. */
export type NewSubscription = Subscription & { first: Secret | null }

/**
 * Stores what is not there yet, each with its first secret, if it has one.
 * @param wall when the secrets begin
 * @returns by id those that were stored `now`, and those that have this very secret from an earlier try of the same request
 */
export async function insertSubscriptions(
  tx: Tx,
  tenant: string,
  subscriptions: readonly NewSubscription[],
  wall: number,
): Promise<Map<string, { now: boolean }>> {
  const made = tx.query<{ id: string; now: boolean }>(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb) as g (id text, "routingKeyPattern" text, "webhookUrl" text, destination jsonb, format text,
         status text, "statusReason" text, "createdAt" double precision, "delaysS" integer[], first jsonb)),
     added as (
       insert into subscription (tenant, ${COLUMNS}, disabled_at)
       select $1, id, "routingKeyPattern", "webhookUrl", nullif(destination, 'null'), format, status, "statusReason", ${momentOf('"createdAt"')}, "delaysS",
         case when status = 'DISABLED' then ${momentOf('$3')} end
       from given on conflict (tenant, id) do nothing returning id),
     secrets as (
       insert into subscription_secret (tenant, subscription, id, secret, public_key, created_at)
       select $1, given.id, (given.first->>'id')::uuid, given.first->>'secret', given.first->>'publicKey', ${momentOf('$3')}
       from given join added on added.id = given.id where given.first <> 'null')
     select id, true as now from added
     union all
     select given.id, false from given
     join subscription_secret k on k.tenant = $1 and k.subscription = given.id and k.id = (given.first->>'id')::uuid`,
    [tenant, JSON.stringify(subscriptions), wall],
  )
  noteChange(tx, tenant)
  return new Map((await made).map(({ id, now }) => [id, { now }]))
}

/** @returns false when there is none */
export async function deleteSubscription(tx: Tx, tenant: string, id: string): Promise<boolean> {
  const rows = tx.query('delete from subscription where tenant = $1 and id = $2 returning 1', [tenant, id])
  noteChange(tx, tenant)
  return (await rows).length > 0
}

export type Change = {
  routingKeyPattern?: string
  /** Another address is another endpoint: what was known of the health of the former does not hold for it. */
  webhookUrl?: string
  /** With `webhookUrl`, its address as a text. */
  destination?: Destination
  status?: Status
  format?: Format
  delaysS?: readonly number[] | null
}

/**
 * What its owner changes. A status that is given ends whatever was known of its health: enabled, it begins afresh;
 * disabled, it stays so until its owner enables it, whatever it was disabled for before.
 * @returns the subscription as it is now; undefined when there is none
 */
export async function changeSubscription(
  tx: Tx,
  tenant: string,
  id: string,
  change: Change,
  wall: number,
): Promise<Subscription | undefined> {
  const turned = `($3::text = 'DISABLED' or $3 <> status)`
  const afresh = `(${turned} or $8::text <> webhook_url)`
  const rows = tx.query<Row>(
    `update subscription set
       format = coalesce($4::text, format),
       retry_delays_s = case when $5 then $6::integer[] else retry_delays_s end,
       status_reason = case $3 when 'ACTIVE' then null when 'DISABLED' then 'owner' else status_reason end,
       disabled_at = case when $3 = 'ACTIVE' then null when ${turned} then coalesce(disabled_at, ${momentOf('$7')}) else disabled_at end,
       failing_since = case when ${afresh} then null else failing_since end,
       well_at = case when ${afresh} then null else well_at end,
       warnings = case when ${afresh} then 0 else warnings end,
       warned_at = case when ${afresh} then null else warned_at end,
       probes = case when ${turned} then 0 else probes end,
       next_probe_at = case when ${turned} then null else next_probe_at end,
       enabled_at = case when $3 = 'ACTIVE' and status = 'DISABLED' then ${momentOf('$7')} else enabled_at end,
       routing_key_pattern = coalesce($9::text, routing_key_pattern),
       webhook_url = coalesce($8::text, webhook_url),
       destination = coalesce($10::jsonb, destination),
       status = coalesce($3, status)
     where tenant = $1 and id = $2
     returning ${COLUMNS}, ${keys('$7')}`,
    [
      tenant,
      id,
      change.status ?? null,
      change.format ?? null,
      change.delaysS !== undefined,
      change.delaysS ?? null,
      wall,
      change.webhookUrl ?? null,
      change.routingKeyPattern ?? null,
      change.destination === undefined ? null : JSON.stringify(change.destination),
    ],
  )
  noteChange(tx, tenant)
  const [row] = await rows
  return row && subscriptionOf(row)
}

/**
 * Gives a subscription a new secret; the others end `overlapMs` later at the latest. One that is there already is left
 * alone, so that a repeat changes nothing.
 * @returns when the others end (wall ms); undefined when there is no such subscription
 */
export async function rotateSecret(
  tx: Tx,
  tenant: string,
  id: string,
  fresh: Secret,
  wall: number,
  overlapMs: number,
): Promise<number | undefined> {
  const [locked] = await tx.query('select 1 from subscription where tenant = $1 and id = $2 for update', [tenant, id])
  if (locked === undefined) return undefined
  const [known] = await tx.query<{ created_at: Date }>(
    'select created_at from subscription_secret where tenant = $1 and subscription = $2 and id = $3',
    [tenant, id, fresh.id],
  )
  if (known !== undefined) return known.created_at.getTime() + overlapMs
  const until = wall + overlapMs
  void tx.query('delete from subscription_secret where tenant = $1 and subscription = $2 and valid_until <= $3', [
    tenant,
    id,
    new Date(wall),
  ])
  void tx.query(
    `update subscription_secret set valid_until = $3
     where tenant = $1 and subscription = $2 and (valid_until is null or valid_until > $3)`,
    [tenant, id, new Date(until)],
  )
  void tx.query(
    `insert into subscription_secret (tenant, subscription, id, secret, public_key, created_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tenant, id, fresh.id, fresh.secret, fresh.publicKey, new Date(wall)],
  )
  noteChange(tx, tenant)
  return until
}

/**
 * Ends the secrets that a rotation left to sign for a while.
 * @returns false when none did
 */
export async function endPreviousSecrets(tx: Tx, tenant: string, id: string, wall: number): Promise<boolean> {
  const rows = tx.query(
    `update subscription_secret set valid_until = $3
     where tenant = $1 and subscription = $2 and valid_until > $3 returning 1`,
    [tenant, id, new Date(wall)],
  )
  noteChange(tx, tenant)
  return (await rows).length > 0
}

const ENDPOINT = `s.id, s.webhook_url as url, s.destination, s.format, s.retry_delays_s as "delaysS",
  case when s.failing_since is not null and s.well_at is null then
    jsonb_build_object('since', ${MS('s.failing_since')}, 'warnings', s.warnings, 'warnedAt', ${MS('s.warned_at')}) end as failing,
  coalesce((select jsonb_agg(jsonb_build_object('secret', k.secret, 'until', ${MS('k.valid_until')})
    order by k.valid_until desc nulls first, k.created_at desc)
  from subscription_secret k where k.tenant = s.tenant and k.subscription = s.id), '[]') as secrets`

export type TenantEndpoints = { version: number; endpoints: readonly (StoredEndpoint & { pattern: string })[] }

/** The versions of the given tenants' subscriptions; a tenant that never had one is absent. */
export async function readVersions(db: Db, tenants: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ tenant: string; version: number }>(
    'select tenant, version from subscription_change where tenant = any($1::text[])',
    [tenants],
  )
  return new Map(rows.map((row) => [row.tenant, row.version]))
}

/** Version and active subscriptions of the given tenants, out of one snapshot. */
export async function readEndpoints(db: Db, tenants: readonly string[]): Promise<Map<string, TenantEndpoints>> {
  type Found = { tenant: string; version: number; id: string | null; pattern: string } & StoredEndpoint
  const rows = await db.query<Found>(
    `select c.tenant, c.version, s.routing_key_pattern as pattern, ${ENDPOINT}
     from subscription_change c left join subscription s on s.tenant = c.tenant and s.status = 'ACTIVE'
     where c.tenant = any($1::text[])
     order by s.created_at, s.id`,
    [tenants],
  )
  const found = new Map<string, { version: number; endpoints: (StoredEndpoint & { pattern: string })[] }>()
  for (const { tenant, version, ...endpoint } of rows) {
    const known = found.get(tenant) ?? { version, endpoints: [] }
    if (endpoint.id !== null) known.endpoints.push(endpoint)
    found.set(tenant, known)
  }
  return found
}

type Key = { tenant: string; id: string }

const WANTED = `jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
  join subscription s on s.tenant = wanted.tenant and s.id = wanted.id`

/** Of the given subscriptions those that are active, for deliveries that are tried again. */
export const activeEndpoints = (db: Db, wanted: readonly Key[]): Promise<(StoredEndpoint & { tenant: string })[]> =>
  db.query(`select s.tenant, ${ENDPOINT} from ${WANTED} where s.status = 'ACTIVE'`, [JSON.stringify(wanted)])

/** Of the given subscriptions those that were disabled because they failed, for their probes. */
export const probedEndpoints = (db: Db, wanted: readonly Key[]): Promise<(StoredEndpoint & { tenant: string })[]> =>
  db.query(`select s.tenant, ${ENDPOINT} from ${WANTED} where s.status = 'DISABLED' and s.status_reason = 'failing'`, [
    JSON.stringify(wanted),
  ])

/** Delays between attempts, of those that have their own. */
export const delaysOf = (db: Db, wanted: readonly Key[]): Promise<(Key & { delaysS: number[] })[]> =>
  db.query(`select s.tenant, s.id, s.retry_delays_s as "delaysS" from ${WANTED} where s.retry_delays_s is not null`, [
    JSON.stringify(wanted),
  ])

/** Subscriptions of all tenants that were disabled because their endpoints fail or said that they are gone. */
export async function countDisabled(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    "select count(*)::int as n from subscription where status = 'DISABLED' and status_reason in ('failing', 'gone')",
  )
  return row?.n ?? 0
}
