import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Payload } from '../store.ts'

export type InboxOwner = { tenant: string; kind: 'user' | 'contact'; id: string }

export type InboxRow = {
  id: string
  template: string | null
  payload: Payload
  created_at: Date
  read_at: Date | null
}

const MINE = `tenant collate "C" = $1 and user_kind = $2 and user_id = $3 and in_inbox`

/** A person's messages, newest first; served by notification_person. */
export async function readInbox(
  db: Db,
  owner: InboxOwner,
  page: { before?: { at: string; id: string } | undefined; limit: number },
): Promise<Found<InboxRow>> {
  const { rows, more } = await readPage<Omit<InboxRow, 'payload'> & { payload: string }>(
    db,
    `select id::text, template, payload, created_at, read_at from notification
    where ${MINE} and ($4::timestamptz is null or (created_at, id) < ($4, $5::uuid))
    order by created_at desc, id desc`,
    [owner.tenant, owner.kind, owner.id, page.before?.at ?? null, page.before?.id ?? null],
    page.limit,
    'octet_length(q.payload)',
  )
  return { rows: rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) as Payload })), more }
}

/** Served by notification_unread alone. */
export async function countUnread(db: Db, owner: InboxOwner): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::integer as n from notification where ${MINE} and read_at is null`,
    [owner.tenant, owner.kind, owner.id],
  )
  return row?.n ?? 0
}

/**
 * Marks messages of this person as read; those of others and those read already are left alone.
 * @param ids null: all
 * @returns how many were marked now
 */
export async function markRead(tx: Tx, owner: InboxOwner, ids: readonly string[] | null, now: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `with marked as (
      update notification set read_at = to_timestamp($4::double precision / 1000),
        states = left(states, -1) || ',' || $6::text || ']'
      where ${MINE} and read_at is null and ($5::uuid[] is null or id = any($5::uuid[]))
      returning 1)
    select count(*)::integer as n from marked`,
    [owner.tenant, owner.kind, owner.id, now, ids, JSON.stringify({ at: now, status: 'read', channel: 'inbox' })],
  )
  return row?.n ?? 0
}
