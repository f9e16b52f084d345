import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/**
 * The program's own figures. Names and labels are a contract (dashboards and alert rules read them); labels are
 * never ids of people, conversations or events.
 */
export type Metrics = {
  registry: Registry
  /** Labels: door the event came through, its type's first word, `accepted` | `duplicate` | `refused` | `held` | `set-aside`. */
  eventsReceived: Counter<'source' | 'type' | 'result'>
  consumerProcessingSeconds: Histogram<'consumer' | 'result'>
  webhookAttempts: Counter<'result'>
  notifications: Counter<'channel' | 'status'>
}

/** Sub-millisecond work up to a minute. */
const PROCESSING_BUCKETS_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60]

const byRegistry = new WeakMap<Registry, Metrics>()

/** The figures of a registry; made at the first call, the same ones afterwards, so that any context may ask. */
export function metricsOf(registry: Registry): Metrics {
  const known = byRegistry.get(registry)
  if (known !== undefined) return known
  const registers = [registry]
  const metrics: Metrics = {
    registry,
    eventsReceived: new Counter({
      name: 'cauce_events_received_total',
      help: 'Events that reached a door',
      labelNames: ['source', 'type', 'result'],
      registers,
    }),
    consumerProcessingSeconds: new Histogram({
      name: 'cauce_consumer_processing_seconds',
      help: 'Time a consumer takes for a batch, decision and commit',
      labelNames: ['consumer', 'result'],
      buckets: PROCESSING_BUCKETS_S,
      registers,
    }),
    webhookAttempts: new Counter({
      name: 'cauce_webhook_attempts_total',
      help: 'Attempts to deliver a webhook',
      labelNames: ['result'],
      registers,
    }),
    notifications: new Counter({
      name: 'cauce_notifications_total',
      help: 'Notifications by channel and the state they came to',
      labelNames: ['channel', 'status'],
      registers,
    }),
  }
  byRegistry.set(registry, metrics)
  return metrics
}

/** A registry with the process's figures and what build runs. `version` and `commit` are the labels of build_info. */
export function createRegistry(build: { version: string; commit: string }): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'cauce_build_info',
    help: 'Always 1; its labels say what runs',
    labelNames: ['version', 'commit'],
    registers: [registry],
  }).set(build, 1)
  return registry
}
