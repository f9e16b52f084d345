import { Cron } from 'croner'
import { Temporal } from 'temporal-polyfill'
import type { Sentence } from '#platform/sentence.ts'

const CACHED = 1_000
const known = new Map<string, Cron>()

function cronOf(pattern: string, zone: string): Cron {
  const key = `${zone}\n${pattern}`
  const found = known.get(key)
  if (found !== undefined) return found
  const made = new Cron(pattern, { timezone: zone, mode: '5-part', paused: true })
  if (known.size >= CACHED) known.clear()
  known.set(key, made)
  return made
}

/** Minutes and hours that are named one by one, or from one to another: times of the day, and no rhythm. */
const TIMES_OF_DAY = /^\s*[\d,-]+\s+[\d,-]+\s/

/**
 * The first time after `after` (epoch ms, not included) at which clocks in `zone` fit the pattern; null: there is
 * none. A time of day that the clock change skips comes right after the gap, one that comes twice is its
 * first; patterns that repeat within the day (every half hour, say) go on through both.
 */
export function nextTime(pattern: string, zone: string, after: number): number | null {
  const next = (within: string, from: number) => cronOf(pattern, within).nextRun(new Date(from))?.getTime() ?? null
  if (!TIMES_OF_DAY.test(pattern)) return next(zone, after)
  // What clocks show is counted in UTC, which has no changes, and then looked for in the zone.
  for (let at = next('UTC', clockAt(after, zone)); at !== null; at = next('UTC', at)) {
    const found = momentOf(at, zone)
    if (found > after) return found
  }
  return null
}

/** What clocks in `zone` show at a moment, as if it were UTC. */
function clockAt(at: number, zone: string): number {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return here.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
}

/** The first moment at which clocks in `zone` show that; the end of the gap where they never do. */
function momentOf(shown: number, zone: string): number {
  const wanted = Temporal.Instant.fromEpochMilliseconds(shown).toZonedDateTimeISO('UTC').toPlainDateTime()
  const found = wanted.toZonedDateTime(zone)
  if (found.toPlainDateTime().equals(wanted)) return found.epochMilliseconds
  return (found.add({ milliseconds: 1 }).getTimeZoneTransition('previous') ?? found).epochMilliseconds
}

/** A moment like any other, for asking whether a pattern ever fits. */
const SOME_DAY = Date.parse('2026-01-01T00:00:00Z')

/** Why a text is no pattern to begin by; null when it is one. The zone exists. */
export function cronFault(pattern: string, zone: string): Sentence | null {
  if (pattern.trim().split(/\s+/).length !== 5) {
    return {
      en: 'must have five fields: minute, hour, day of the month, month, day of the week, like 0 9 * * 1-5',
      es: 'debe tener cinco campos: minuto, hora, día del mes, mes, día de la semana, como 0 9 * * 1-5',
    }
  }
  try {
    if (nextTime(pattern, zone, SOME_DAY) !== null) return null
    return { en: `${pattern} never comes`, es: `${pattern} no llega nunca` }
  } catch {
    return wrongField(pattern.trim().split(/\s+/)) ?? NO_CRON
  }
}

const NO_CRON: Sentence = { en: 'is no cron pattern', es: 'no es un patrón de cron' }
const FIELDS: readonly Sentence[] = [
  { en: 'minute', es: 'minuto' },
  { en: 'hour', es: 'hora' },
  { en: 'day of the month', es: 'día del mes' },
  { en: 'month', es: 'mes' },
  { en: 'day of the week', es: 'día de la semana' },
]

/** The first field that is wrong by itself. */
function wrongField(fields: readonly string[]): Sentence | null {
  for (const [i, name] of FIELDS.entries()) {
    const alone = FIELDS.map((_, at) => (at === i ? fields[i] : '*')).join(' ')
    try {
      new Cron(alone, { mode: '5-part', paused: true })
    } catch {
      return {
        en: `cannot have ${fields[i]} as field ${i + 1}, the ${name.en}`,
        es: `no puede tener ${fields[i]} en el campo ${i + 1}, ${name.es}`,
      }
    }
  }
  return null
}
