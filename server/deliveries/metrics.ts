import { Counter, Gauge, Histogram } from 'prom-client'
import type { Runtime } from '#platform/service.ts'
import { countedGauge } from '#platform/telemetry/counted-gauge.ts'
import { metricsOf } from '#platform/telemetry/metrics.ts'
import type { Attempt } from './delivery.ts'
import { countFailed, countOpenBreakers, MOST_COUNTED } from './history/store.ts'

/** The figures of the dispatcher. Labels: channel and what an attempt came to; never a target or a tenant. */
export function deliveryMetrics(
  runtime: Pick<Runtime, 'metrics' | 'database' | 'clock'>,
  sending: () => number,
  inHand: () => number,
) {
  const { database, clock, metrics } = runtime
  const registers = [metrics]
  countedGauge(metrics, { name: 'cauce_breakers_open', help: 'Targets that are given a rest, since they fail' }, () =>
    countOpenBreakers(database.worker, clock.wall()),
  )
  countedGauge(
    metrics,
    { name: 'cauce_dead_letters', help: `Deliveries that were given up, at most ${MOST_COUNTED}` },
    () => countFailed(database.worker),
  )
  const { webhookAttempts } = metricsOf(runtime.metrics)
  const attempts = new Counter({
    name: 'cauce_delivery_attempts_total',
    help: 'Attempts to deliver, by channel and what they came to',
    labelNames: ['channel', 'result'],
    registers,
  })
  const seconds = new Histogram({
    name: 'cauce_delivery_attempt_seconds',
    help: 'Time from sending to the answer',
    labelNames: ['channel'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  new Gauge({
    name: 'cauce_deliveries_in_flight',
    help: 'Deliveries being sent by this node',
    registers,
    collect() {
      this.set(sending())
    },
  })
  new Gauge({
    name: 'cauce_deliveries_in_hand',
    help: 'Deliveries this node has taken: queued, being sent, or waiting for their mark',
    registers,
    collect() {
      this.set(inHand())
    },
  })
  return (channel: string, attempt: Attempt, took: number): void => {
    if (channel === 'webhook') webhookAttempts.inc({ result: attempt.verdict })
    attempts.inc({ channel, result: attempt.verdict })
    seconds.observe({ channel }, took)
  }
}
