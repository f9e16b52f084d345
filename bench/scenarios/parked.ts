import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, startGenerator } from '../load/index.ts'
import { atMost, below, type Figure } from '../measure/figure.ts'
import { caughtUp, line, publishFlow } from '../program/api.ts'
import { flatEvent } from '../program/flat-event.ts'
import { mib, residentBytes, watchMemory } from '../program/memory.ts'
import { type Started, startProgram } from '../program/start.ts'
import { type Received, type Receiver, startReceiver } from '../receiver/index.ts'

const WAKES_PER_S = 1_000
const DAY_MS = 86_400_000
const OFFERED_PER_S = 3_000
/** From the last parked run to the first wake that is measured: stop, start, settle. */
const PAUSE_MS = 20_000
const SETTLE_MS = 5_000
/** A stop writes out what the database holds of a million runs. */
const STOP_MS = 30_000

/** A million runs that wait. */
export const parked: Scenario = {
  name: 'parked',
  summary: 'a million parked runs: restart to the first due wake, lateness at 1,000 due/s, memory',
  run: (bench) =>
    withResources(async (use) => {
      const receiver = await use(startReceiver(1))
      const generator = await use(startGenerator())
      const dataDir = await bench.folder('parked')
      const start = () => startProgram({ dataDir, observe: bench.observe })
      let program = await use(start())
      await publishFlow(program.api, flowOf(receiver))
      await park(program, generator, 'first', { count: 100, firstMs: Date.now() + DAY_MS, everyMs: 0 })
      const restart = async () => {
        await program.stop()
        program = await use(start())
        await delay(SETTLE_MS)
        return residentBytes(program.pid)
      }
      const fewBytes = await restart()
      const count = bench.sized(1_000_000, 30_000)
      const wakes = bench.sized(30, 5) * WAKES_PER_S
      bench.say(`parking ${(count - wakes).toLocaleString('en')} runs for a day`)
      const began = Date.now()
      await park(program, generator, 'many', { count: count - wakes, firstMs: Date.now() + DAY_MS, everyMs: 0 })
      const parkMs = (Date.now() - began) / (count - wakes)
      const manyBytes = await restart()

      bench.say('restart to the first due wake')
      await receiver.expect(IN_WAKE)
      const soonMs = Date.now() + STOP_MS
      await park(program, generator, 'soon', { count: 1, firstMs: soonMs, everyMs: 0 })
      await program.stop()
      if (Date.now() >= soonMs) throw new Error('the program took too long to stop: the wake was due before it had')
      await delay(soonMs - Date.now())
      program = await use(start())
      const [first] = (await receiver.settled(1)) as [Received]
      const restartMs = (first.lastUs - program.spawnedUs) / 1000

      const woken = await wake(bench, program, generator, receiver, { wakes, parkMs })
      return figuresOf({
        count,
        restartMs,
        ready: (program.readyUs - program.spawnedUs) / 1000,
        fewBytes,
        manyBytes,
        wakes,
        ...woken,
      })
    }),
}

const IN_WAKE = { n: '"n":"(\\d+)"', due: '"due":"(\\d+)"', clock: 'epoch-ms' } as const

/** Waits until the time that the event names, then tells the receiver. */
const flowOf = (receiver: Receiver) =>
  line('Parked', [
    { id: 'start', type: 'trigger', data: { event: 'bench.park' } },
    { id: 'wait', type: 'wait', data: { until: 'timestamp(event.data.wake_at)' } },
    {
      id: 'tell',
      type: 'http',
      data: {
        method: 'POST',
        url: `${receiver.urls[0]}/wake`,
        body: { n: '{{ event.data.n }}', due: '{{ event.data.wake_ms }}' },
      },
    },
    { id: 'done', type: 'end', data: {} },
  ])

/** Events that each start a run which parks; resolves when all runs are there. */
async function park(
  program: Started,
  generator: Generator,
  run: string,
  { count, firstMs, everyMs }: { count: number; firstMs: number; everyMs: number },
): Promise<void> {
  const { body, ...request } = flatEvent(program.api, { type: 'bench', subtype: 'park', run })
  const event = { ...(JSON.parse(body) as object), wake_at: '{atIso}', wake_ms: '{atMs}' }
  const load = await generator.run({
    host: program.host,
    port: program.port,
    connections: 128,
    ...(count > OFFERED_PER_S ? { ratePerS: OFFERED_PER_S, seconds: count } : {}),
    requests: count,
    request: { ...request, body: JSON.stringify(event), at: { firstMs, everyMs } },
  })
  assertAccepted(load)
  await caughtUp(program.api)
}

/** @param parkMs what parking one run took before: the first must not wake before the last is parked */
async function wake(
  bench: Bench,
  program: Started,
  generator: Generator,
  receiver: Receiver,
  { wakes, parkMs }: { wakes: number; parkMs: number },
) {
  await receiver.expect(IN_WAKE)
  const firstMs = Date.now() + wakes * Math.max(parkMs, 1_000 / OFFERED_PER_S) + PAUSE_MS
  bench.say(`${wakes.toLocaleString('en')} wakes, ${WAKES_PER_S} a second`)
  await park(program, generator, 'wakes', { count: wakes, firstMs, everyMs: 1_000 / WAKES_PER_S })
  if (Date.now() > firstMs) throw new Error('parking the runs that are to wake took too long')
  const memory = watchMemory(program.pid)
  await delay(firstMs - Date.now())
  const [received] = (await receiver.settled(wakes)) as [Received]
  return { received, peakBytes: memory.stop() }
}

function figuresOf(all: {
  count: number
  restartMs: number
  ready: number
  fewBytes: number
  manyBytes: number
  wakes: number
  received: Received
  peakBytes: number
}): Figure[] {
  const { received, count } = all
  return [
    {
      name: `${count.toLocaleString('en')} parked: restart to first due wake delivered`,
      value: all.restartMs,
      unit: 'ms',
      target: below(3_000),
      note: `from the spawn of the process, its database included; ready after ${Math.round(all.ready)} ms`,
    },
    {
      name: `lateness at ${WAKES_PER_S} due/s, due to receiver, p99`,
      value: received.latency.percentileMs(0.99),
      unit: 'ms',
      target: below(250),
      note: `p50 ${received.latency.percentileMs(0.5)} ms, most ${Math.round(received.latency.maxMs)} ms`,
    },
    {
      name: 'wakes that never came',
      value: all.wakes - received.distinct,
      unit: '',
      target: atMost(0),
      note: `${received.requests - received.distinct} came twice`,
    },
    {
      name: 'memory growth, 100 parked to all',
      value: mib(all.manyBytes - all.fewBytes),
      unit: 'MiB',
      target: below(50),
      note: `each after a restart; from ${mib(all.fewBytes).toFixed(0)} MiB; ${mib(all.peakBytes).toFixed(0)} MiB while they wake`,
    },
  ]
}
