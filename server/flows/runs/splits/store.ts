import type { Tx } from '#platform/work.ts'

/** An arm that a run went. `at` is domain milliseconds. */
export type SplitRow = {
  tenant: string
  flowId: string
  node: string
  runId: string
  version: number
  arm: string
  holdout: boolean
  unit: string
  contactId: string | null
  encounterId: string | null
  at: number
}

const INSERT = `insert into flow_split (tenant, flow_id, node, run_id, version, arm, holdout, unit, contact_id, encounter_id, at)
select tenant, flow, node, run, version, arm, holdout, unit, contact, encounter, to_timestamp(at / 1000)
from jsonb_to_recordset($1::jsonb) as s (tenant text, flow uuid, node text, run uuid, version int, arm text,
  holdout boolean, unit text, contact text, encounter text, at double precision)
on conflict (tenant, run_id, node) do nothing`

/** Notes arms; a run that comes by again goes the same way and is noted once. */
export function insertSplits(tx: Tx, rows: readonly SplitRow[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ flowId, runId, contactId, encounterId, ...row }) => ({
    ...row,
    flow: flowId,
    run: runId,
    contact: contactId,
    encounter: encounterId,
  }))
  void tx.query(INSERT, [JSON.stringify(named)])
}
