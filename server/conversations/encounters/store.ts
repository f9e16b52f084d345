import type { Assignee, Encounter, Handling, Status } from '#conversations/encounters/encounter.ts'
import { rowSet } from '#platform/row-set.ts'
import type { Db, Tx } from '#platform/work.ts'

export type EncounterKey = { tenant: string; encounterId: string }

export type EncounterRow = {
  tenant: string
  encounter_id: string
  queue_id: string | null
  contact_id: string | null
  brand_id: string | null
  channel: string | null
  bare: boolean
  status: Status
  handling: Handling
  assignee: Assignee | null
  snoozed_at: number | null
  snoozed_until: number | null
  opened_at: number
  clock_from: number
  last_patient_at: number | null
  awaiting_since: number | null
  wrote: boolean
  last_speaker: Encounter['lastSpeaker']
  unanswered_since: number | null
  last_move: Encounter['lastMove']
  warned_at: number | null
  renewed_at: number | null
  granted_at: number | null
  expired_at: number | null
  closed_at: number | null
  close_reason: string | null
  extra_ms: number
  round: number
  message_count: number
  tags: readonly string[]
  armed_at: number | null
  version: number
}

// Times as seconds: a date parsed from text costs a microsecond, and a row has nine.
export const COLUMNS = `e.tenant, e.encounter_id, e.queue_id, e.contact_id, e.brand_id, e.channel, e.bare, e.status, e.handling,
  e.assignee, e.wrote, e.last_speaker, e.last_move, e.close_reason, e.extra_ms, e.round, e.message_count, e.tags, e.version,
  date_part('epoch', e.snoozed_at) as snoozed_at, date_part('epoch', e.snoozed_until) as snoozed_until,
  date_part('epoch', e.opened_at) as opened_at,
  date_part('epoch', e.clock_from) as clock_from, date_part('epoch', e.last_patient_at) as last_patient_at,
  date_part('epoch', e.awaiting_since) as awaiting_since, date_part('epoch', e.unanswered_since) as unanswered_since,
  date_part('epoch', e.warned_at) as warned_at,
  date_part('epoch', e.renewed_at) as renewed_at, date_part('epoch', e.granted_at) as granted_at,
  date_part('epoch', e.expired_at) as expired_at, date_part('epoch', e.closed_at) as closed_at,
  date_part('epoch', e.armed_at) as armed_at`

const toMs = (seconds: number): number => Math.round(seconds * 1000)
const ms = (seconds: number | null): number | null => (seconds === null ? null : toMs(seconds))

export const encounterOf = (row: EncounterRow): Encounter => ({
  tenant: row.tenant,
  id: row.encounter_id,
  queueId: row.queue_id,
  contactId: row.contact_id,
  brandId: row.brand_id,
  channel: row.channel,
  bare: row.bare,
  status: row.status,
  handling: row.handling,
  assignee: row.assignee,
  snoozedAt: ms(row.snoozed_at),
  snoozedUntil: ms(row.snoozed_until),
  openedAt: toMs(row.opened_at),
  clockFrom: toMs(row.clock_from),
  lastPatientAt: ms(row.last_patient_at),
  awaitingSince: ms(row.awaiting_since),
  wrote: row.wrote,
  lastSpeaker: row.last_speaker,
  unansweredSince: ms(row.unanswered_since),
  lastMove: row.last_move,
  warnedAt: ms(row.warned_at),
  renewedAt: ms(row.renewed_at),
  grantedAt: ms(row.granted_at),
  expiredAt: ms(row.expired_at),
  closedAt: ms(row.closed_at),
  closeReason: row.close_reason,
  extraMs: row.extra_ms,
  round: row.round,
  messageCount: row.message_count,
  tags: row.tags,
  armedAt: ms(row.armed_at),
  version: row.version,
})

const keysJson = (keys: readonly EncounterKey[]): string =>
  JSON.stringify(keys.map(({ tenant, encounterId }) => ({ tenant, encounter_id: encounterId })))

const WANTED = 'jsonb_to_recordset($1::jsonb) as wanted (tenant text, encounter_id text)'

// Always in this order, whoever locks: two batches can wait for each other but never in a circle.
const LOCK = `select ${COLUMNS} from ${WANTED} join encounter e using (tenant, encounter_id)
order by e.tenant, e.encounter_id
for no key update of e`

/** Locks encounters until the transaction ends and gives them as they are now. Unknown ones are absent. */
export async function lockEncounters(db: Db, keys: readonly EncounterKey[]): Promise<Encounter[]> {
  return (await db.query<EncounterRow>(LOCK, [keysJson(keys)])).map(encounterOf)
}

