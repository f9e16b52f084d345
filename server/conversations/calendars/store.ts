import type { Calendar } from '#conversations/calendars/calendar.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import { parsedOnce } from '#platform/parsed-once.ts'
import type { Db, Tx } from '#platform/work.ts'

/** Their days are kept as they are compiled. */
export const calendarOfText = parsedOnce<Calendar>(1_000)

export type CalendarKey = { tenant: string; calendarId: string }

export const calendarKeyOf = (key: CalendarKey): string => JSON.stringify([key.tenant, key.calendarId])

/** Calendars by `calendarKeyOf(key)`, in one statement; unknown ones are absent. */
export async function calendarsOf(db: Db, keys: readonly CalendarKey[]): Promise<Map<string, Calendar>> {
  if (keys.length === 0) return new Map()
  const rows = await db.query<{ tenant: string; calendar_id: string; definition: string }>(
    `select c.tenant, c.calendar_id, c.definition::text as definition
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, "calendarId" text)
    join calendar c on c.tenant = wanted.tenant and c.calendar_id = wanted."calendarId"`,
    [JSON.stringify(keys)],
  )
  return new Map(
    rows.map((row) => [
      calendarKeyOf({ tenant: row.tenant, calendarId: row.calendar_id }),
      calendarOfText(row.definition),
    ]),
  )
}

export async function readCalendar(
  db: Db,
  tenant: string,
  calendarId: string,
  lock: '' | 'for no key update' = '',
): Promise<Calendar | null> {
  const [row] = await db.query<{ definition: Calendar }>(
    `select definition from calendar where tenant = $1 and calendar_id = $2 ${lock}`,
    [tenant, calendarId],
  )
  return row?.definition ?? null
}

/** Whether there is such a calendar, which then stays until the transaction has ended. */
export async function holdCalendar(tx: Tx, tenant: string, calendarId: string): Promise<boolean> {
  const rows = await tx.query('select 1 from calendar where tenant = $1 and calendar_id = $2 for key share', [
    tenant,
    calendarId,
  ])
  return rows.length > 0
}

/** Calendars after the id `after`, in the order of their ids. */
export async function listCalendars(
  db: Db,
  tenant: string,
  limit: number,
  after: string,
): Promise<Found<{ id: string; calendar: Calendar }>> {
  const { rows, more } = await readPage<{ calendar_id: string; definition: Calendar }>(
    db,
    'select calendar_id, definition from calendar where tenant = $1 and calendar_id > $2 order by calendar_id',
    [tenant, after],
    limit,
  )
  return { rows: rows.map((row) => ({ id: row.calendar_id, calendar: row.definition })), more }
}

export async function saveCalendar(
  db: Db,
  tenant: string,
  calendarId: string,
  calendar: Calendar,
  at: number,
): Promise<void> {
  await db.query(
    `insert into calendar (tenant, calendar_id, definition, updated_at)
    values ($1, $2, $3::jsonb, to_timestamp($4::double precision / 1000))
    on conflict (tenant, calendar_id) do update set definition = excluded.definition, updated_at = excluded.updated_at`,
    [tenant, calendarId, JSON.stringify(calendar), at],
  )
}

/** @returns false if there was none */
export async function deleteCalendar(db: Db, tenant: string, calendarId: string): Promise<boolean> {
  const rows = await db.query('delete from calendar where tenant = $1 and calendar_id = $2 returning 1', [
    tenant,
    calendarId,
  ])
  return rows.length > 0
}
