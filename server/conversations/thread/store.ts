import type { Author } from '#conversations/encounters/encounter.ts'
import { type EncounterKey, insertBareEncounters } from '#conversations/encounters/store.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import { rowSet } from '#platform/row-set.ts'
import type { Db, Tx } from '#platform/work.ts'

export type Message = {
  tenant: string
  encounterId: string
  seq: number
  id: string
  from: Author
  text: string
  createdAt: number
  /** A user or an API key of ours. Not for the person, nor for other systems. */
  writtenBy?: string | null
}

// A statement of its own: it sees what was committed while the lock of the encounter was waited for.
const UNWRITTEN = `select assert_rows((
  select count(*) from jsonb_to_recordset($1::jsonb) as s (tenant text, encounter text, id uuid)
  join message m on m.tenant = s.tenant and m.encounter_id = s.encounter and m.message_id = s.id) + $2::bigint, 0::bigint)`

const MESSAGES = rowSet(
  'tenant text, encounter text, seq int, id uuid, "from" text, text text, at double precision, "writtenBy" text',
)

const INSERT = `insert into message (tenant, encounter_id, seq, message_id, author, text, created_at, written_by)
select tenant, encounter, seq, id, "from", text, to_timestamp(at), "writtenBy" from ${MESSAGES.from('$1')} as m`

/**
 * Issues the insert of messages into threads whose encounters the transaction has locked.
 * @param repeatable ids that another try of the same request may have written, or writes here: CA001 then
 */
export function insertMessages(tx: Tx, messages: readonly Message[], repeatable: ReadonlySet<string>): void {
  if (messages.length === 0) return
  const suspects = messages.filter(({ id }) => repeatable.has(id))
  if (suspects.length > 0) {
    const keys = suspects.map(({ tenant, encounterId, id }) => ({ tenant, encounter: encounterId, id }))
    const twice = suspects.length - new Set(suspects.map(({ id }) => id)).size
    void tx.query(UNWRITTEN, [JSON.stringify(keys), twice])
  }
  const rows = messages.map(({ encounterId, createdAt, ...rest }) => ({
    ...rest,
    encounter: encounterId,
    at: createdAt / 1000,
  }))
  void tx.query(INSERT, [MESSAGES.json(rows)])
}

export type NewMessage = { tenant: string; encounterId: string; id: string; from: Author; text: string; at: number }

const SAY = `with said as (
  select *, row_number() over (partition by tenant, encounter order by n) as nth
  from jsonb_to_recordset($1::jsonb) as m (n int, tenant text, encounter text, id uuid, "from" text, text text, at double precision)
), locked as materialized (
  select e.tenant, e.encounter_id from encounter e
  where (e.tenant, e.encounter_id) in (select tenant, encounter from said)
  order by e.tenant, e.encounter_id
  for no key update of e
), counted as (
  update encounter e
  set message_count = e.message_count + s.messages, version = e.version + 1,
    awaiting_since = case
      when s.spoken is null or e.awaiting_since >= greatest(e.clock_from, e.last_patient_at) then e.awaiting_since
      else to_timestamp(s.spoken) end,
    last_speaker = coalesce(s.speaker, e.last_speaker),
    unanswered_since = case when s.speaker is null then e.unanswered_since end,
    last_move = case when s.speaker is null then e.last_move end
  from locked, (
    select tenant, encounter, count(*)::int as messages, min(at) filter (where "from" <> 'system') as spoken,
      (array_agg("from" order by n desc) filter (where "from" <> 'system'))[1] as speaker
    from said group by tenant, encounter) s
  where e.tenant = locked.tenant and e.encounter_id = locked.encounter_id
    and s.tenant = e.tenant and s.encounter = e.encounter_id
  returning e.tenant, e.encounter_id, e.message_count - s.messages as base
)
insert into message (tenant, encounter_id, seq, message_id, author, text, created_at)
select said.tenant, said.encounter, counted.base + said.nth, said.id, said."from", said.text, to_timestamp(said.at)
from said join counted on counted.tenant = said.tenant and counted.encounter_id = said.encounter`

/** Adds messages of ours to threads without having read them: numbers and turn are found inside the database. */
export function say(tx: Tx, messages: readonly NewMessage[]): void {
  if (messages.length === 0) return
  insertBareEncounters(tx, messages)
  const rows = JSON.stringify(
    messages.map(({ encounterId, at, ...rest }, n) => ({ ...rest, n, encounter: encounterId, at: at / 1000 })),
  )
  void tx.query(SAY, [rows])
}

/** Above the number of any message. */
const NO_NUMBER = 2 ** 31 - 1

type MessageRow = {
  seq: number
  message_id: string
  author: Author
  text: string
  created_at: Date
  written_by: string | null
}

/**
 * Messages of a thread in order: those after the number `after`, or the last ones when it is null. `more`: there are
 * later ones, or earlier ones.
 * @param before only those with a lower number
 */
export async function readMessages(
  db: Db,
  { tenant, encounterId }: EncounterKey,
  limit: number,
  after: number | null,
  before = NO_NUMBER,
): Promise<Found<Message>> {
  const order = after === null ? 'desc' : 'asc'
  const { rows, more } = await readPage<MessageRow>(
    db,
    `select seq, message_id, author, text, created_at, written_by from message
    where tenant = $1 and encounter_id = $2 and seq > $3 and seq < $4 order by seq ${order}`,
    [tenant, encounterId, after ?? 0, before],
    limit,
    'octet_length(q.text)',
  )
  if (after === null) rows.reverse()
  return { rows: rows.map((row) => messageOf(tenant, encounterId, row)), more }
}

/** One message of a thread: a thread is short, so its rows are looked through. */
export async function readMessage(
  db: Db,
  { tenant, encounterId }: EncounterKey,
  id: string,
): Promise<Message | undefined> {
  const [row] = await db.query<MessageRow>(
    `select seq, message_id, author, text, created_at, written_by from message
    where tenant = $1 and encounter_id = $2 and message_id = $3`,
    [tenant, encounterId, id],
  )
  return row === undefined ? undefined : messageOf(tenant, encounterId, row)
}

const messageOf = (tenant: string, encounterId: string, row: MessageRow): Message => ({
  tenant,
  encounterId,
  seq: row.seq,
  id: row.message_id,
  from: row.author,
  text: row.text,
  createdAt: row.created_at.getTime(),
  writtenBy: row.written_by,
})
