import { calendarOfText } from '#conversations/calendars/store.ts'
import type { Queue, Rules } from '#conversations/queues/queue.ts'
import type { ConversationText } from '#conversations/queues/texts.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import { looseText } from '#platform/loose-text.ts'
import type { Db, Tx } from '#platform/work.ts'

type QueueRow = {
  tenant: string
  queue_id: string
  name: string | null
  brand: string | null
  product: string | null
  service: string | null
  continuity: boolean
  warning_min: number | null
  close_min: number | null
  thresholds: Queue['thresholds']
  close_inactive: boolean
  extension_min: number
  calendar_id: string | null
  warning_texts: Record<string, string>
  reopen_closed: boolean
  bare: boolean
  version: number
}

const queueOf = (row: QueueRow): Queue => ({
  tenant: row.tenant,
  id: row.queue_id,
  name: row.name,
  brand: row.brand,
  product: row.product,
  service: row.service,
  continuity: row.continuity,
  warningMin: row.warning_min,
  closeMin: row.close_min,
  thresholds: row.thresholds,
  closeInactive: row.close_inactive,
  extensionMin: row.extension_min,
  calendarId: row.calendar_id,
  warningTexts: row.warning_texts,
  reopenClosed: row.reopen_closed,
  bare: row.bare,
  version: row.version,
})

export type QueueKey = { tenant: string; queueId: string }

const keyOf = ({ tenant, queueId }: QueueKey): string => JSON.stringify([tenant, queueId])

/** The rules of queues that were asked for. */
export type RuleBook = { of(tenant: string, queueId: string | null): Rules | null }

const RULES = `select q.*, c.definition::text as calendar
from queue q
left join calendar c on c.tenant = q.tenant and c.calendar_id = q.calendar_id
where (q.tenant, q.queue_id) in (
  select e.tenant, e.queue_id from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
  cross join lateral (
    select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.id offset 0) e
  union
  select tenant, "queueId" from jsonb_to_recordset($2::jsonb) as named (tenant text, "queueId" text))`

/**
 * The rules of the queues of some encounters and of some named queues, in one statement. Inside a transaction it is
 * issued after the encounters are locked: what a sweep of changed settings has passed is decided by those settings.
 */
export async function rulesOf(
  db: Db,
  encounters: readonly { tenant: string; encounterId: string }[],
  queues: readonly QueueKey[],
): Promise<RuleBook> {
  const rows = await db.query<QueueRow & { calendar: string | null }>(RULES, [
    JSON.stringify(encounters.map(({ tenant, encounterId }) => ({ tenant, id: encounterId }))),
    JSON.stringify(queues.map(({ tenant, queueId }) => ({ tenant, queueId }))),
  ])
  const rules = new Map(
    rows.map((row) => [
      keyOf({ tenant: row.tenant, queueId: row.queue_id }),
      { queue: queueOf(row), calendar: row.calendar === null ? null : calendarOfText(row.calendar) } satisfies Rules,
    ]),
  )
  return { of: (tenant, queueId) => (queueId === null ? null : (rules.get(keyOf({ tenant, queueId })) ?? null)) }
}

/** Those of some encounters that are open in a queue with times of its own for single silences. */
export async function withThresholds(
  db: Db,
  encounters: readonly { tenant: string; encounterId: string }[],
): Promise<{ tenant: string; encounterId: string }[]> {
  return db.query(
    `select e.tenant, e.encounter_id as "encounterId"
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
    cross join lateral (
      select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.id offset 0) e
    cross join lateral (
      select * from queue q where q.tenant = e.tenant and q.queue_id = e.queue_id offset 0) q
    where e.status <> 'closed' and q.thresholds <> '{}'`,
    [JSON.stringify(encounters.map(({ tenant, encounterId }) => ({ tenant, id: encounterId })))],
  )
}

/** Locales of the people behind some encounters, by encounter, and the tenants' texts, by tenant: for what the platform says by itself. */
export async function voicesOf(
  db: Db,
  encounters: readonly { tenant: string; encounterId: string }[],
): Promise<{
  localeOf(tenant: string, encounterId: string): string | null
  textsOf(tenant: string): readonly ConversationText[]
}> {
  const asked = [JSON.stringify(encounters.map(({ tenant, encounterId }) => ({ tenant, id: encounterId })))]
  const [people, lists] = await Promise.all([
    db.query<{ tenant: string; encounter_id: string; locale: string }>(
      `select e.tenant, e.encounter_id, c.locale
      from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text)
      cross join lateral (
        select * from encounter e where e.tenant = wanted.tenant and e.encounter_id = wanted.id offset 0) e
      cross join lateral (
        select * from contact c where c.tenant = e.tenant and c.contact_id = e.contact_id offset 0) c
      where c.locale is not null`,
      asked,
    ),
    db.query<{ tenant: string; items: ConversationText[] }>(
      `select tenant, items from conversation_text
      where tenant in (select tenant from jsonb_to_recordset($1::jsonb) as wanted (tenant text))`,
      asked,
    ),
  ])
  const locales = new Map(people.map((row) => [JSON.stringify([row.tenant, row.encounter_id]), row.locale]))
  const texts = new Map(lists.map((row) => [row.tenant, row.items]))
  return {
    localeOf: (tenant, encounterId) => locales.get(JSON.stringify([tenant, encounterId])) ?? null,
    textsOf: (tenant) => texts.get(tenant) ?? [],
  }
}

