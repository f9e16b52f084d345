/** ISO 8601 durations: read, measured, written. What people read of them is in durations.ts. */

export const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const
export type Unit = (typeof UNITS)[number]

/** So many of one unit. */
export type Amount = { readonly count: number; readonly unit: Unit }
export type Parts = Partial<Record<Unit, number>>

/** As long as they always are; months and years differ. */
export const UNIT_MS = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
} as const

const ISO =
  /^P(?=[0-9T])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/

/** What a duration states; null where it is none. */
export function partsOf(iso: string): Parts | null {
  const found = ISO.exec(iso)
  if (found === null) return null
  const parts: Parts = {}
  for (const [i, unit] of UNITS.entries()) {
    const text = found[i + 1]
    if (text !== undefined) parts[unit] = Number(text.replace(',', '.'))
  }
  return parts
}

/** The amounts that matter, the largest unit first: those above zero, else the last one stated. */
export function amountsIn(parts: Parts): readonly Amount[] {
  const stated = UNITS.flatMap((unit) => (parts[unit] === undefined ? [] : [{ count: parts[unit], unit }]))
  const some = stated.filter(({ count }) => count > 0)
  return some.length === 0 ? stated.slice(-1) : some
}

/** How long a duration is, where it has no months or years. Null otherwise. */
export function msOf(iso: string): number | null {
  const parts = partsOf(iso)
  if (parts === null || parts.year || parts.month) return null
  const { week = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  return Math.round((((week * 7 + day) * 24 + hour) * 60 + minute) * 60_000 + second * 1_000)
}

/** The ISO 8601 duration that states these parts. */
export function isoOfParts(parts: Parts): string {
  const amounts = amountsIn(parts)
  const written = (units: readonly Unit[]) =>
    amounts.map(({ count, unit }) => (units.includes(unit) ? `${count}${unit.charAt(0).toUpperCase()}` : '')).join('')
  const time = written(['hour', 'minute', 'second'])
  return `P${written(['year', 'month', 'week', 'day'])}${time === '' ? '' : `T${time}`}`
}

/** So many milliseconds in the largest units that hold them: 1440 minutes are a day, 14 days are two weeks. */
export function isoOf(ms: number): string {
  const days = Math.floor(ms / UNIT_MS.day)
  const weeks = days % 7 === 0 ? days / 7 : 0
  return isoOfParts({
    week: weeks,
    day: days - weeks * 7,
    hour: Math.floor((ms % UNIT_MS.day) / UNIT_MS.hour),
    minute: Math.floor((ms % UNIT_MS.hour) / UNIT_MS.minute),
    second: (ms % UNIT_MS.minute) / UNIT_MS.second,
  })
}

/** The same length in the largest units that hold it: `PT86400S` is `P1D`. What has months, or is no duration, stays as it is. */
export function carried(iso: string): string {
  const ms = msOf(iso)
  return ms === null ? iso : isoOf(ms)
}
