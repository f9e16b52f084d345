import { Gauge, type Registry } from 'prom-client'

/** Whoever scrapes does so every few seconds, on every node: the same answer serves for so long. */
const FRESH_MS = 10_000

/**
 * A gauge of what stands in the database, for the whole installation: every node tells the same, so dashboards take
 * the maximum. It is counted when it is asked for, at most every 10 s; while the database is away the last count stands.
 * @param count bounded, by an index
 */
export function countedGauge(
  registry: Registry,
  { name, help }: { name: string; help: string },
  count: () => Promise<number>,
  now: () => number = () => performance.now(),
): void {
  let at = Number.NEGATIVE_INFINITY
  new Gauge({
    name,
    help: `${help}, of the whole installation`,
    registers: [registry],
    async collect() {
      if (now() - at < FRESH_MS) return
      at = now()
      const counted = await count().catch(() => null)
      if (counted !== null) this.set(counted)
    },
  })
}