/** Like `lockEncounters`, but those that somebody else holds are left out instead of waited for. */
export async function lockFreeEncounters(db: Db, keys: readonly EncounterKey[]): Promise<Encounter[]> {
  return (await db.query<EncounterRow>(`${LOCK} skip locked`, [keysJson(keys)])).map(encounterOf)
}

export async function readEncounters(db: Db, keys: readonly EncounterKey[]): Promise<Encounter[]> {
  if (keys.length === 0) return []
  const rows = await db.query<EncounterRow>(
    `select ${COLUMNS} from ${WANTED} join encounter e using (tenant, encounter_id)`,
    [keysJson(keys)],
  )
  return rows.map(encounterOf)
}

/** What is null is left out of the JSON: an absent member is read as null, and most are. */
const seconds = (at: number | null): number | undefined => (at === null ? undefined : at / 1000)

// A message or sign of life: unless the turn changes nothing indexed does, so the update stays on its page (heap-only).
const TOUCH = `with changed as (
  update encounter e
  set last_patient_at = to_timestamp(c.patient), awaiting_since = to_timestamp(c.awaiting), message_count = c.messages,
    wrote = c.wrote, last_speaker = c.speaker, unanswered_since = to_timestamp(c.unanswered), last_move = c.move,
    version = e.version + 1
  from jsonb_to_recordset($1::jsonb) as c (tenant text, id text, patient double precision, awaiting double precision,
    messages int, wrote boolean, speaker text, unanswered double precision, move text, version bigint)
  where e.tenant = c.tenant and e.encounter_id = c.id and e.version = c.version
  returning 1)
select assert_rows((select count(*) from changed), $2::bigint)`

const ROWS =
  rowSet(`tenant text, id text, queue text, contact text, brand text, channel text, bare boolean, status text,
  handling text, assignee jsonb, rested double precision, snoozed double precision, opened double precision, clock double precision,
  patient double precision, awaiting double precision, wrote boolean, speaker text, unanswered double precision, move text,
  warned double precision,
  renewed double precision, granted double precision, expired double precision, closed double precision, reason text, extra bigint, round int,
  messages int, tags jsonb, armed double precision, version bigint`)

const CHANGE = `with changed as (
  update encounter e
  set queue_id = c.queue, contact_id = c.contact, brand_id = c.brand, channel = c.channel, bare = c.bare,
    status = c.status, handling = c.handling, assignee = c.assignee, snoozed_at = to_timestamp(c.rested),
    snoozed_until = to_timestamp(c.snoozed),
    clock_from = to_timestamp(c.clock), last_patient_at = to_timestamp(c.patient),
    awaiting_since = to_timestamp(c.awaiting), wrote = c.wrote, last_speaker = c.speaker,
    unanswered_since = to_timestamp(c.unanswered), last_move = c.move,
    warned_at = to_timestamp(c.warned), renewed_at = to_timestamp(c.renewed), granted_at = to_timestamp(c.granted),
    expired_at = to_timestamp(c.expired),
    closed_at = to_timestamp(c.closed), close_reason = c.reason, extra_ms = c.extra, round = c.round,
    message_count = c.messages, tags = c.tags, armed_at = to_timestamp(c.armed), version = e.version + 1
  from ${ROWS.from('$1')} as c
  where e.tenant = c.tenant and e.encounter_id = c.id and e.version = c.version
  returning 1)
select assert_rows((select count(*) from changed), $2::bigint)`

/** Named as in the SQL above; times in seconds. */
const rowOf = (e: Encounter) => ({
  tenant: e.tenant,
  id: e.id,
  queue: e.queueId,
  contact: e.contactId,
  brand: e.brandId,
  channel: e.channel,
  bare: e.bare,
  status: e.status,
  handling: e.handling,
  assignee: e.assignee,
  rested: seconds(e.snoozedAt),
  snoozed: seconds(e.snoozedUntil),
  opened: seconds(e.openedAt),
  clock: seconds(e.clockFrom),
  patient: seconds(e.lastPatientAt),
  awaiting: seconds(e.awaitingSince),
  wrote: e.wrote,
  speaker: e.lastSpeaker,
  unanswered: seconds(e.unansweredSince),
  move: e.lastMove,
  warned: seconds(e.warnedAt),
  renewed: seconds(e.renewedAt),
  granted: seconds(e.grantedAt),
  expired: seconds(e.expiredAt),
  closed: seconds(e.closedAt),
  reason: e.closeReason,
  extra: e.extraMs,
  round: e.round,
  messages: e.messageCount,
  tags: e.tags,
  armed: seconds(e.armedAt),
  version: e.version,
})

