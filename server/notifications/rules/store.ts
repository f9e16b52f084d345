import { parsedOnce } from '#platform/parsed-once.ts'
import type { Db, Tx } from '#platform/work.ts'
import { ownKey } from '../store.ts'
import type { Pace } from './pace.ts'
import type { Left, SendingRules } from './rules.ts'

/** Their hours are kept as calendars. */
const rulesOfText = parsedOnce<SendingRules>(1_000)

/** The rules of tenants, in one statement; those that have none are absent. */
export async function rulesOfTenants(db: Db, tenants: readonly string[]): Promise<ReadonlyMap<string, SendingRules>> {
  const rows = await db.query<{ tenant: string; rules: string }>(
    'select tenant, rules from sending_rules where tenant = any($1::text[])',
    [tenants],
  )
  return new Map(rows.map(({ tenant, rules }) => [tenant, rulesOfText(rules)]))
}

/** @param lock kept until the transaction ends, by whoever puts other rules in their place */
export async function readRules(db: Db, tenant: string, lock: '' | 'for update' = ''): Promise<SendingRules | null> {
  const [row] = await db.query<{ rules: string }>(`select rules from sending_rules where tenant = $1 ${lock}`, [tenant])
  return row === undefined ? null : rulesOfText(row.rules)
}

export async function saveRules(db: Db, tenant: string, rules: SendingRules, at: number): Promise<void> {
  await db.query(
    `insert into sending_rules (tenant, rules, updated_at) values ($1, $2, to_timestamp($3::double precision / 1000))
    on conflict (tenant) do update set rules = excluded.rules, updated_at = excluded.updated_at`,
    [tenant, JSON.stringify(rules), at],
  )
}

/**
 * The pace of people by `ownKey(tenant, person)`, in one statement; those of whom nothing is kept are absent.
 * @param lock taken in the order of the keys, so that who decides about one person waits for the other
 */
export async function pacesOf(
  db: Db,
  people: readonly { tenant: string; person: string }[],
  lock: '' | 'for update' = '',
): Promise<ReadonlyMap<string, Pace>> {
  if (people.length === 0) return new Map()
  const ordered = [...people].sort((a, b) => (ownKey(a.tenant, a.person) < ownKey(b.tenant, b.person) ? -1 : 1))
  const rows = await db.query<{ tenant: string; person: string; version: string; handed: string }>(
    `select p.tenant, p.person, p.version::text, p.handed
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, person text)
    cross join lateral (
      select * from notification_pace p where p.tenant = wanted.tenant and p.person = wanted.person limit 1 ${lock}) p`,
    [JSON.stringify(ordered)],
  )
  return new Map(
    rows.map(({ tenant, person, version, handed }) => [
      ownKey(tenant, person),
      { tenant, person, version: Number(version), left: JSON.parse(handed) as Left[] },
    ]),
  )
}

// In the order of the keys, so that two who write the same people wait for one another and not in a ring.
const SAVE = `with written as (
  insert into notification_pace as p (tenant, person, version, handed)
  select e->>0, e->>1, 1, e->>3 from jsonb_array_elements($1::jsonb) as e where e->>2 = '0' order by 1, 2
  on conflict (tenant, person) do nothing
  returning 1),
changed as (
  update notification_pace p set version = p.version + 1, handed = e->>3
  from jsonb_array_elements($1::jsonb) as e
  where e->>2 <> '0' and p.tenant = e->>0 and p.person = e->>1 and p.version = (e->>2)::bigint
  returning 1)
select assert_rows((select count(*) from written) + (select count(*) from changed), $2::bigint)`

/** Issues the writes of paces as they stand now. CA001 when somebody else has written one since it was read. */
export function savePaces(tx: Tx, paces: readonly Pace[]): void {
  if (paces.length === 0) return
  const rows = paces
    .map(({ tenant, person, version, left }) => [tenant, person, String(version), JSON.stringify(left)])
    .sort((a, b) => (ownKey(a[0] ?? '', a[1] ?? '') < ownKey(b[0] ?? '', b[1] ?? '') ? -1 : 1))
  void tx.query(SAVE, [JSON.stringify(rows), rows.length])
}

/** Nothing is counted any more, and nothing is kept of whom was told what. */
export async function forgetPaces(db: Db, tenant: string): Promise<void> {
  await db.query('delete from notification_pace where tenant = $1', [tenant])
}
