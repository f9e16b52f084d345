import { redacted } from '#access/audit/audit.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Identity } from '#platform/http/route.ts'
import { uuidv7 } from '#platform/ids.ts'
import type { Db } from '#platform/work.ts'

/** Who did it, as a call knows it: pass the call itself. */
export type Actor = { identity: Pick<Identity, 'tenant' | 'actor'>; traceparent: string | null }

export type AuditEntry = {
  /** Wall milliseconds. */
  at: number
  /** `queue.changed`, `key.revoked`: the thing and what happened to it. */
  action: string
  /** `queue:support`, `user:0190…`. */
  target: string
  /** Its state before and after; secrets in them are replaced. */
  before?: unknown
  after?: unknown
}

/**
 * Writes an act to the audit of the actor's tenant, in the same transaction as the act. Issues one statement and
 * does not wait for it.
 */
export function audit(tx: Db, { identity, traceparent }: Actor, entry: AuditEntry): void {
  const state = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(redacted(value)))
  void tx.query(
    `insert into audit (tenant, id, at, actor, action, target, before, after, traceparent)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9)`,
    [
      identity.tenant,
      uuidv7(entry.at),
      new Date(entry.at),
      identity.actor,
      entry.action,
      entry.target,
      state(entry.before),
      state(entry.after),
      traceparent,
    ],
  )
}

export type AuditRow = {
  id: string
  at: Date
  actor: string
  action: string
  target: string
  before: unknown
  after: unknown
  traceparent: string | null
}

export type AuditFilter = { actor?: string; action?: string; target?: string; from?: string; to?: string }

/** The newest first. Served by audit_at. */
export const listAudit = (
  db: Db,
  tenant: string,
  filter: AuditFilter,
  before: { at: string; id: string } | undefined,
  limit: number,
): Promise<Found<AuditRow>> =>
  readPage<AuditRow>(
    db,
    `select id, at, actor, action, target, before, after, traceparent
     from audit
     where tenant = $1
       and ($2::text is null or actor = $2)
       and ($3::text is null or action = $3)
       and ($4::text is null or target = $4)
       and ($5::timestamptz is null or at >= $5)
       and ($6::timestamptz is null or at < $6)
       and ($7::timestamptz is null or (at, id) < ($7, $8))
     order by at desc, id desc`,
    [
      tenant,
      filter.actor ?? null,
      filter.action ?? null,
      filter.target ?? null,
      filter.from ?? null,
      filter.to ?? null,
      before?.at ?? null,
      before?.id ?? null,
    ],
    limit,
  )
