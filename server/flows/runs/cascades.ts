import { Counter } from 'prom-client'
import type { LogEvent } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'

/** An event that so many of our own led to is nothing for any flow: flows that set each other off come to rest. */
export const MAX_HOPS = 16
/**
 * Runs that one run may lead to, beyond those its own events start. Hops bound how deep a cascade goes, not how wide:
 * three events a run are forty million runs in sixteen hops.
 */
const MAX_RUNS = 1_000
/** Hops from which on runs count: what one run tells itself is bounded by its steps. */
const COUNTED_FROM = 2
/** Cascades remembered; one that is growing is among the latest. */
const MAX_KNOWN = 20_000

/** Counts the runs of each cascade that this node has started since it began. */
export type Cascades = {
  /** False, and told to the operator: too many of our own led to the event. */
  isWithinHops(event: LogEvent): boolean
  /** The starts of one batch; `counted` when its commit is through. */
  batch(): { admits(event: LogEvent, root: string | null): boolean; counted(): void }
}

export function createCascades(runtime: Pick<Runtime, 'logger' | 'metrics'>): Cascades {
  const { logger, metrics } = runtime
  const known = new Map<string, number>()
  const name = 'cauce_flow_cuts_total'
  const cuts =
    (metrics.getSingleMetric(name) as Counter<'reason'> | undefined) ??
    new Counter({
      name,
      help: 'Events that started no run although a flow is for them: too many hops, or too many runs of one cause',
      labelNames: ['reason'],
      registers: [metrics],
    })
  const cut = (reason: 'hops' | 'runs', { tenant, id, hops, traceparent }: LogEvent, root: string | null) => {
    cuts.inc({ reason })
    logger.warn(
      { traceId: traceparent?.slice(3, 35), tenantId: tenant, eventId: id, hops, rootRunId: root },
      reason === 'hops'
        ? `flows set each other off: an event that ${MAX_HOPS} of ours led to starts no run`
        : `flows set each other off: one run has led to ${MAX_RUNS} others, and starts no more`,
    )
  }
  return {
    isWithinHops(event) {
      if (event.hops < MAX_HOPS) return true
      cut('hops', event, null)
      return false
    },
    batch() {
      const added = new Map<string, number>()
      return {
        admits(event, root) {
          if (root === null || event.hops < COUNTED_FROM) return true
          const key = `${event.tenant}\n${root}`
          const runs = (known.get(key) ?? 0) + (added.get(key) ?? 0)
          if (runs > MAX_RUNS) return false
          added.set(key, (added.get(key) ?? 0) + 1)
          // The first one too many is counted, so that it is told once.
          if (runs === MAX_RUNS) cut('runs', event, root)
          return runs < MAX_RUNS
        },
        counted() {
          for (const [key, n] of added) {
            const before = known.get(key) ?? 0
            known.delete(key)
            known.set(key, before + n)
          }
          for (const key of known.keys()) {
            if (known.size <= MAX_KNOWN) return
            known.delete(key)
          }
        },
      }
    },
  }
}
