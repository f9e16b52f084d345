import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Db, Tx } from '#platform/work.ts'

export const STATUSES = ['pending', 'approved', 'rejected', 'expired', 'withdrawn'] as const
export type ApprovalStatus = (typeof STATUSES)[number]

/** Something that a run asks to be approved. Times of this type are domain milliseconds. */
export type NewApproval = {
  tenant: string
  id: string
  flowId: string
  runId: string
  node: string
  visit: number
  toUser: string | null
  toAddress: string | null
  text: string
  encounterId: string | null
  contactId: string | null
  askedAt: number
  expiresAt: number | null
}

export type ApprovalRow = Omit<NewApproval, 'tenant' | 'askedAt' | 'expiresAt'> & {
  status: ApprovalStatus
  askedAt: Date
  expiresAt: Date | null
  decidedAt: Date | null
  decidedBy: string | null
  note: string | null
}

const INSERT = `insert into flow_approval (tenant, id, flow_id, run_id, node, visit, to_user, to_address, text, encounter_id,
  contact_id, asked_at, expires_at)
select tenant, id, "flowId", "runId", node, visit, "toUser", "toAddress", text, "encounterId", "contactId",
  to_timestamp("askedAt" / 1000), to_timestamp("expiresAt" / 1000)
from jsonb_to_recordset($1::jsonb) as a (tenant text, id uuid, "flowId" uuid, "runId" uuid, node text, visit int,
  "toUser" text, "toAddress" text, text text, "encounterId" text, "contactId" text, "askedAt" double precision,
  "expiresAt" double precision)
on conflict do nothing`

export function insertApprovals(tx: Tx, approvals: readonly NewApproval[]): void {
  if (approvals.length > 0) void tx.query(INSERT, [JSON.stringify(approvals)])
}

/** Nobody can answer these any more: their time is over, or their run went on without them. */
export function closeApprovals(
  tx: Tx,
  closed: readonly { tenant: string; id: string; status: 'expired' | 'withdrawn'; at: number }[],
): void {
  if (closed.length === 0) return
  void tx.query(
    `update flow_approval a set status = c.status, decided_at = to_timestamp(c.at / 1000)
     from jsonb_to_recordset($1::jsonb) as c (tenant text, id uuid, status text, at double precision)
     where a.tenant = c.tenant and a.id = c.id and a.status = 'pending'`,
    [JSON.stringify(closed)],
  )
}

const SHOWN = `id, flow_id as "flowId", run_id as "runId", node, visit, to_user as "toUser", to_address as "toAddress", text,
  status, encounter_id as "encounterId", contact_id as "contactId", asked_at as "askedAt", expires_at as "expiresAt",
  decided_at as "decidedAt", decided_by as "decidedBy", note`

export type ApprovalFilter = {
  status?: ApprovalStatus
  flowId?: string
  toUser?: string
  before?: { at: string; id: string }
}

/** The newest first; `flow_approval_pending` serves those that wait, `flow_approval_list` the others. */
export async function listApprovals(
  db: Db,
  tenant: string,
  { status, flowId, toUser, before }: ApprovalFilter,
  limit: number,
): Promise<Found<ApprovalRow>> {
  // Said in the statement too, where the index is for those that wait.
  const waits = status === 'pending' ? `and status = 'pending'` : ''
  return readPage<ApprovalRow>(
    db,
    `select ${SHOWN} from flow_approval
     where tenant collate "C" = $1 ${waits} and ($2::text is null or status = $2)
       and ($3::uuid is null or flow_id = $3) and ($4::text is null or to_user = $4)
       and ($5::timestamptz is null or (asked_at, id) < ($5, $6::uuid))
     order by asked_at desc, id desc`,
    [tenant, status ?? null, flowId ?? null, toUser ?? null, before?.at ?? null, before?.id ?? null],
    limit,
  )
}

export async function readApproval(db: Db, tenant: string, id: string): Promise<ApprovalRow | undefined> {
  const [row] = await db.query<ApprovalRow>(`select ${SHOWN} from flow_approval where tenant = $1 and id = $2`, [
    tenant,
    id,
  ])
  return row
}

export type Decision = { status: 'approved' | 'rejected'; by: string; at: number; note: string | null }

/** @returns undefined when it was answered, or closed, meanwhile */
export async function decideApproval(
  tx: Tx,
  tenant: string,
  id: string,
  { status, by, at, note }: Decision,
): Promise<ApprovalRow | undefined> {
  const [row] = await tx.query<ApprovalRow>(
    `update flow_approval set status = $3, decided_by = $4, decided_at = to_timestamp($5::double precision / 1000), note = $6
     where tenant = $1 and id = $2 and status = 'pending'
     returning ${SHOWN}`,
    [tenant, id, status, by, at, note],
  )
  return row
}
