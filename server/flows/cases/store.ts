import type { CaseBody, NamedCase } from '#flows/cases/case.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Db, Tx } from '#platform/work.ts'

export type CaseRow = { name: string; body: CaseBody; updatedBy: string; updatedAt: Date }

const COLUMNS = 'name, body, updated_by as "updatedBy", updated_at as "updatedAt"'

/** The cases of a flow by name. */
export const listCases = (
  db: Db,
  tenant: string,
  flowId: string,
  after: string | undefined,
  limit: number,
): Promise<Found<CaseRow>> =>
  readPage<CaseRow>(
    db,
    `select ${COLUMNS} from flow_case where tenant = $1 and flow_id = $2 and ($3::text is null or name > $3) order by name`,
    [tenant, flowId, after ?? null],
    limit,
  )

/** All cases of a flow, to be played. */
export async function casesOf(db: Db, tenant: string, flowId: string): Promise<NamedCase[]> {
  const rows = await db.query<CaseRow>(
    `select ${COLUMNS} from flow_case where tenant = $1 and flow_id = $2 order by name`,
    [tenant, flowId],
  )
  return rows.map(({ name, body }) => ({ name, ...body }))
}

export async function readCase(db: Db, tenant: string, flowId: string, name: string): Promise<CaseRow | undefined> {
  const [row] = await db.query<CaseRow>(
    `select ${COLUMNS} from flow_case where tenant = $1 and flow_id = $2 and name = $3`,
    [tenant, flowId, name],
  )
  return row
}

/** Writes a case, new or changed. @returns how many the flow has then */
export async function saveCase(
  tx: Tx,
  tenant: string,
  flowId: string,
  { name, ...body }: NamedCase,
  { by, at }: { by: string; at: number },
): Promise<number> {
  await tx.query(
    `insert into flow_case (tenant, flow_id, name, body, updated_by, updated_at)
     values ($1, $2, $3, $4::json, $5, to_timestamp($6::double precision / 1000))
     on conflict (tenant, flow_id, name)
     do update set body = excluded.body, updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
    [tenant, flowId, name, JSON.stringify(body), by, at],
  )
  const [row] = await tx.query<{ n: number }>(
    'select count(*)::int as n from flow_case where tenant = $1 and flow_id = $2',
    [tenant, flowId],
  )
  return row?.n ?? 0
}

/** @returns false when there is none of that name */
export async function deleteCase(tx: Tx, tenant: string, flowId: string, name: string): Promise<boolean> {
  const rows = await tx.query('delete from flow_case where tenant = $1 and flow_id = $2 and name = $3 returning 1', [
    tenant,
    flowId,
    name,
  ])
  return rows.length === 1
}

/** Removes the cases of a flow whose names are not among these. */
export async function deleteOtherCases(
  tx: Tx,
  tenant: string,
  flowId: string,
  names: readonly string[],
): Promise<void> {
  await tx.query('delete from flow_case where tenant = $1 and flow_id = $2 and name <> all($3::text[])', [
    tenant,
    flowId,
    names,
  ])
}
