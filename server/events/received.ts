import type { Registry } from 'prom-client'
import { metricsOf } from '#platform/telemetry/metrics.ts'

/** The first word of known shape: a label must not take what anybody sends. */
const FAMILIES = new Set<string>()
const MAX_FAMILIES = 50
function family(type: string): string {
  const word = type.slice(0, 40).split('.', 1)[0] as string
  if (FAMILIES.has(word)) return word
  if (FAMILIES.size >= MAX_FAMILIES || !/^[A-Za-z][\w-]*$/.test(word)) return 'other'
  FAMILIES.add(word)
  return word
}

/**
 * Counts what reaches a door.
 * @param door `rest`, `amqp`, …
 * @returns called for each event with its type, or null when it could not be read
 */
export function countReceived(
  registry: Registry,
  door: string,
): (type: string | null, result: 'accepted' | 'duplicate' | 'refused' | 'held' | 'set-aside', times?: number) => void {
  const { eventsReceived } = metricsOf(registry)
  return (type, result, times) =>
    eventsReceived.inc({ source: door, type: type === null ? '' : family(type), result }, times)
}
