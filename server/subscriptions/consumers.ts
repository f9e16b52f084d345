import { setImmediate } from 'node:timers/promises'
import { type DeliveryDraft, enqueueDeliveries, readyForDeliveries } from '#deliveries/index.ts'
import { type TopicIndex, topicIndex } from '#events/index.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Consumer, Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'
import { type Endpoint, endpointOf } from './endpoint.ts'
import { deliveriesOf } from './plan.ts'
import { readEndpoints, readVersions } from './store.ts'

/** Rows of one statement; deciding as many takes some milliseconds, after which others get their turn. */
const CHUNK = 2_000
/** Tenants whose subscriptions are kept in memory. */
const MAX_TENANTS = 10_000

/** Turns events into deliveries: one for each active subscription whose pattern matches. */
export function subscriptionsConsumer(runtime: Pick<Runtime, 'database' | 'clock'>): Consumer {
  const cache = createEndpointCache()
  return {
    name: 'subscriptions',
    required: true,
    batch: 200,
    ready: () => readyForDeliveries(runtime),
    async handle(events, db) {
      const indexes = await cache.of(db, events)
      const chunks: DeliveryDraft[][] = []
      let chunk: DeliveryDraft[] = []
      for (const event of events) {
        const matched = indexes.get(event.tenant)?.match(event.type)
        if (matched === undefined || matched.length === 0) continue
        if (chunk.length === 0) chunks.push(chunk)
        chunk.push(...deliveriesOf(event, matched))
        if (chunk.length < CHUNK) continue
        chunk = []
        await setImmediate()
      }
      if (chunks.length === 0) return null
      return (tx) => {
        for (const drafts of chunks) enqueueDeliveries(tx, drafts, runtime)
      }
    },
  }
}

/**
 * The active endpoints of each tenant by pattern. Versions are read with every batch (one probe for each tenant), so
 * an event that comes after a subscription was answered finds it, on whatever node; all else is read after a change.
 */
function createEndpointCache() {
  const tenants = new Map<string, { version: number; index: TopicIndex<Endpoint> }>()
  return {
    async of(db: Db, events: readonly LogEvent[]): Promise<ReadonlyMap<string, TopicIndex<Endpoint>>> {
      const wanted = [...new Set(events.map((event) => event.tenant))]
      const versions = await readVersions(db, wanted)
      const stale = wanted.filter(
        (tenant) => versions.has(tenant) && tenants.get(tenant)?.version !== versions.get(tenant),
      )
      const known = new Map<string, TopicIndex<Endpoint>>()
      for (const [tenant, { version, endpoints }] of stale.length > 0 ? await readEndpoints(db, stale) : []) {
        const index = topicIndex(endpoints.map((endpoint) => [endpoint.pattern, endpointOf(endpoint)] as const))
        if (tenants.size >= MAX_TENANTS) tenants.clear()
        tenants.set(tenant, { version, index })
        known.set(tenant, index)
      }
      for (const tenant of wanted) {
        const index = tenants.get(tenant)?.index
        if (index !== undefined) known.set(tenant, index)
      }
      return known
    },
  }
}
