import { setTimeout as delay } from 'node:timers/promises'
import { startChild } from '../child.ts'
import { monotonicUs } from '../measure/clock.ts'
import { Histogram } from '../measure/histogram.ts'
import type { Received as Counted, Expectation } from './count.ts'
import type { ReceiverQuestions } from './receiver.ts'

export type Received = Omit<Counted, 'latency'> & { latency: Histogram }

export type Receiver = {
  ports: readonly number[]
  urls: readonly string[]
  expect(expectation: Expectation): Promise<void>
  hang(ports: readonly number[]): Promise<void>
  report(): Promise<Received[]>
  /**
   * Waits until all ports together got so many distinct numbers, or until nothing came for `quietMs`.
   * @returns what came, by port
   */
  settled(distinct: number, quietMs?: number): Promise<Received[]>
  stop(): Promise<void>
}

const POLL_MS = 50

/** A receiver in a process of its own with so many ports. */
export async function startReceiver(ports: number): Promise<Receiver> {
  const child = startChild<ReceiverQuestions>(new URL('./receiver.ts', import.meta.url))
  const opened = await child.ask('open', { ports })
  const report = async () =>
    (await child.ask('report', null)).map((counted) => ({ ...counted, latency: new Histogram(counted.latency) }))
  return {
    ports: opened,
    urls: opened.map((port) => `http://127.0.0.1:${port}`),
    expect: async (expectation) => void (await child.ask('expect', expectation)),
    hang: async (hanging) => void (await child.ask('hang', { ports: hanging })),
    report,
    async settled(distinct, quietMs = 10_000) {
      let last = -1
      let movedUs = monotonicUs()
      for (;;) {
        const received = await report()
        const now = sum(received, 'distinct')
        if (now !== last) movedUs = monotonicUs()
        last = now
        if (now >= distinct || monotonicUs() - movedUs > quietMs * 1000) return received
        await delay(POLL_MS)
      }
    },
    stop: child.stop,
  }
}

export const sum = (received: readonly Received[], name: Exclude<keyof Received, 'latency'>): number =>
  received.reduce((total, one) => total + one[name], 0)

/** What our events carry: `"n":"…"` and `"due":"…"`. */
export const IN_EVENT = { n: '"n":"(\\d+)"', due: '"due":"(\\d+)"', clock: 'monotonic-us' } as const
