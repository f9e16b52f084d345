import { Counter, Gauge, type Registry } from 'prom-client'
import type { Taken } from '#gateway/intake.ts'
import type { Bus } from '#platform/brokers/bus.ts'

/** The figures of a bus; labels are its name, the way of a message, and what became of it. */
export function busMetrics(
  registry: Registry,
  bus: Bus,
  name: string,
): (door: string, taken: Taken | 'notified', times: number) => void {
  const registers = [registry]
  const gauge = (metric: string, help: string, value: () => number) =>
    new Gauge({
      name: metric,
      help,
      labelNames: ['bus'],
      registers,
      collect() {
        this.set({ bus: name }, value())
      },
    })
  gauge('cauce_bus_up', 'Whether the broker is connected and takes messages', () =>
    bus.status().state === 'connected' ? 1 : 0,
  )
  gauge('cauce_bus_unconfirmed', 'Messages sent to the broker and not confirmed yet', () => bus.status().unconfirmed)
  const total = (metric: string, help: string, value: () => number) => {
    let last = 0
    return new Counter({
      name: metric,
      help,
      labelNames: ['bus'],
      registers,
      collect() {
        const now = value()
        this.inc({ bus: name }, Math.max(0, now - last))
        last = now
      },
    })
  }
  total('cauce_bus_confirmed_total', 'Messages that the broker confirmed', () => bus.status().confirmed)
  total('cauce_bus_unrouted_total', 'Confirmed messages that nobody has asked for', () => bus.status().unrouted)
  total('cauce_bus_reconnects_total', 'How often the broker came back', () => bus.status().reconnects)
  const received = new Counter({
    name: 'cauce_bus_received_total',
    help: 'Messages that the broker brought',
    labelNames: ['bus', 'door', 'result'],
    registers,
  })
  return (door, result, times) => received.inc({ bus: name, door, result }, times)
}
