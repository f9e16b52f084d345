import { type Found, readPage } from '#platform/bounded-page.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db } from '#platform/work.ts'
import type { ChannelName } from './request.ts'
import { type Payload, payloadOf, type StateRow, type Status } from './store.ts'

/** A notification as lists show it. */
export type ListedNotification = {
  id: string
  user_kind: 'contact' | 'user' | null
  user_id: string | null
  address: string | null
  channel: ChannelName | null
  template: string | null
  template_version: number | null
  locale: string | null
  payload: Payload | null
  category: string | null
  status: Status
  reason: string | null
  dedupe_key: string | null
  cause: string | null
  encounter_id: string | null
  send_at: Date | null
  created_at: Date
  updated_at: Date
  read_at: Date | null
}

const LISTED = `id::text, user_kind, user_id, address, channel, template, template_version, locale, payload, category,
  status, reason, dedupe_key, cause, encounter_id, send_at, created_at, updated_at, read_at`

export type ListFilter = {
  status?: Status | undefined
  contactId?: string | undefined
  userId?: string | undefined
  conversation?: string | undefined
  template?: string | undefined
  channel?: ChannelName | undefined
  category?: string | undefined
  from?: string | undefined
  to?: string | undefined
  before?: { at: string; id: string } | undefined
  limit: number
}

/** All else of a notification is short. */
const SIZE = 'coalesce(octet_length(q.payload), 0) + 1000'

/** Statuses that few have: notification_apart holds these. */
const APART: readonly Status[] = ['held', 'failed', 'suppressed', 'cancelled']

/**
 * Newest first. Served by notification_created, a person's by notification_person, a conversation's by notification_encounter, what
 * stands apart by notification_apart.
 * @param queued ids of those that can be `queued`, where that is asked for and they are few
 */
export async function listNotifications(
  db: Db,
  tenant: string,
  { status, contactId, userId, conversation, template, channel, category, from, to, before, limit }: ListFilter,
  queued?: readonly string[],
): Promise<Found<ListedNotification>> {
  const values: unknown[] = [tenant]
  const bind = (value: unknown) => `$${values.push(value)}`
  const where = ['tenant collate "C" = $1']
  const is = (value: unknown, condition: (bound: string) => string) => {
    if (value !== undefined) where.push(condition(bind(value)))
  }
  is(status, (one) => `${APART.includes(status as Status) ? 'apart' : 'status'} = ${one}`)
  is(queued, (ids) => `tenant = $1 and id = any(${ids}::uuid[])`)
  is(contactId, (id) => `user_kind = 'contact' and user_id = ${id}`)
  is(userId, (id) => `user_kind = 'user' and user_id = ${id}`)
  is(conversation, (id) => `encounter_id = ${id}`)
  is(template, (key) => `template = ${key}`)
  is(channel, (name) => `channel = ${name}`)
  is(category, (name) => `category = ${name}`)
  is(from, (at) => `created_at >= ${at}::timestamptz`)
  is(to, (at) => `created_at < ${at}::timestamptz`)
  if (before !== undefined) {
    where.push(`(created_at, id) < (${bind(before.at)}::timestamptz, ${bind(before.id)}::uuid)`)
  }
  const { rows, more } = await readPage<ListedRow>(
    db,
    `select ${LISTED} from notification where ${where.join(' and ')} order by created_at desc, id desc`,
    values,
    limit,
    SIZE,
  )
  return { rows: rows.map(listedOf), more }
}

type ListedRow = Omit<ListedNotification, 'payload'> & { payload: string | null }

const listedOf = <Row extends ListedRow>(row: Row) => ({ ...row, payload: payloadOf(row.payload) })

/** With its history, oldest first. */
export async function findNotification(
  db: Db,
  tenant: string,
  id: string,
): Promise<(ListedNotification & { states: StateRow[] }) | undefined> {
  const [row] = await db.query<ListedRow & { states: string }>(
    `select ${LISTED}, states from notification where tenant = $1 and id = $2`,
    [tenant, id],
  )
  return row === undefined ? undefined : { ...listedOf(row), states: JSON.parse(row.states) as StateRow[] }
}

/** More are counted as so many. */
const MOST_COUNTED = 10_000

/**
 * How many of a tenant's notifications, asked for since a moment of domain time, no channel could take; bounded, served by
 * notification_apart.
 */
export async function countFailed(db: Db, tenant: string, since: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::integer as n from (select 1 from notification
      where tenant collate "C" = $1 and apart = 'failed' and created_at >= ${momentOf(2)} limit ${MOST_COUNTED}) f`,
    [tenant, since],
  )
  return row?.n ?? 0
}
