import { soughtPattern } from '#conversations/contacts/store.ts'
import { type ContextKey, type ConversationContext, contextKeyOf } from '#conversations/context/context.ts'
import type { Assignee, Handling, Status } from '#conversations/encounters/encounter.ts'
import { stageKey, stageOf } from '#conversations/encounters/encounter.ts'
import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

type Row = {
  n: number
  encounter_id: string | null
  queue_id: string | null
  contact_id: string | null
  brand_id: string | null
  channel: string | null
  status: Status
  handling: Handling
  assignee: Assignee | null
  opened_at: Date
  snoozed_until: Date | null
  last_patient_at: Date | null
  warned_at: Date | null
  closed_at: Date | null
  close_reason: string | null
  round: number
  tags: readonly string[]
  queue: string | null
  queue_name: string | null
  brand: string | null
  product: string | null
  service: string | null
  continuity: boolean
  warning_min: number | null
  close_min: number | null
  close_inactive: boolean
  extension_min: number
  calendar_id: string | null
  contact: string | null
  contact_name: string | null
  locale: string | null
  time_zone: string | null
  addresses: { [kind: string]: Json }
  attributes: { [name: string]: Json }
  contact_bare: boolean
}

// A coalesce inside a comparison could tell of rows, PostgreSQL thinks, before row security has judged them: no index would serve it.
const LOAD = `select wanted.n, e.encounter_id, e.queue_id, e.contact_id, e.brand_id, e.channel, e.status, e.handling, e.assignee,
  e.snoozed_until, e.opened_at, e.last_patient_at, e.warned_at, e.closed_at, e.close_reason, e.round, e.tags,
  q.queue_id as queue, q.name as queue_name, q.brand, q.product, q.service, q.continuity, q.warning_min, q.close_min,
  q.close_inactive, q.extension_min, q.calendar_id,
  c.contact_id as contact, c.name as contact_name, c.locale, c.time_zone, c.addresses, c.attributes, c.bare as contact_bare
from jsonb_to_recordset($1::jsonb) as wanted (n int, tenant text, encounter text, contact text, queue text)
left join lateral (
  select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.encounter offset 0) e on true
cross join lateral (
  select coalesce(e.queue_id, wanted.queue) as queue, coalesce(e.contact_id, wanted.contact) as contact offset 0) own
left join lateral (
  select * from queue q where q.tenant = wanted.tenant and q.queue_id = own.queue offset 0) q on true
left join lateral (
  select * from contact c where c.tenant = wanted.tenant and c.contact_id = own.contact offset 0) c on true`

const iso = (at: Date | null): string | null => (at === null ? null : at.toISOString())

const STATES = `select e.tenant, e.encounter_id as "encounterId", e.contact_id as "contactId", e.status,
  date_part('epoch', e.last_patient_at) * 1000 as "lastPatientAt",
  date_part('epoch', e.renewed_at) * 1000 as "renewedAt"
from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
cross join lateral (
  select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.id offset 0) e`

export type EncounterState = {
  tenant: string
  encounterId: string
  contactId: string | null
  status: Status
  /** Domain milliseconds. */
  lastPatientAt: number | null
  renewedAt: number | null
}

/** Where some encounters stand, and what ended their last silences: one probe each. Unknown ones are absent. */
export async function encounterStates(
  db: Db,
  keys: readonly { tenant: string; encounterId: string }[],
): Promise<EncounterState[]> {
  if (keys.length === 0) return []
  return db.query(STATES, [JSON.stringify(keys.map(({ tenant, encounterId }) => ({ tenant, id: encounterId })))])
}

// By the keys of encounter and contact.
const PEOPLE = `select wanted.n, coalesce(c.contact_id, s.contact_id) as id, case when c.contact_id is null then s.name else c.name end as name
from jsonb_to_recordset($1::jsonb) as wanted (n int, tenant text, id text, named text)
left join lateral (
  select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.id offset 0) e on true
left join lateral (
  select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.named offset 0) o on true
cross join lateral (select coalesce(e.contact_id, o.contact_id, wanted.named, wanted.id) as contact offset 0) own
left join lateral (
  select * from contact c where c.tenant = wanted.tenant and c.contact_id = own.contact offset 0) c on true
left join lateral (
  select * from contact c where c.contact_id = wanted.id and c.tenant = wanted.tenant and own.contact = wanted.named offset 0) s
  on c.contact_id is null
where coalesce(c.contact_id, s.contact_id) is not null`