/** What a message or sign of life changes. */
const TOUCHED: ReadonlySet<keyof Encounter> = new Set([
  'lastPatientAt',
  'awaitingSince',
  'messageCount',
  'wrote',
  'lastSpeaker',
  'unansweredSince',
  'lastMove',
])

const onlyTouched = (before: Encounter, after: Encounter): boolean =>
  (Object.keys(after) as (keyof Encounter)[]).every((name) => after[name] === before[name] || TOUCHED.has(name))

/**
 * Minutes after a word of the person at which a queue with times of its own for some silences may warn at the soonest.
 * A time that says "never" is taken for the queue's, which is sooner: then the long way finds that nothing is due.
 */
const SOONEST = `least(coalesce((q.thresholds -> 'personSpokeLast' ->> 'warningMin')::int, q.warning_min),
  coalesce((q.thresholds -> 'withBot' ->> 'warningMin')::int, q.warning_min))`

// Unless it is their first word since ours nothing indexed changes, so the update stays on its page (heap-only); rows come in
// the common order of locks. Where the word may bring the deadline nearer, the timer has to be set, under the row lock and by
// all the rules.
const HEAR = `update encounter e
set last_patient_at = greatest(e.last_patient_at, to_timestamp(c.at)), message_count = e.message_count + c.messages,
  wrote = true, last_speaker = 'patient', unanswered_since = coalesce(e.unanswered_since, to_timestamp(c.first)),
  last_move = null, version = e.version + 1
from jsonb_to_recordset($1::jsonb) as c (tenant text, id text, at double precision, first double precision, messages int)
where e.tenant = c.tenant and e.encounter_id = c.id and e.status = 'open' and e.handling <> 'snoozed'
  and not exists (
    select 1 from queue q
    where q.tenant = e.tenant and q.queue_id = e.queue_id and q.thresholds <> '{}'
      and coalesce(e.armed_at > to_timestamp(c.at) + make_interval(mins => ${SOONEST}), ${SOONEST} is not null))
returning e.tenant, e.encounter_id as id, e.queue_id as "queueId", e.contact_id as "contactId", e.brand_id as "brandId",
  e.message_count - c.messages as seq`

type Touched = Pick<Encounter, 'queueId' | 'contactId' | 'brandId'> & { seq: number }

/**
 * Counts a message of the person, and their sign of life, on encounters that are open and awake.
 * @returns `next` gives a message its number in the thread, call by call; null where the encounter is not such a one
 */
