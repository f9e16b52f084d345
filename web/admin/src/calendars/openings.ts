/** The hours of a day, as people write them: "09:00–14:00, 16:00–20:00". */
export type Opening = { readonly from: string; readonly to: string }

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

export const openingsWords = (openings: readonly Opening[] = []): string =>
  openings.map(({ from, to }) => `${from}–${to}`).join(', ')

/** "9", "9:30", "0930", "9.30", "9h" as HH:MM; null where it is no time of a day. */
export function timeOf(written: string): string | null {
  const found = /^(\d{1,2})(?:[:.h]?(\d{2}))?h?$/i.exec(written.trim())
  if (found === null) return null
  const hours = Number(found[1])
  const minutes = Number(found[2] ?? 0)
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return null
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

/** Why hours are none: not understood, one ends before it begins, or two of them overlap. */
export type OpeningsFault = 'hoursWrong' | 'hoursBackwards' | 'hoursOverlap'

/** Reads hours, in whatever order; nothing written is closed. */
export function readOpenings(written: string): Opening[] | OpeningsFault {
  if (written.trim() === '') return []
  const openings: Opening[] = []
  for (const part of written.split(/[,;]|\s+(?:y|and)\s+/)) {
    const ends = part.split(/\s*(?:[-–—]|\ba\b|\bto\b)\s*/)
    const [from, to] = ends.map(timeOf)
    if (ends.length !== 2 || !from || !to || from === '24:00') return 'hoursWrong'
    if (from >= to) return 'hoursBackwards'
    openings.push({ from, to })
  }
  openings.sort((a, b) => a.from.localeCompare(b.from))
  return openings.some(({ from }, at) => (openings[at - 1]?.to ?? '') > from) ? 'hoursOverlap' : openings
}

/** Hours that were found right; none where they are not. */
export function openingsOf(written: string): Opening[] {
  const read = readOpenings(written)
  return typeof read === 'string' ? [] : read
}

/** Days one after the other with the same hours, and those; days without any are left out. */
export function weekOf(week: Partial<Record<Day, readonly Opening[]>>): { from: Day; to: Day; hours: string }[] {
  const spans: { from: Day; to: Day; hours: string }[] = []
  let before = ''
  for (const day of DAYS) {
    const hours = openingsWords(week[day])
    const last = spans.at(-1)
    if (hours !== '' && hours === before && last !== undefined) last.to = day
    else if (hours !== '') spans.push({ from: day, to: day, hours })
    before = hours
  }
  return spans
}