export type Person = { id: string; name: string | null }

/** A subject, and what an event names beside it: a person, or a conversation; null: nothing. */
export type Subject = { readonly subject: string; readonly named: string | null }

/**
 * Who is meant by some subjects, in their order: of a conversation its person, as conditions and texts know them; else who is
 * named beside it; else who has the subject for an id. Null: nobody that is known.
 * @param words only people who have them in their name or id
 */
export async function peopleMeant(
  db: Db,
  tenant: string,
  subjects: readonly Subject[],
  words?: string,
): Promise<(Person | null)[]> {
  if (subjects.length === 0) return []
  const placeOf = ({ subject, named }: Subject) => JSON.stringify([subject, named])
  const distinct = [...new Map(subjects.map((one) => [placeOf(one), one])).values()]
  const wanted = JSON.stringify(distinct.map(({ subject: id, named }, n) => ({ n, tenant, id, named })))
  const rows = await (words === undefined
    ? db.query<Person & { n: number }>(PEOPLE, [wanted])
    : db.query<Person & { n: number }>(
        `${PEOPLE} and coalesce(c.sought, s.sought) like ${soughtPattern('$2', 'name')}`,
        [wanted, words.trim()],
      ))
  const found = new Map(rows.map(({ n, id, name }) => [placeOf(distinct[n] as Subject), { id, name }]))
  return subjects.map((one) => found.get(placeOf(one)) ?? null)
}

/** Who stands behind ids of conversations, or of people themselves; of what is neither there is nobody. */
export async function peopleBehind(
  db: Db,
  tenant: string,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const people = await peopleMeant(
    db,
    tenant,
    subjects.map((subject) => ({ subject, named: null })),
  )
  return new Map(people.flatMap((person, i) => (person === null ? [] : [[subjects[i] as string, person]])))
}

/**
 * What conditions and texts may know of encounter, contact and queue, for a whole batch in one statement.
 * @returns by `contextKeyOf(key)`; every key asked is there
 */
export async function loadContexts(db: Db, keys: readonly ContextKey[]): Promise<Map<string, ConversationContext>> {
  const wanted = new Map(keys.map((key) => [contextKeyOf(key), key]))
  if (wanted.size === 0) return new Map()
  const names = [...wanted.keys()]
  const rows = await db.query<Row>(LOAD, [
    JSON.stringify(
      [...wanted.values()].map(({ tenant, encounterId, contactId, queueId }, n) => ({
        n,
        tenant,
        encounter: encounterId ?? null,
        contact: contactId ?? null,
        queue: queueId ?? null,
      })),
    ),
  ])
  return new Map(rows.map((row) => [names[row.n] as string, contextOf(row)]))
}

function contextOf(row: Row): ConversationContext {
  return {
    encounter:
      row.encounter_id === null
        ? null
        : {
            id: row.encounter_id,
            queueId: row.queue_id,
            contactId: row.contact_id,
            brandId: row.brand_id,
            channel: row.channel,
            status: row.status,
            stage: stageOf(row),
            round: row.round,
            stageKey: stageKey({ id: row.encounter_id, round: row.round }),
            handling: row.handling,
            team: row.assignee?.team ?? null,
            user: row.assignee?.user ?? null,
            snoozedUntil: iso(row.snoozed_until),
            openedAt: row.opened_at.toISOString(),
            lastPatientAt: iso(row.last_patient_at),
            warnedAt: iso(row.warned_at),
            closedAt: iso(row.closed_at),
            closeReason: row.close_reason,
            tags: row.tags,
          },
    queue:
      row.queue === null
        ? null
        : {
            id: row.queue,
            name: row.queue_name,
            brand: row.brand,
            product: row.product,
            service: row.service,
            continuity: row.continuity,
            max_inactive_patient_warning_time: row.warning_min,
            max_inactive_patient_time: row.close_min,
            close_inactive_encounters: row.close_inactive,
            continuity_extension_time: row.extension_min,
            calendarId: row.calendar_id,
          },
    contact:
      row.contact === null
        ? null
        : {
            id: row.contact,
            name: row.contact_name,
            locale: row.locale,
            timeZone: row.time_zone,
            addresses: row.addresses,
            attributes: row.attributes,
            bare: row.contact_bare,
          },
  }
}
