import type { Contact } from '#conversations/contacts/contact.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

type ContactRow = {
  tenant: string
  contact_id: string
  name: string | null
  locale: string | null
  time_zone: string | null
  addresses: { [kind: string]: Json }
  attributes: { [name: string]: Json }
  bare: boolean
  version: number
}

const contactOf = (row: ContactRow): Contact => ({
  tenant: row.tenant,
  id: row.contact_id,
  name: row.name,
  locale: row.locale,
  timeZone: row.time_zone,
  addresses: row.addresses,
  attributes: row.attributes,
  bare: row.bare,
  version: row.version,
})

export async function readContact(
  db: Db,
  tenant: string,
  contactId: string,
  lock: '' | 'for no key update' = '',
): Promise<Contact | null> {
  const [row] = await db.query<ContactRow>(`select * from contact where tenant = $1 and contact_id = $2 ${lock}`, [
    tenant,
    contactId,
  ])
  return row === undefined ? null : contactOf(row)
}

/** Contacts after the id `after`, in the order of their ids. */
export async function listContacts(db: Db, tenant: string, limit: number, after: string): Promise<Found<Contact>> {
  const { rows, more } = await readPage<ContactRow>(
    db,
    'select * from contact where tenant = $1 and contact_id > $2 order by contact_id',
    [tenant, after],
    limit,
  )
  return { rows: rows.map(contactOf), more }
}

/** Of the given contacts those that there are, in the order of their ids. */
export async function readContacts(
  db: Db,
  tenant: string,
  ids: readonly string[],
  limit: number,
): Promise<Found<Contact>> {
  const { rows, more } = await readPage<ContactRow>(
    db,
    'select * from contact where tenant = $1 and contact_id = any($2::text[]) order by contact_id',
    [tenant, ids],
    limit,
  )
  return { rows: rows.map(contactOf), more }
}

/** Three letters or digits in a row: what an index of trigrams can look up. */
const TRIGRAM = /[\p{L}\p{N}]{3}/u

/** Where words are looked for: in name, id and addresses, or in name and id alone. */
type Within = 'all' | 'name'

/**
 * Ids, after `after` and in their order, of the contacts of a tenant that have the words; large or small, with accents or
 * without. Served by contact_sought where the server has pg_trgm.
 * @param worker sees all tenants: row security lets no index be searched for a part of a text. What is shown of those found is
 * read as the tenant
 */
export async function findContacts(
  worker: Db,
  tenant: string,
  words: string,
  { within, limit, after = '' }: { within: Within; limit: number; after?: string },
): Promise<string[]> {
  // Of less than three letters an index of trigrams would be read whole; they are met with soon on the way.
  const sought = TRIGRAM.test(words) ? 'sought' : `sought || ''`
  const rows = await worker.query<{ id: string }>(
    `select contact_id as id from contact
     where tenant = $1 and contact_id > $2 and ${sought} like ${soughtPattern('$3', within)}
     order by contact_id limit $4`,
    [tenant, after, words.trim(), limit],
  )
  return rows.map(({ id }) => id)
}

/** The pattern that `contact.sought` is like, of the words that were typed: the name and the id are its first line. */
export const soughtPattern = (typed: string, within: Within): string =>
  `'%' || regexp_replace(folded(${typed}::text), '([\\\\%_])', '\\\\\\1', 'g') || ${within === 'name' ? `E'%\\n%'` : `'%'`}`

/** Whom a trial takes along: registered people, by what is known of them. */
export type ContactFilter = {
  ids?: readonly string[]
  locale?: string
  attributes?: { readonly [name: string]: unknown }
}

/** Registered contacts that fit a filter, by their ids. */
export async function pickContacts(
  db: Db,
  tenant: string,
  { ids, locale, attributes }: ContactFilter,
  limit: number,
): Promise<Contact[]> {
  const rows = await db.query<ContactRow>(
    `select * from contact
     where tenant = $1 and not bare and ($2::text[] is null or contact_id = any($2)) and ($3::text is null or locale = $3)
       and attributes @> $4::jsonb
     order by contact_id limit $5`,
    [tenant, ids ?? null, locale ?? null, JSON.stringify(attributes ?? {}), limit],
  )
  return rows.map(contactOf)
}

export async function saveContact(db: Db, contact: Contact, at: number): Promise<void> {
  await db.query(
    `insert into contact (tenant, contact_id, name, locale, time_zone, addresses, attributes, bare, updated_at)
    values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, false, to_timestamp($8::double precision / 1000))
    on conflict (tenant, contact_id) do update
    set name = excluded.name, locale = excluded.locale, time_zone = excluded.time_zone, addresses = excluded.addresses,
      attributes = excluded.attributes, bare = false, version = contact.version + 1, updated_at = excluded.updated_at`,
    [
      contact.tenant,
      contact.id,
      contact.name,
      contact.locale,
      contact.timeZone,
      JSON.stringify(contact.addresses),
      JSON.stringify(contact.attributes),
      at,
    ],
  )
}

/** Which of these contacts there are, bare ones included, as `tenant` and id. */
export async function existingContacts(
  db: Db,
  contacts: readonly { tenant: string; contactId: string }[],
): Promise<{ tenant: string; contactId: string }[]> {
  return db.query(
    `select c.tenant, c.contact_id as "contactId"
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, "contactId" text)
    join contact c on c.tenant = wanted.tenant and c.contact_id = wanted."contactId"`,
    [JSON.stringify(contacts.map(({ tenant, contactId }) => ({ tenant, contactId })))],
  )
}
