import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Db } from '#platform/work.ts'
import type { Rule, RuleDefinition } from './rule.ts'

type Row = {
  tenant: string
  id: string
  name: string
  enabled: boolean
  topic: string
  does: Omit<RuleDefinition, 'name' | 'enabled' | 'topic'>
  created_at: Date
  updated_at: Date
}

const COLUMNS = 'tenant, id, name, enabled, topic, does, created_at, updated_at'
const INSERT = `insert into mqtt_rule (tenant, id, name, enabled, topic, does, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6::jsonb, to_timestamp($7::double precision / 1000), to_timestamp($7::double precision / 1000))
on conflict (tenant, id) do nothing returning 1`
const UPDATE = `update mqtt_rule set name = $3, enabled = $4, topic = $5, does = $6::jsonb,
  updated_at = to_timestamp($7::double precision / 1000) where tenant = $1 and id = $2`
// Served by mqtt_rule_created.
const LIST = `select ${COLUMNS} from mqtt_rule where tenant = $1
and ($2::text is null or (created_at, id) > ($2::timestamptz, $3)) order by created_at, id`
const CHANGED = `insert into mqtt_rule_change (tenant, version) values ($1, 1)
on conflict (tenant) do update set version = mqtt_rule_change.version + 1`

const ruleOf = ({ does, created_at, updated_at, ...row }: Row): Rule => ({
  ...row,
  ...does,
  createdAt: created_at.getTime(),
  updatedAt: updated_at.getTime(),
})

function valuesOf({ tenant, id, name, enabled, topic, where, event, republish, reply, updatedAt }: Rule): unknown[] {
  return [tenant, id, name, enabled, topic, JSON.stringify({ where, event, republish, reply }), updatedAt]
}

/** @returns false when there is one of that id */
export async function insertRule(db: Db, rule: Rule): Promise<boolean> {
  return (await db.query(INSERT, valuesOf(rule))).length > 0
}

export const updateRule = (db: Db, rule: Rule): Promise<unknown> => db.query(UPDATE, valuesOf(rule))

export async function deleteRule(db: Db, tenant: string, id: string): Promise<boolean> {
  const gone = await db.query('delete from mqtt_rule where tenant = $1 and id = $2 returning 1', [tenant, id])
  return gone.length > 0
}

/** @param lock until the end of the transaction */
export async function findRule(db: Db, tenant: string, id: string, lock = false): Promise<Rule | undefined> {
  const text = `select ${COLUMNS} from mqtt_rule where tenant = $1 and id = $2${lock ? ' for update' : ''}`
  const [row] = await db.query<Row>(text, [tenant, id])
  return row === undefined ? undefined : ruleOf(row)
}

/** In the order in which they were made. */
export async function listRules(
  db: Db,
  tenant: string,
  after: { createdAt: string; id: string } | undefined,
  limit: number,
): Promise<Found<Rule>> {
  const { rows, more } = await readPage<Row>(db, LIST, [tenant, after?.createdAt ?? null, after?.id ?? null], limit)
  return { rows: rows.map(ruleOf), more }
}

/** All that are in force. */
export async function enabledRules(db: Db, tenant: string): Promise<Rule[]> {
  return (await db.query<Row>(`select ${COLUMNS} from mqtt_rule where tenant = $1 and enabled`, [tenant])).map(ruleOf)
}

export async function countRules(db: Db, tenant: string): Promise<number> {
  const [row] = await db.query<{ rules: number }>('select count(*)::int as rules from mqtt_rule where tenant = $1', [
    tenant,
  ])
  return row?.rules ?? 0
}

/** Marks, in the commit of a change, that what nodes keep of the rules is old. */
export const rulesChanged = (db: Db, tenant: string): Promise<unknown> => db.query(CHANGED, [tenant])

export async function rulesVersion(db: Db, tenant: string): Promise<number> {
  const [row] = await db.query<{ version: number }>('select version from mqtt_rule_change where tenant = $1', [tenant])
  return row?.version ?? 0
}
