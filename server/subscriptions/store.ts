import type { Db, Tx } from '#platform/work.ts'
import type { StoredEndpoint } from './endpoint.ts'
import { type Disabling, type Format, GONE, type Status, type Subscription } from './subscription.ts'

type Row = {
  id: string
  routing_key_pattern: string
  webhook_url: string
  format: Format
  status: Status
  status_reason: string | null
  created_at: Date
}

const COLUMNS = 'id, routing_key_pattern, webhook_url, format, status, status_reason, created_at'

const subscriptionOf = (row: Row): Subscription => ({
  id: row.id,
  routingKeyPattern: row.routing_key_pattern,
  webhookUrl: row.webhook_url,
  format: row.format,
  status: row.status,
  statusReason: row.status_reason,
  createdAt: row.created_at.getTime(),
})

const AT = (parameter: string) => `to_timestamp(${parameter}::double precision / 1000)`

/** All of a tenant, the oldest first. Index: subscription_created. */
export async function listSubscriptions(db: Db, tenant: string): Promise<Subscription[]> {
  const rows = await db.query<Row>(`select ${COLUMNS} from subscription where tenant = $1 order by created_at, id`, [
    tenant,
  ])
  return rows.map(subscriptionOf)
}

export async function findSubscription(db: Db, tenant: string, id: string): Promise<Subscription | undefined> {
  const [row] = await db.query<Row>(`select ${COLUMNS} from subscription where tenant = $1 and id = $2`, [tenant, id])
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

export type NewSubscription = Subscription & { secret: string; secretId: string }

/**
 * Stores what is not there yet, each with its first secret.
 * @param wall when the secrets begin
 * @returns the ids that are new
 */
export async function insertSubscriptions(
  tx: Tx,
  tenant: string,
  subscriptions: readonly NewSubscription[],
  wall: number,
): Promise<Set<string>> {
  const added = tx.query<{ id: string }>(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb) as g (id text, "routingKeyPattern" text, "webhookUrl" text, format text,
         status text, "statusReason" text, "createdAt" double precision, secret text, "secretId" uuid)),
     added as (
       insert into subscription (tenant, ${COLUMNS}, disabled_at)
       select $1, id, "routingKeyPattern", "webhookUrl", format, status, "statusReason", ${AT('"createdAt"')},
         case when status = 'DISABLED' then ${AT('$3')} end
       from given on conflict (tenant, id) do nothing returning id),
     secrets as (
       insert into subscription_secret (tenant, subscription, id, secret, created_at)
       select $1, given.id, given."secretId", given.secret, ${AT('$3')} from given join added on added.id = given.id)
     select id from added`,
    [tenant, JSON.stringify(subscriptions), wall],
  )
  noteChange(tx, tenant)
  return new Set((await added).map((row) => row.id))
}

/** @returns false when there is none */
export async function deleteSubscription(tx: Tx, tenant: string, id: string): Promise<boolean> {
  const rows = tx.query('delete from subscription where tenant = $1 and id = $2 returning 1', [tenant, id])
  noteChange(tx, tenant)
  return (await rows).length > 0
}

export type Change = { status?: Status; format?: Format }

/**
 * @param reason why, when the change disables it
 * @returns the subscription as it is now; undefined when there is none
 */
export async function changeSubscription(
  tx: Tx,
  tenant: string,
  id: string,
  change: Change,
  reason: string,
  wall: number,
): Promise<Subscription | undefined> {
  const rows = tx.query<Row>(
    `update subscription set
       format = coalesce($4::text, format),
       status_reason = case when coalesce($3::text, status) = 'ACTIVE' then null when status = 'ACTIVE' then $5::text else status_reason end,
       disabled_at = case when coalesce($3::text, status) = 'ACTIVE' then null when status = 'ACTIVE' then ${AT('$6')} else disabled_at end,
       status = coalesce($3::text, status)
     where tenant = $1 and id = $2
     returning ${COLUMNS}`,
    [tenant, id, change.status ?? null, change.format ?? null, reason, wall],
  )
  noteChange(tx, tenant)
  const [row] = await rows
  return row && subscriptionOf(row)
}

/** Gives a subscription a new secret; the others end at `until` (wall ms) at the latest. @returns false: no such one */
export async function rotateSecret(
  tx: Tx,
  tenant: string,
  id: string,
  secret: { id: string; secret: string },
  wall: number,
  until: number,
): Promise<boolean> {
  const [locked] = await tx.query('select 1 from subscription where tenant = $1 and id = $2 for update', [tenant, id])
  if (locked === undefined) return false
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
    'insert into subscription_secret (tenant, subscription, id, secret, created_at) values ($1, $2, $3, $4, $5)',
    [tenant, id, secret.id, secret.secret, new Date(wall)],
  )
  noteChange(tx, tenant)
  return true
}

const SECRETS = `(select jsonb_agg(jsonb_build_object('secret', k.secret, 'until', extract(epoch from k.valid_until) * 1000)
    order by k.valid_until desc nulls first, k.created_at desc)
  from subscription_secret k where k.tenant = s.tenant and k.subscription = s.id)`

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
    `select c.tenant, c.version, s.id, s.routing_key_pattern as pattern, s.webhook_url as url, s.format, ${SECRETS} as secrets
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

/** Of the given subscriptions those that are active, for deliveries that are tried again. */
export async function activeEndpoints(
  db: Db,
  keys: readonly { tenant: string; id: string }[],
): Promise<(StoredEndpoint & { tenant: string })[]> {
  return db.query(
    `select s.tenant, s.id, s.webhook_url as url, s.format, ${SECRETS} as secrets
     from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
     join subscription s on s.tenant = wanted.tenant and s.id = wanted.id
     where s.status = 'ACTIVE'`,
    [JSON.stringify(keys)],
  )
}

/** Disables what is still active; issued without waiting, in the commit of the answer that said so. */
export function disableGone(tx: Tx, gone: readonly { tenant: string; id: string }[], wall: number): void {
  void tx.query(
    `with gone as (select distinct tenant, id from jsonb_to_recordset($1::jsonb) as g (tenant text, id text)),
     changed as (
       update subscription s set status = 'DISABLED', status_reason = $2, disabled_at = ${AT('$3')}
       from gone where s.tenant = gone.tenant and s.id = gone.id and s.status = 'ACTIVE'
       returning s.tenant)
     insert into subscription_change (tenant, version) select distinct tenant, 1 from changed order by tenant
     on conflict (tenant) do update set version = subscription_change.version + 1`,
    [JSON.stringify(gone), GONE, wall],
  )
}

/** What is disabled because its receiver is gone. */
export async function readGone(db: Db, keys: readonly { tenant: string; id: string }[]): Promise<Disabling[]> {
  const rows = await db.query<{
    tenant: string
    id: string
    webhook_url: string
    status_reason: string
    disabled_at: Date
  }>(
    `select s.tenant, s.id, s.webhook_url, s.status_reason, s.disabled_at
     from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
     join subscription s on s.tenant = wanted.tenant and s.id = wanted.id
     where s.status = 'DISABLED' and s.status_reason = $2`,
    [JSON.stringify(keys), GONE],
  )
  return rows.map((row) => ({
    tenant: row.tenant,
    id: row.id,
    webhookUrl: row.webhook_url,
    reason: row.status_reason,
    disabledAt: row.disabled_at.getTime(),
  }))
}
