/** Seconds may be left out, and a space may stand for the T, as many write it. */
const TIME = /^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/**
 * Whether a text is a time of ISO 8601 with its zone. JavaScript takes more: one without a zone by the clock of whatever
 * machine it is on, and 30 February for 2 March.
 */
export const isTime = (text: string): boolean => TIME.test(text) && isDay(text.slice(0, 10))

const isDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8))

/** As the library says it of what it takes for none itself. */
export class NoTime extends Error {
  override readonly name = 'NoTime'
  readonly code = 'invalid_timestamp'
  readonly summary = 'timestamp() requires a time of ISO 8601 with its zone, such as 2026-03-02T10:00:00Z'
}

const FORM = /^(.{10})[T ](.{5})(:\d\d)?(\.\d{1,3})?\d*(Z|[+-]\d\d):?(\d\d)?$/

/**
 * What `timestamp()` is asked about, as the library takes it: that goes by the length of a text, and refuses one without seconds
 * and one with microseconds and a zone. Other values stay as they are.
 * @throws NoTime
 */
export function plainTime(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (!isTime(value)) throw new NoTime()
  return new Date(
    value.replace(
      FORM,
      (_, day, time, seconds = ':00', part = '', zone, minutes) =>
        `${day}T${time}${seconds}${part}${zone}${minutes === undefined ? '' : `:${minutes}`}`,
    ),
  ).toISOString()
}
