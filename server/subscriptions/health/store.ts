import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { About, Disabling, Recovery } from '../operator-events.ts'
import type { Failing } from './stages.ts'

type Key = { tenant: string; id: string }

/**
 * Every statement locks the subscriptions it changes in the order of their keys, and then their tenants' versions in
 * the order of theirs, so that two of them never wait for each other.
 */
const locked = (fields: string, condition: string, columns = '') => `given as (
    select * from jsonb_to_recordset($1::jsonb) as g (tenant text, id text ${fields})),
  locked as (
    select s.tenant, s.id, s.webhook_url, s.failing_since, s.disabled_at, s.warnings ${columns}
    from given join subscription s on s.tenant = given.tenant and s.id = given.id
    where ${condition} order by s.tenant, s.id for update of s)`
const THIS = 's.tenant = locked.tenant and s.id = locked.id'

/** What nodes keep in memory is compared with the version: a change that concerns sending moves it. */
const VERSIONS = `insert into subscription_change (tenant, version) select distinct tenant, 1 from changed order by tenant
  on conflict (tenant) do update set version = subscription_change.version + 1`

const AFRESH = 'failing_since = null, well_at = null, warnings = 0, warned_at = null'

/** Disables what is still active; issued without waiting, in the commit of the answer (410) that said so. */
export function disableGone(tx: Tx, gone: readonly Key[], wall: number): void {
  void tx.query(
    `with ${locked('', "s.status = 'ACTIVE'")},
     changed as (
       update subscription s set status = 'DISABLED', status_reason = 'gone', disabled_at = ${momentOf('$2')}, ${AFRESH}
       from locked where ${THIS} returning s.tenant)
     ${VERSIONS}`,
    [JSON.stringify(gone), wall],
  )
}

/** Notes that a request to a failing endpoint went well; issued without waiting, in the commit of its mark. */
export function noteWell(tx: Tx, well: readonly (Key & { at: number })[]): void {
  void tx.query(
    `with ${locked(', at double precision', `s.failing_since <= ${momentOf('given.at')} and s.well_at is null and s.status = 'ACTIVE'`, ', given.at')},
     changed as (
       update subscription s set well_at = ${momentOf('locked.at')} from locked where ${THIS} returning s.tenant)
     ${VERSIONS}`,
    [JSON.stringify(well)],
  )
}

/** An active subscription whose endpoint is looked at. */
export type Watched = About & { failing: Failing | null; enabledAt: number | null }

/** Locks those that are active and of which no recovery waits to be told. */
export async function lockWatched(tx: Tx, keys: readonly Key[]): Promise<Watched[]> {
  return tx.query(
    `with ${locked('', "s.status = 'ACTIVE' and s.well_at is null", ', s.warned_at, s.enabled_at')}
     select tenant, id, webhook_url as "webhookUrl", (extract(epoch from enabled_at) * 1000)::double precision as "enabledAt",
       case when failing_since is not null then
       jsonb_build_object('since', extract(epoch from failing_since) * 1000, 'warnings', warnings,
         'warnedAt', extract(epoch from warned_at) * 1000) end as failing
     from locked`,
    [JSON.stringify(keys)],
  )
}

/** Keeps how these fail. The caller holds them locked. */
export function keepFailing(tx: Tx, failing: readonly (Key & { failing: Failing })[]): void {
  if (failing.length === 0) return
  const rows = failing.map(({ tenant, id, failing: { since, warnings, warnedAt } }) => ({
    tenant,
    id,
    ...{ since, warnings, warned: warnedAt },
  }))
  void tx.query(
    `with given as (select * from jsonb_to_recordset($1::jsonb)
       as g (tenant text, id text, since double precision, warnings smallint, warned double precision)),
     changed as (
       update subscription s set failing_since = ${momentOf('given.since')}, warnings = given.warnings,
         warned_at = ${momentOf('given.warned')}
       from given where s.tenant = given.tenant and s.id = given.id returning s.tenant)
     ${VERSIONS}`,
    [JSON.stringify(rows)],
  )
}

/** Disables what failed for too long. The caller holds it locked. */
export function disableFailing(tx: Tx, failed: readonly (Key & { nextProbeAt: number | null })[], wall: number): void {
  if (failed.length === 0) return
  void tx.query(
    `with given as (
       select * from jsonb_to_recordset($1::jsonb) as g (tenant text, id text, "nextProbeAt" double precision)),
     changed as (
       update subscription s set status = 'DISABLED', status_reason = 'failing', disabled_at = ${momentOf('$2')}, probes = 0,
         next_probe_at = ${momentOf('given."nextProbeAt"')}
       from given where s.tenant = given.tenant and s.id = given.id returning s.tenant)
     ${VERSIONS}`,
    [JSON.stringify(failed), wall],
  )
}

type Row = Key & {
  webhook_url: string
  failing_since: Date | null
  disabled_at: Date | null
  warnings: number
}