export async function touchEncounters(
  tx: Tx,
  heard: readonly (EncounterKey & { at: number })[],
): Promise<{ next(tenant: string, encounterId: string): Touched | null }> {
  const rows = new Map<string, { tenant: string; id: string; at: number; first: number; messages: number }>()
  for (const { tenant, encounterId, at } of heard) {
    const key = `${tenant}\n${encounterId}`
    const row = rows.get(key)
    if (row === undefined) rows.set(key, { tenant, id: encounterId, at: at / 1000, first: at / 1000, messages: 1 })
    else {
      row.messages += 1
      row.at = Math.max(row.at, at / 1000)
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  const touched = await tx.query<Touched & { tenant: string; id: string }>(HEAR, [JSON.stringify(sorted)])
  const by = new Map(touched.map((row) => [`${row.tenant}\n${row.id}`, row]))
  return {
    next(tenant, encounterId) {
      const row = by.get(`${tenant}\n${encounterId}`)
      if (row === undefined) return null
      row.seq += 1
      return { ...row }
    },
  }
}

export type Change = { before: Encounter; after: Encounter }

/**
 * Issues the updates of encounters decided on as `before`; raises CA001 if one of them has changed since.
 * Under the row lock that cannot be; a consumer, which reads without a lock, decides again.
 */
export function updateEncounters(tx: Tx, changes: readonly Change[]): void {
  const touched = changes.filter(({ before, after }) => onlyTouched(before, after))
  const changed = changes.filter(({ before, after }) => !onlyTouched(before, after))
  if (touched.length > 0) {
    const rows = touched.map(({ before, after }) => ({
      tenant: after.tenant,
      id: after.id,
      patient: seconds(after.lastPatientAt),
      awaiting: seconds(after.awaitingSince),
      messages: after.messageCount,
      wrote: after.wrote,
      speaker: after.lastSpeaker ?? undefined,
      unanswered: seconds(after.unansweredSince),
      move: after.lastMove ?? undefined,
      version: before.version,
    }))
    void tx.query(TOUCH, [JSON.stringify(rows), rows.length])
  }
  if (changed.length > 0) {
    const rows = changed.map(({ before, after }) => ({ ...rowOf(after), version: before.version }))
    void tx.query(CHANGE, [ROWS.json(rows), rows.length])
  }
}

/** Locks in the common order what a batch that read without locks is about to change. */
export function lockInOrder(tx: Tx, keys: readonly EncounterKey[]): void {
  if (keys.length > 0) void tx.query(`select 1 from (${LOCK}) as locked`, [keysJson(keys)])
}

const INSERT = `with made as (
  insert into encounter (tenant, encounter_id, queue_id, contact_id, brand_id, channel, bare, status, handling, assignee,
    snoozed_at, snoozed_until, opened_at, clock_from, last_patient_at, awaiting_since, wrote, last_speaker,
    unanswered_since, last_move, warned_at, renewed_at, granted_at, expired_at, closed_at, close_reason, extra_ms, round, message_count, tags, armed_at)
  select tenant, id, queue, contact, brand, channel, bare, status, handling, assignee, to_timestamp(rested),
    to_timestamp(snoozed), to_timestamp(opened), to_timestamp(clock), to_timestamp(patient), to_timestamp(awaiting), wrote, speaker,
    to_timestamp(unanswered), move, to_timestamp(warned), to_timestamp(renewed), to_timestamp(granted), to_timestamp(expired), to_timestamp(closed), reason, extra, round, messages, tags, to_timestamp(armed)
  from ${ROWS.from('$1')} as c
  on conflict (tenant, encounter_id) do nothing
  returning 1)
select assert_rows((select count(*) from made), $2::bigint)`

/** Issues the insert of new encounters; raises CA001 if somebody else made one of them first. */
export function insertEncounters(tx: Tx, encounters: readonly Encounter[]): void {
  if (encounters.length === 0) return
  const rows = [...encounters].sort(byKey).map(rowOf)
  void tx.query(INSERT, [ROWS.json(rows), rows.length])
}

/** The order in which rows are locked and made. Byte order, as the database's C collation has it. */
const byKey = (a: Encounter, b: Encounter): number =>
  Buffer.compare(Buffer.from(`${a.tenant}\u0000${a.id}`), Buffer.from(`${b.tenant}\u0000${b.id}`))

// A flow may hear of an encounter before this context does.
const BARE = `insert into encounter (tenant, encounter_id, bare, opened_at, clock_from)
select distinct on (tenant, encounter) tenant, encounter, true, to_timestamp(at), to_timestamp(at)
from jsonb_to_recordset($1::jsonb) as m (tenant text, encounter text, at double precision)
order by tenant, encounter
on conflict (tenant, encounter_id) do nothing`

/** Issues bare rows for encounters that another context speaks of before this one has heard of them. */
export function insertBareEncounters(tx: Tx, encounters: readonly (EncounterKey & { at: number })[]): void {
  if (encounters.length === 0) return
  const rows = encounters.map(({ tenant, encounterId, at }) => ({ tenant, encounter: encounterId, at: at / 1000 }))
  void tx.query(BARE, [JSON.stringify(rows)])
}

/**
 * Open encounters of a queue, after the id `after` and in the order of ids, whose timer may be set too late or not at
 * all. Business time, and times of single silences, only make deadlines later, so counting plain time by the shortest
 * leaves none out. Served by encounter_open.
 * @param limits the shortest from silence to warning and from warning to close; null: never
 */
export async function readLateTimers(
  db: Db,
  { tenant, queueId, after }: { tenant: string; queueId: string; after: string },
  limits: { warningMs: number | null; closeMs: number | null },
  limit: number,
): Promise<Encounter[]> {
  const rows = await db.query<EncounterRow>(
    `select ${COLUMNS} from encounter e
    where tenant collate "C" = $1 and queue_id = $2 and encounter_id > $3 and status <> 'closed'
      and case status when 'open' then $4::double precision else $5::double precision end is not null
      and (armed_at is null or armed_at > case status
        when 'open' then greatest(clock_from, last_patient_at, awaiting_since) + make_interval(secs => $4)
        else greatest(warned_at, snoozed_until) + make_interval(secs => $5 + extra_ms / 1000.0) end)
    order by encounter_id limit $6`,
    [tenant, queueId, after, seconds(limits.warningMs), seconds(limits.closeMs), limit],
  )
  return rows.map(encounterOf)
}

/**
 * Open encounters of a queue whose silence may be over by a moment, by limits as those of `readLateTimers`; one more than
 * `limit` where there are more. Served by encounter_open.
 */
export async function readDueBy(
  db: Db,
  { tenant, queueId, by }: { tenant: string; queueId: string; by: number },
  limits: { warningMs: number | null; closeMs: number | null },
  limit: number,
): Promise<Encounter[]> {
  const rows = await db.query<EncounterRow>(
    `select ${COLUMNS} from encounter e
    where tenant collate "C" = $1 and queue_id = $2 and status <> 'closed'
      and case status
        when 'open' then greatest(clock_from, last_patient_at, awaiting_since) + make_interval(secs => $3)
        else greatest(warned_at, clock_from, snoozed_until) + make_interval(secs => $4 + extra_ms / 1000.0) end
        <= to_timestamp($5)
    limit $6`,
    [tenant, queueId, seconds(limits.warningMs), seconds(limits.closeMs), by / 1000, limit + 1],
  )
  return rows.map(encounterOf)
}

const OPEN = `insert into encounter (tenant, encounter_id, queue_id, contact_id, channel, opened_at, clock_from, armed_at)
select tenant, id, queue, contact, channel, to_timestamp(opened), to_timestamp(clock), to_timestamp(armed)
from jsonb_to_recordset($1::jsonb) as c (tenant text, id text, queue text, contact text, channel text,
  opened double precision, clock double precision, armed double precision)
order by tenant, id
on conflict (tenant, encounter_id) do update
set queue_id = excluded.queue_id, contact_id = excluded.contact_id, channel = excluded.channel, bare = false,
  version = encounter.version + 1
where encounter.bare
returning tenant, encounter_id as id, xmax = 0 as fresh`

/** Opens encounters and takes over bare ones; those that were opened before are absent from the answer. */
export async function openEncounters(
  tx: Tx,
  encounters: readonly Encounter[],
): Promise<{ tenant: string; id: string; fresh: boolean }[]> {
  if (encounters.length === 0) return []
  return tx.query(OPEN, [JSON.stringify(encounters.map(rowOf))])
}

/** Written out, so that the planner sees which partial index serves. */
const STATUS_IS: Readonly<Record<Status, string>> = {
  open: "status = 'open'",
  warned: "status = 'warned'",
  closed: "status = 'closed'",
}

/** Encounters of a tenant after the id `after`, in the order of ids; one more than `limit`. */
export async function listEncounters(
  db: Db,
  tenant: string,
  filter: { status?: Status; queueId?: string; contactId?: string },
  limit: number,
  after: string,
): Promise<Encounter[]> {
  const values: unknown[] = [tenant, after, limit + 1]
  const { status, queueId, contactId } = filter
  // Which index serves: one of what is asked for, named by its collation, or the primary key.
  const indexed = contactId !== undefined || status === 'warned' || (queueId !== undefined && status === 'open')
  const conditions = [indexed ? 'tenant collate "C" = $1' : 'tenant = $1', 'encounter_id > $2']
  if (status !== undefined) conditions.push(STATUS_IS[status])
  if (queueId !== undefined) conditions.push(`queue_id = $${values.push(queueId)}`)
  if (contactId !== undefined) conditions.push(`contact_id = $${values.push(contactId)}`)
  const rows = await db.query<EncounterRow>(
    `select ${COLUMNS} from encounter e where ${conditions.join(' and ')} order by encounter_id limit $3`,
    values,
  )
  return rows.map(encounterOf)
}

/** More are counted as so many. */
const MOST_COUNTED = 10_000

/** How many conversations are open, and how many of these were warned. Indexes: encounter_open, encounter_warned. */
export async function countOpen(db: Db, tenant: string): Promise<{ open: number; warned: number }> {
  const [row] = await db.query<{ open: number; warned: number }>(
    `select (select count(*) from (select 1 from encounter
        where tenant collate "C" = $1 and status <> 'closed' limit ${MOST_COUNTED}) o)::int as open,
      (select count(*) from (select 1 from encounter
        where tenant collate "C" = $1 and status = 'warned' limit ${MOST_COUNTED}) w)::int as warned`,
    [tenant],
  )
  return row ?? { open: 0, warned: 0 }
}
