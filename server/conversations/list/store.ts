import { soughtPattern } from '#conversations/contacts/store.ts'
import type { Author, Encounter, Handling, Status } from '#conversations/encounters/encounter.ts'
import { COLUMNS, type EncounterRow, encounterOf } from '#conversations/encounters/store.ts'
import type { Found } from '#platform/bounded-page.ts'
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
  /** Those that wait for us: the longest first, in place of the newest. */
  waitsFor?: 'us'
  /** Words in the person's name, in an id, or in what was said. */
  q?: string
}

/**
 * Where a page ended: the moment that its order goes by of that conversation, in microseconds as text, and its id. `of`: it is
 * of those whose person has the words, which come first, or of those that wait for us.
 */
export type Place = { at: string; id: string; of?: 'people' | 'waiting' | undefined }

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
 * How many conversations one page looks through for words in what was said: some 40 ms. Its cursor leads on from there, found or
 * not.
 */
export const LOOKED_THROUGH = 5_000
/** Of so many people the conversations are looked up; words that more have are looked for among the conversations. */
export const MOST_PEOPLE = 200
/** Of the last word a line is shown. */
const SHOWN_CHARACTERS = 200

const NAMED = `left join contact c on c.tenant = e.tenant and c.contact_id = e.contact_id
left join queue q on q.tenant = e.tenant and q.queue_id = e.queue_id`

/** An order of conversations, and how one says that they come behind a place in it, or up to it. */
type Order = { by: string; direction: 'asc' | 'desc'; behind: '<' | '>'; upTo: '<=' | '>='; of?: 'waiting' }
const NEWEST_FIRST: Order = { by: 'e.opened_at', direction: 'desc', behind: '<', upTo: '>=' }
const LONGEST_FIRST: Order = { by: 'e.waits_since', direction: 'asc', behind: '>', upTo: '<=', of: 'waiting' }
const orderOf = ({ waitsFor }: ConversationFilter): Order => (waitsFor === 'us' ? LONGEST_FIRST : NEWEST_FIRST)