/** Of those that were disabled and not by their owner, what is told of it. */
export async function readDisabled(db: Db, keys: readonly Key[]): Promise<Disabling[]> {
  const rows = await db.query<Row & { status_reason: 'gone' | 'failing'; disabled_at: Date }>(
    `select s.tenant, s.id, s.webhook_url, s.status_reason, s.disabled_at, s.failing_since
     from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
     join subscription s on s.tenant = wanted.tenant and s.id = wanted.id
     where s.status = 'DISABLED' and s.status_reason in ('gone', 'failing')`,
    [JSON.stringify(keys)],
  )
  return rows.map(({ tenant, id, webhook_url: webhookUrl, status_reason: reason, disabled_at, failing_since }) => ({
    ...{ tenant, id, webhookUrl, reason },
    disabledAt: disabled_at.getTime(),
    failingSince: failing_since?.getTime() ?? null,
  }))
}

const recoveryOf = ({ tenant, id, webhook_url: webhookUrl, failing_since, disabled_at }: Row): Recovery => ({
  ...{ tenant, id, webhookUrl },
  failingSince: failing_since?.getTime() ?? 0,
  disabledAt: disabled_at?.getTime() ?? null,
})

/** Ends the failing of those that went well again. @returns those whose owner had been warned */
export async function endFailing(tx: Tx, keys: readonly Key[]): Promise<Recovery[]> {
  const rows = await tx.query<Row>(
    `with ${locked('', 's.well_at is not null')},
     changed as (update subscription s set ${AFRESH} from locked where ${THIS})
     select * from locked where warnings > 0`,
    [JSON.stringify(keys)],
  )
  return rows.map(recoveryOf)
}

/** A subscription that was disabled because it failed, locked. */
export type Probed = Key & { disabledAt: number; probes: number }

export async function lockProbed(tx: Tx, keys: readonly Key[]): Promise<Probed[]> {
  return tx.query(
    `with ${locked('', "s.status = 'DISABLED' and s.status_reason = 'failing'", ', s.probes')}
     select tenant, id, (extract(epoch from disabled_at) * 1000)::double precision as "disabledAt", probes from locked`,
    [JSON.stringify(keys)],
  )
}

/** Enables what a probe found well, as if it had never failed. The caller holds it locked. */
export async function enableProbed(tx: Tx, keys: readonly Key[], wall: number): Promise<Recovery[]> {
  const rows = await tx.query<Row>(
    `with ${locked('', "s.status = 'DISABLED'")},
     changed as (
       update subscription s set status = 'ACTIVE', status_reason = null, disabled_at = null, probes = 0,
         next_probe_at = null, enabled_at = ${momentOf('$2')}, ${AFRESH}
       from locked where ${THIS} returning s.tenant),
     versions as (${VERSIONS})
     select * from locked`,
    [JSON.stringify(keys), wall],
  )
  return rows.map(recoveryOf)
}

/** Keeps how far the probing of these is; `gone`: it answered 410. The caller holds them locked. */
export function keepProbes(
  tx: Tx,
  probed: readonly (Key & { probes: number; nextProbeAt: number | null; gone: boolean })[],
): void {
  if (probed.length === 0) return
  void tx.query(
    `update subscription s set probes = given.probes, next_probe_at = ${momentOf('given."nextProbeAt"')},
       status_reason = case when given.gone then 'gone' else s.status_reason end
     from jsonb_to_recordset($1::jsonb)
       as given (tenant text, id text, probes smallint, "nextProbeAt" double precision, gone boolean)
     where s.tenant = given.tenant and s.id = given.id`,
    [JSON.stringify(probed)],
  )
}

/** What a subscription's page shows of its health beside what its attempts say; times are wall milliseconds. */
export type KeptHealth = {
  failing: Failing | null
  disabledAt: number | null
  enabledAt: number | null
  nextProbeAt: number | null
}

const KEPT = `case when failing_since is not null and well_at is null then
    jsonb_build_object('since', extract(epoch from failing_since) * 1000, 'warnings', warnings,
      'warnedAt', extract(epoch from warned_at) * 1000) end as failing,
  (extract(epoch from disabled_at) * 1000)::double precision as "disabledAt",
  (extract(epoch from enabled_at) * 1000)::double precision as "enabledAt",
  (extract(epoch from next_probe_at) * 1000)::double precision as "nextProbeAt"`

export async function readHealth(db: Db, tenant: string, id: string): Promise<KeptHealth | undefined> {
  const [row] = await db.query<KeptHealth>(`select ${KEPT} from subscription where tenant = $1 and id = $2`, [
    tenant,
    id,
  ])
  return row
}

/** The same of all subscriptions of a tenant, by id. */
export async function readHealths(db: Db, tenant: string): Promise<ReadonlyMap<string, KeptHealth>> {
  const rows = await db.query<KeptHealth & { id: string }>(`select id, ${KEPT} from subscription where tenant = $1`, [
    tenant,
  ])
  return new Map(rows.map(({ id, ...kept }) => [id, kept]))
}

/** Where the events of some subscriptions go, whether they are active or not; by tenant and id. */
export async function urlsOf(tx: Tx, keys: readonly Key[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<Key & { url: string }>(
    `select distinct s.tenant, s.id, s.webhook_url as url
     from jsonb_to_recordset($1::jsonb) as g (tenant text, id text)
     join subscription s on s.tenant = g.tenant and s.id = g.id`,
    [JSON.stringify(keys)],
  )
  return new Map(rows.map(({ tenant, id, url }) => [`${tenant}\n${id}`, url]))
}