/** Issues bare rows for queues and contacts seen in events; those that exist stay as they are. */
export function insertBare(
  tx: Tx,
  queues: readonly { tenant: string; id: string; brand: string | null; at: number }[],
  contacts: readonly { tenant: string; id: string; at: number }[],
): void {
  const rows = (items: readonly { at: number }[]) =>
    JSON.stringify(items.map((item) => ({ ...item, at: item.at / 1000 })))
  if (queues.length > 0) {
    void tx.query(
      `insert into queue (tenant, queue_id, brand, bare, updated_at)
      select tenant, id, brand, true, to_timestamp(at)
      from jsonb_to_recordset($1::jsonb) as q (tenant text, id text, brand text, at double precision)
      order by tenant, id
      on conflict (tenant, queue_id) do nothing`,
      [rows(queues)],
    )
  }
  if (contacts.length > 0) {
    void tx.query(
      `insert into contact (tenant, contact_id, bare, updated_at)
      select tenant, id, true, to_timestamp(at)
      from jsonb_to_recordset($1::jsonb) as c (tenant text, id text, at double precision)
      order by tenant, id
      on conflict (tenant, contact_id) do nothing`,
      [rows(contacts)],
    )
  }
}

export async function readQueue(
  db: Db,
  tenant: string,
  queueId: string,
  lock: '' | 'for no key update' = '',
): Promise<Queue | null> {
  const [row] = await db.query<QueueRow>(`select * from queue where tenant = $1 and queue_id = $2 ${lock}`, [
    tenant,
    queueId,
  ])
  return row === undefined ? null : queueOf(row)
}

/** Queues after the id `after`, in the order of their ids. */
/** Queues after the id `after`, in the order of their ids; with words those that have them in their name or id. */
export async function listQueues(
  db: Db,
  tenant: string,
  { limit, after, words }: { limit: number; after: string; words?: string | undefined },
): Promise<Found<Queue>> {
  const { rows, more } = await readPage<QueueRow>(
    db,
    `select * from queue
     where tenant = $1 and queue_id > $2 and ($3::text is null or coalesce(name, '') ~ $3 or queue_id ~ $3)
     order by queue_id`,
    [tenant, after, words === undefined ? null : looseText(words)],
    limit,
  )
  return { rows: rows.map(queueOf), more }
}

export async function saveQueue(db: Db, queue: Queue, at: number): Promise<void> {
  await db.query(
    `insert into queue (tenant, queue_id, name, brand, product, service, continuity, warning_min, close_min, close_inactive,
      extension_min, calendar_id, warning_texts, reopen_closed, thresholds, bare, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15::jsonb, false, to_timestamp($16::double precision / 1000))
    on conflict (tenant, queue_id) do update
    set name = excluded.name, brand = excluded.brand, product = excluded.product, service = excluded.service,
      continuity = excluded.continuity, warning_min = excluded.warning_min, close_min = excluded.close_min,
      close_inactive = excluded.close_inactive, extension_min = excluded.extension_min,
      calendar_id = excluded.calendar_id, warning_texts = excluded.warning_texts,
      reopen_closed = excluded.reopen_closed, thresholds = excluded.thresholds, bare = false, version = queue.version + 1, updated_at = excluded.updated_at`,
    [
      queue.tenant,
      queue.id,
      queue.name,
      queue.brand,
      queue.product,
      queue.service,
      queue.continuity,
      queue.warningMin,
      queue.closeMin,
      queue.closeInactive,
      queue.extensionMin,
      queue.calendarId,
      JSON.stringify(queue.warningTexts),
      queue.reopenClosed,
      JSON.stringify(queue.thresholds),
      at,
    ],
  )
}

export async function queuesWithCalendar(db: Db, tenant: string, calendarId: string): Promise<string[]> {
  const rows = await db.query<{ queue_id: string }>(
    'select queue_id from queue where tenant collate "C" = $1 and calendar_id = $2 order by queue_id',
    [tenant, calendarId],
  )
  return rows.map((row) => row.queue_id)
}

export async function readTexts(db: Db, tenant: string): Promise<ConversationText[]> {
  const [row] = await db.query<{ items: ConversationText[] }>('select items from conversation_text where tenant = $1', [
    tenant,
  ])
  return row?.items ?? []
}

/**
 * Replaces the texts of a tenant.
 * @param before what was read of them, if it matters; null: whatever is there
 * @returns whether they were still that; if not, nothing is changed
 */
export async function replaceTexts(
  db: Db,
  tenant: string,
  { before, after }: { before: readonly ConversationText[] | null; after: readonly ConversationText[] },
  at: number,
): Promise<boolean> {
  // Two may come at once, and the first time there is no row to lock: the one that waited finds that the texts are others.
  const rows = await db.query(
    `insert into conversation_text as kept (tenant, items, updated_at)
    values ($1, $2::jsonb, to_timestamp($4::double precision / 1000))
    on conflict (tenant) do update set items = excluded.items, updated_at = excluded.updated_at
    where $3::jsonb is null or kept.items = $3::jsonb
    returning 1`,
    [tenant, JSON.stringify(after), before === null ? null : JSON.stringify(before), at],
  )
  return rows.length > 0
}
