import { parseDuration } from '#platform/duration.ts'
import { type Fault, says } from '#platform/problem.ts'

/** Most retries of a delivery. */
export const MOST_DELAYS = 20
const LONGEST_S = 86_400
/** A schedule ends within a week: what is older is no news, and its event may be gone. */
const LONGEST_IN_ALL_S = 7 * 86_400

/**
 * Reads the delays between attempts, ISO 8601 durations of whole seconds.
 * @returns seconds, or what is wrong with which of them
 */
export function readDelays(
  texts: readonly string[],
  path: string,
): { seconds: number[]; faults?: undefined } | { seconds?: undefined; faults: Fault[] } {
  const seconds = texts.map((text) => {
    const span = parseDuration(text)
    return span === null || span.months > 0 ? Number.NaN : span.ms / 1_000
  })
  const faults: Fault[] = seconds.flatMap((value, i) =>
    Number.isInteger(value) && value >= 1 && value <= LONGEST_S
      ? []
      : [
          {
            path: `${path}/${i}`,
            ...says(
              'must be an ISO 8601 duration of whole seconds from PT1S to PT24H',
              'debe ser una duración en segundos enteros, de 1 segundo a 24 horas',
            ),
          },
        ],
  )
  const total = seconds.reduce((sum, value) => sum + value, 0)
  if (faults.length === 0 && total > LONGEST_IN_ALL_S)
    faults.push({ path, ...says('must come to P7D or less in all', 'debe sumar 7 días o menos') })
  return faults.length > 0 ? { faults } : { seconds }
}

/** What is wrong with delays that somebody gives, when they are texts at all. */
export const delayFaults = (given: unknown, path: string): Fault[] =>
  Array.isArray(given) && given.every((text) => typeof text === 'string') ? (readDelays(given, path).faults ?? []) : []

/** Seconds as they are read best: `PT5S`, `PT30M`, `PT2H`. */
export function isoDelay(seconds: number): string {
  if (seconds % 3_600 === 0) return `PT${seconds / 3_600}H`
  return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`
}
