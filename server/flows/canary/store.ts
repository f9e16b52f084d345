import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

export type CanaryState = 'running' | 'promoted' | 'returned' | 'stopped'

export type CanaryRow = {
  tenant: string
  flowId: string
  version: number
  percent: number
  threshold: number
  minimumRuns: number
  state: CanaryState
  failed: number
  ended: number
  startedBy: string
  startedAt: Date
  endedBy: string | null
  endedAt: Date | null
}

const COLUMNS = `tenant, flow_id as "flowId", version, percent, threshold, minimum_runs as "minimumRuns", state, failed,
  ended, started_by as "startedBy", started_at as "startedAt", ended_by as "endedBy", ended_at as "endedAt"`

export type NewCanary = { flowId: string; version: number; percent: number; threshold: number; minimumRuns: number }

export function insertCanary(tx: Tx, tenant: string, made: NewCanary, { by, at }: { by: string; at: number }): void {
  void tx.query(
    `insert into flow_canary (tenant, flow_id, version, percent, threshold, minimum_runs, state, started_by, started_at)
     values ($1, $2, $3, $4, $5, $6, 'running', $7, ${momentOf(8)})`,
    [tenant, made.flowId, made.version, made.percent, made.threshold, made.minimumRuns, by, at],
  )
}

/** The canary that runs, or the one that ended last. @param lock keeps others from changing it */
export async function latestCanary(
  db: Db,
  tenant: string,
  flowId: string,
  lock = false,
): Promise<CanaryRow | undefined> {
  const [row] = await db.query<CanaryRow>(
    `select ${COLUMNS} from flow_canary where tenant = $1 and flow_id = $2 order by version desc limit 1
     ${lock ? 'for update' : ''}`,
    [tenant, flowId],
  )
  return row
}

/** Writes what becomes of a canary. */
export function saveCanary(tx: Tx, row: CanaryRow): void {
  void tx.query(
    `update flow_canary set percent = $4, state = $5, failed = $6, ended = $7, ended_by = $8, ended_at = $9
     where tenant = $1 and flow_id = $2 and version = $3`,
    [row.tenant, row.flowId, row.version, row.percent, row.state, row.failed, row.ended, row.endedBy, row.endedAt],
  )
}

/** Runs of a version that failed. Served by flow_run_failed. */
export async function failedRuns(db: Db, tenant: string, flowId: string, version: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from flow_run
     where tenant collate "C" = $1 and flow_id = $2 and version = $3 and status = 'failed'`,
    [tenant, flowId, version],
  )
  return row?.n ?? 0
}

/** Runs of a version that ended by themselves since a moment, counted up to a limit: the newest first. */
export async function endedRuns(
  db: Db,
  tenant: string,
  { flowId, version, startedAt }: Pick<CanaryRow, 'flowId' | 'version' | 'startedAt'>,
  limit: number,
): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from (
       select from flow_run
       where tenant collate "C" = $1 and flow_id = $2 and started_at >= $3 and version = $4
         and status in ('completed', 'failed')
       order by started_at desc, id desc limit $5) ended`,
    [tenant, flowId, startedAt, version, limit],
  )
  return row?.n ?? 0
}

/** Whatever version a share of the new runs tries is tried no more. */
export async function stopCanary(
  tx: Tx,
  tenant: string,
  flowId: string,
  { by, at }: { by: string; at: number },
): Promise<void> {
  const canary = await latestCanary(tx, tenant, flowId, true)
  if (canary?.state === 'running') saveCanary(tx, { ...canary, state: 'stopped', endedBy: by, endedAt: new Date(at) })
}
