import { type Static, Type } from '@sinclair/typebox'
import { type Calendar, epochDay, type Opening, WEEKDAYS } from '#conversations/calendars/calendar.ts'
import { isTimeZone } from '#conversations/calendars/zone.ts'
import { textOf } from '#conversations/fields.ts'
import { type Fault, says } from '#platform/problem.ts'

const opening = Type.Object({
  from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' }),
  to: Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$', description: 'HH:MM, up to 24:00' }),
})
const openings = Type.Array(opening, { maxItems: 24 })
const date = Type.String({ format: 'date' })
const name = Type.Optional(textOf(200))

export const calendarBody = Type.Object({
  name,
  timeZone: Type.String({ minLength: 1, maxLength: 100 }),
  week: Type.Object({
    mon: Type.Optional(openings),
    tue: Type.Optional(openings),
    wed: Type.Optional(openings),
    thu: Type.Optional(openings),
    fri: Type.Optional(openings),
    sat: Type.Optional(openings),
    sun: Type.Optional(openings),
  }),
  holidays: Type.Optional(
    Type.Array(Type.Union([Type.Object({ date, name }), Type.Object({ from: date, to: date, name })]), {
      maxItems: 1_000,
    }),
  ),
  exceptions: Type.Optional(Type.Array(Type.Object({ date, openings, name }), { maxItems: 1_000 })),
})

export type CalendarBody = Static<typeof calendarBody>

const MAX_HOLIDAY_DAYS = 366
/** Later days are nobody's plan; with a bound, looking for the next opening comes to an end. */
const LAST_DAY = epochDay('2199-12-31')

/** What the schema cannot say: the zone exists, openings do not overlap, the week is not empty, ranges run forward. */
export function calendarFaults(calendar: Calendar): Fault[] {
  const faults: Fault[] = []
  if (!isTimeZone(calendar.timeZone)) {
    faults.push({
      path: '/timeZone',
      ...says('is not an IANA time zone such as Europe/Madrid', 'no es una zona horaria, como Europe/Madrid'),
    })
  }
  for (const day of WEEKDAYS) faults.push(...openingFaults(calendar.week[day] ?? [], `/week/${day}`))
  if (WEEKDAYS.every((day) => (calendar.week[day] ?? []).length === 0)) {
    faults.push({
      path: '/week',
      ...says('never opens: give at least one day an interval', 'no abre nunca: al menos un día debe tener horas'),
    })
  }
  calendar.holidays?.forEach((holiday, i) => {
    if ('date' in holiday) faults.push(...dayFaults(holiday.date, `/holidays/${i}/date`))
    else {
      faults.push(...dayFaults(holiday.to, `/holidays/${i}/to`))
      const days = epochDay(holiday.to) - epochDay(holiday.from)
      if (days < 0) faults.push({ path: `/holidays/${i}/to`, ...says('lies before from', 'es anterior al comienzo') })
      if (days >= MAX_HOLIDAY_DAYS)
        faults.push({
          path: `/holidays/${i}/to`,
          ...says(
            `lies ${MAX_HOLIDAY_DAYS} days or more after from`,
            `queda a ${MAX_HOLIDAY_DAYS} días o más del comienzo`,
          ),
        })
    }
  })
  const dates = new Set<string>()
  calendar.exceptions?.forEach((exception, i) => {
    faults.push(...dayFaults(exception.date, `/exceptions/${i}/date`))
    faults.push(...openingFaults(exception.openings, `/exceptions/${i}/openings`))
    if (dates.has(exception.date))
      faults.push({ path: `/exceptions/${i}/date`, ...says('is there twice', 'está dos veces') })
    dates.add(exception.date)
  })
  return faults
}

const dayFaults = (day: string, path: string): Fault[] =>
  epochDay(day) > LAST_DAY ? [{ path, ...says('lies after 2199', 'es posterior a 2199') }] : []

function openingFaults(openings: readonly Opening[], path: string): Fault[] {
  const faults: Fault[] = []
  const sorted = openings
    .map(({ from, to }, i) => ({ from, to: to <= from ? '24:00' : to, overnight: to <= from, i }))
    .sort((a, b) => (a.from < b.from ? -1 : 1))
  openings.forEach(({ from, to }, i) => {
    if (from === to)
      faults.push({
        path: `${path}/${i}`,
        ...says('begins and ends at the same time', 'empieza y termina a la misma hora'),
      })
  })
  sorted.forEach((next, n) => {
    const before = sorted[n - 1]
    if (before !== undefined && before.to > next.from) {
      faults.push({
        path: `${path}/${next.i}`,
        ...says(
          `overlaps with ${openings[before.i]?.from}–${openings[before.i]?.to}`,
          `se superpone con ${openings[before.i]?.from}–${openings[before.i]?.to}`,
        ),
      })
    }
  })
  return faults
}
