import type { Author, Encounter, Handling, Status } from '#conversations/encounters/encounter.ts'
import { COLUMNS, type EncounterRow, encounterOf } from '#conversations/encounters/store.ts'
import { looseText } from '#platform/loose-text.ts'
import type { Db } from '#platform/work.ts'

export type ConversationFilter = {
  queueId?: string
  contactId?: string
  status?: Status
  handling?: Handling
  user?: string
  team?: string
  brand?: string
  service?: string
  channel?: string
  tag?: string
  from?: string
  to?: string
  /** Words in the person's name, in an id, or in what was said. */
  q?: string
}

/** Where a page ended: when that conversation was opened, in microseconds as text, and its id. */
export type Place = { at: string; id: string }

export type Listed = {
  encounter: Encounter
  contactName: string | null
  queueName: string | null
  brand: string | null
  service: string | null
  lastMessage: { from: Author; text: string; at: number } | null
}

type Row = EncounterRow & {
  contact_name: string | null
  queue_name: string | null
  queue_brand: string | null
  service: string | null
  said_by: Author | null
  said: string | null
  said_at: number | null
  place: string
}

/**
 * How many conversations one page looks through for words: reading what was said in them takes some 100 ms. Its cursor
 * leads on from there, found or not.
 */
export const LOOKED_THROUGH = 5_000
/** Of the last word a line is shown. */
const SHOWN_CHARACTERS = 200

const FROM = `from encounter e
left join contact c on c.tenant = e.tenant and c.contact_id = e.contact_id
left join queue q on q.tenant = e.tenant and q.queue_id = e.queue_id`

const PLACE = `to_char(e.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

function conditionsOf(filter: ConversationFilter, before: Place | undefined, values: unknown[]): string[] {
  const is = (sql: string, value: unknown) => (value === undefined ? [] : [`${sql} $${values.push(value)}`])
  const place =
    before === undefined
      ? []
      : [`(e.opened_at, e.encounter_id) < ($${values.push(before.at)}::timestamptz, $${values.push(before.id)})`]
  return [
    ...place,
    ...is('e.queue_id =', filter.queueId),
    ...is('e.contact_id =', filter.contactId),
    ...is('e.status =', filter.status),
    ...is('e.handling =', filter.handling),
    ...is(`e.assignee ->> 'user' =`, filter.user),
    ...is(`e.assignee ->> 'team' =`, filter.team),
    ...is('coalesce(e.brand_id, q.brand) =', filter.brand),
    ...is('q.service =', filter.service),
    ...is('e.channel =', filter.channel),
    ...is('e.tags ?', filter.tag),
    ...is('e.opened_at >=', filter.from),
    ...is('e.opened_at <', filter.to),
  ]
}

const matches = (n: number) => `(c.name ~ $${n} or e.encounter_id ~ $${n} or e.contact_id ~ $${n} or exists (
  select 1 from message m where m.tenant = e.tenant and m.encounter_id = e.encounter_id and m.text ~ $${n}))`

/**
 * Conversations, the newest first, with what people know them by. Served by encounter_opened, one person's by
 * encounter_contact.
 * @returns `next`: where the following page begins; null when there is none
 */
export async function listConversations(
  db: Db,
  tenant: string,
  filter: ConversationFilter,
  limit: number,
  before?: Place,
): Promise<{ rows: Listed[]; next: Place | null }> {
  const values: unknown[] = [tenant]
  const conditions = ['e.tenant collate "C" = $1', ...conditionsOf(filter, before, values)]
  const { q } = filter
  const ordered = 'order by e.opened_at desc, e.encounter_id desc'
  let within = ''
  if (q !== undefined) {
    const [last] = await db.query<Place>(
      `select ${PLACE} as at, e.encounter_id as id ${FROM} where ${conditions.join(' and ')} ${ordered}
      offset $${values.length + 1} limit 1`,
      [...values, LOOKED_THROUGH - 1],
    )
    if (last !== undefined) {
      within = `and (e.opened_at, e.encounter_id) >= ($${values.push(last.at)}::timestamptz, $${values.push(last.id)})`
    }
    conditions.push(matches(values.push(looseText(q))))
    const rows = await read(`${conditions.join(' and ')} ${within}`)
    return page(rows, last ?? null)
  }
  return page(await read(conditions.join(' and ')), null)

  function read(where: string): Promise<Row[]> {
    return db.query<Row>(
      `select ${COLUMNS}, c.name as contact_name, q.name as queue_name, q.brand as queue_brand, q.service,
        said.author as said_by, said.text as said, date_part('epoch', said.created_at) as said_at, ${PLACE} as place
      ${FROM}
      left join lateral (
        select m.author, left(m.text, ${SHOWN_CHARACTERS}) as text, m.created_at from message m
        where m.tenant = e.tenant and m.encounter_id = e.encounter_id order by m.seq desc limit 1) said on true
      where ${where} ${ordered} limit $${values.length + 1}`,
      [...values, limit + 1],
    )
  }

  function page(rows: readonly Row[], looked: Place | null) {
    const kept = rows.slice(0, limit)
    const last = kept.at(-1)
    const next = rows.length > limit && last !== undefined ? { at: last.place, id: last.encounter_id } : looked
    return { rows: kept.map(listedOf), next }
  }
}

const listedOf = (row: Row): Listed => ({
  encounter: encounterOf(row),
  contactName: row.contact_name,
  queueName: row.queue_name,
  brand: row.brand_id ?? row.queue_brand,
  service: row.service,
  lastMessage:
    row.said_by === null || row.said === null || row.said_at === null
      ? null
      : { from: row.said_by, text: row.said, at: Math.round(row.said_at * 1000) },
})

/** Ids of the conversations of one person, the newest first. Served by encounter_contact. */
export async function conversationsOf(db: Db, tenant: string, contactId: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select encounter_id as id from encounter where tenant collate "C" = $1 and contact_id = $2
     order by opened_at desc, encounter_id desc limit $3`,
    [tenant, contactId, limit],
  )
  return rows.map(({ id }) => id)
}
