import type { Calendar } from '#conversations/calendars/calendar.ts'
import type { Db } from '#platform/work.ts'

/** Parsed definitions by their text: equal texts are one object, so that its compiled days are kept. */
const parsed = new Map<string, Calendar>()
const MAX_PARSED = 1_000

export function calendarOfText(text: string): Calendar {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const calendar = JSON.parse(text) as Calendar
  if (parsed.size >= MAX_PARSED) parsed.clear()
  parsed.set(text, calendar)
  return calendar
}

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