const ordered = ({ by, direction }: Order) => `order by ${by} ${direction}, e.encounter_id ${direction}`
const placeIn = ({ by }: Order) => `to_char(${by} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
/** Behind which all that there are stand, where the newest come first. */
const NEWEST: Place = { at: '9999-12-31T23:59:59.999999Z', id: '' }

const placeOf = (rows: readonly Row[], of?: Place['of']): Place | null => {
  const last = rows.at(-1)
  return last === undefined ? null : { at: last.place, id: last.encounter_id, of }
}

/**
 * A statement about encounters `e` of a tenant in the making; `$1` is the tenant.
 * @param now domain milliseconds
 */
function statementOf(tenant: string, filter: Omit<ConversationFilter, 'q'>, before: Place | undefined, now: number) {
  const order = orderOf(filter)
  const values: unknown[] = [tenant]
  const bind = (value: unknown) => `$${values.push(value)}`
  const where = ['e.tenant collate "C" = $1']
  const is = (value: string | undefined, condition: (bound: string) => string) => {
    if (value !== undefined) where.push(condition(bind(value)))
  }
  const ofQueues = (of: string) =>
    `e.queue_id = any(array(select q.queue_id from queue q where q.tenant = $1 and ${of}))`
  const compare = (sign: string, { at, id }: Place) =>
    where.push(`(${order.by}, e.encounter_id) ${sign} (${bind(at)}::timestamptz, ${bind(id)})`)
  if (before !== undefined) compare(order.behind, before)
  // As `waitsFor` of an encounter has it; the column says all but whether a rest has ended.
  if (filter.waitsFor === 'us')
    where.push(
      'e.waits_since is not null',
      `(e.handling <> 'snoozed' or e.snoozed_until <= to_timestamp(${bind(now)}::double precision / 1000))`,
    )
  is(filter.queueId, (id) => `e.queue_id = ${id}`)
  is(filter.contactId, (id) => `e.contact_id = ${id}`)
  is(filter.status, (status) => `e.status = ${status}`)
  is(filter.handling, (handling) => `e.handling = ${handling}`)
  is(filter.user, (user) => `e.assignee ->> 'user' = ${user}`)
  is(filter.team, (team) => `e.assignee ->> 'team' = ${team}`)
  is(filter.brand, (id) => `(e.brand_id = ${id} or (e.brand_id is null and ${ofQueues(`q.brand = ${id}`)}))`)
  is(filter.service, (service) => ofQueues(`q.service = ${service}`))
  is(filter.channel, (channel) => `e.channel = ${channel}`)
  is(filter.tag, (tag) => `e.tags ? ${tag}`)
  is(filter.from, (from) => `e.opened_at >= ${from}`)
  is(filter.to, (to) => `e.opened_at < ${to}`)
  return { values, bind, where, order, until: (last: Place) => compare(order.upTo, last) }
}

/** @param from what the rows come from: encounters `e` */
async function readListed(
  db: Db,
  { values, bind, where, order }: ReturnType<typeof statementOf>,
  limit: number,
  from = 'encounter e',
): Promise<Found<Row>> {
  const rows = await db.query<Row>(
    `select ${COLUMNS}, c.name as contact_name, q.name as queue_name, q.brand as queue_brand, q.service,
      said.author as said_by, said.text as said, date_part('epoch', said.created_at) as said_at, ${placeIn(order)} as place
    from ${from} ${NAMED}
    left join lateral (
      select m.author, left(m.text, ${SHOWN_CHARACTERS}) as text, m.created_at from message m
      where m.tenant = e.tenant and m.encounter_id = e.encounter_id order by m.seq desc limit 1) said on true
    where ${where.join(' and ')} ${ordered(order)} limit ${bind(limit + 1)}`,
    values,
  )
  return { rows: rows.slice(0, limit), more: rows.length > limit }
}

/**
 * Conversations, the newest first, with what people know them by. With words first all those of the people who have them, then
 * those in which they were said. Of those that wait for us the longest first, whoever has the words. Served by encounter_opened,
 * those of people by encounter_contact, those that wait by encounter_waits.
 * @param people ids of the contacts that have the words: all of them, or one more than `MOST_PEOPLE`
 * @param now domain milliseconds
 * @returns `next`: where the following page begins; null when there is none
 */
export async function listConversations(
  db: Db,
  tenant: string,
  { q, ...filter }: ConversationFilter,
  limit: number,
  before: Place | undefined,
  people: readonly string[],
  now: number,
): Promise<{ rows: Listed[]; next: Place | null }> {
  const listed = (rows: readonly Row[], next: Place | null) => ({ rows: rows.map(listedOf), next })
  const statementFrom = (place: Place | undefined) => statementOf(tenant, filter, place, now)
  const { of } = orderOf(filter)
  if (q === undefined) {
    const { rows, more } = await readListed(db, statementFrom(before), limit)
    return listed(rows, more ? placeOf(rows, of) : null)
  }
  // Among those that wait nobody comes before who waits longer.
  const few = of === undefined && people.length <= MOST_PEOPLE ? people : []
  const theirs: Row[] = []
  if (few.length > 0 && (before === undefined || before.of === 'people')) {
    const { rows, more } = await ofPeople(db, statementFrom(before), few, limit)
    if (more) return listed(rows, placeOf(rows, 'people'))
    if (rows.length === limit) return listed(rows, NEWEST)
    theirs.push(...rows)
  }
  const from = before?.of === 'people' ? undefined : before
  const last = await lookedThrough(db, statementFrom(from))
  const statement = statementFrom(from)
  const { bind, where, until } = statement
  if (last !== undefined) until(last)
  const words = bind(looseText(q))
  const theirName = few.length === people.length ? '' : `or c.sought like ${soughtPattern(bind(q.trim()), 'name')}`
  where.push(`(e.encounter_id ~ ${words} ${theirName} or exists (
    select 1 from message m where m.tenant = e.tenant and m.encounter_id = e.encounter_id and m.text ~ ${words}))`)
  if (few.length > 0) where.push(`(e.contact_id is null or e.contact_id <> all(${bind(few)}::text[]))`)
  const { rows, more } = await readListed(db, statement, limit - theirs.length)
  return listed([...theirs, ...rows], more ? placeOf(rows, of) : last === undefined ? null : { ...last, of })
}

/** One look at an index for each of the people: by their order alone all conversations would be walked for them. */
const ofPeople = (db: Db, statement: ReturnType<typeof statementOf>, people: readonly string[], limit: number) =>
  readListed(
    db,
    statement,
    limit,
    `unnest(${statement.bind(people)}::text[]) as person (id) cross join lateral (
      select * from encounter x where x.tenant collate "C" = $1 and x.contact_id = person.id offset 0) e`,
  )

/** The last of the conversations that a page looks through; undefined when it looks through all that are left. */
async function lookedThrough(
  db: Db,
  { values, bind, where, order }: ReturnType<typeof statementOf>,
): Promise<Place | undefined> {
  const [last] = await db.query<Place>(
    `select ${placeIn(order)} as at, e.encounter_id as id from encounter e where ${where.join(' and ')} ${ordered(order)}
     offset ${bind(LOOKED_THROUGH - 1)} limit 1`,
    values,
  )
  return last
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

/** Ids of the conversations of some people, of each the newest so many. Served by encounter_contact. */
export async function conversationsOf(
  db: Db,
  tenant: string,
  contactIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select e.id from unnest($2::text[]) as person (id) cross join lateral (
       select encounter_id as id from encounter where tenant collate "C" = $1 and contact_id = person.id
       order by opened_at desc, encounter_id desc limit $3) e`,
    [tenant, contactIds, limit],
  )
  return rows.map(({ id }) => id)
}
