import { setTimeout as delay } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { assertAccepted, type Generator } from '../load/index.ts'
import { atMost, below, type Figure } from '../measure/figure.ts'
import { caughtUp, line, publishFlow } from '../program/api.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import { flatEvent } from '../program/flat-event.ts'
import { type Started, startProgram } from '../program/start.ts'
import type { Received, Receiver } from '../receiver/index.ts'

const WEEKS = 4
const WEEKS_S = WEEKS * 7 * 86_400
const OFFERED_PER_S = 3_000
/** What the receiver looks for: only the new version says so. */
const IN_WAKE = { n: '"v":"2","n":"(\\d+)"', due: '"due":"(\\d+)"', clock: 'monotonic-us' } as const

/** Waits for weeks, then tells the receiver which version it was by then. */
const parked = (receiver: Receiver, version: number) =>
  line('Weeks', [
    { id: 'start', type: 'trigger', data: { event: 'bench.weeks' } },
    { id: 'wait', type: 'wait', data: { for: `P${WEEKS * 7}D` } },
    ...(version === 1 ? [] : [{ id: 'more', type: 'set', data: { vars: { more: '1' } } }]),
    {
      id: 'tell',
      type: 'http',
      data: {
        method: 'POST',
        url: `${receiver.urls[0]}/v${version}`,
        body: { v: String(version), n: '{{ event.data.n }}', due: '{{ event.data.due }}' },
      },
    },
    { id: 'done', type: 'end', data: {} },
  ])

type Use = <R extends { stop(): unknown }>(resource: R | Promise<R>) => Promise<R>

/**
 * Runs park for weeks of the flow's time; meanwhile a new version is published, which they are moved to, and the program is
 * down when the first of them is due. On a clock that makes the weeks pass in minutes.
 */
export async function outlast(bench: Bench, use: Use, generator: Generator, receiver: Receiver): Promise<Figure[]> {
  const count = bench.sized(100_000, 5_000)
  const passS = bench.sized(240, 30)
  const env = { CAUCE_TIME_SCALE: String(Math.round(WEEKS_S / passS)) }
  const dataDir = await bench.folder('weeks')
  const start = () => startProgram({ dataDir, env })
  const first = await use(start())
  const flow = await publishFlow(first.api, parked(receiver, 1))
  await receiver.expect(IN_WAKE)
  bench.say(`parking ${count.toLocaleString('en')} runs for ${WEEKS} weeks, which take ${passS} s`)
  const parkedFrom = performance.now()
  const load = await generator.run({
    host: first.host,
    port: first.port,
    connections: 128,
    ratePerS: OFFERED_PER_S,
    seconds: count,
    requests: count,
    request: flatEvent(first.api, { type: 'bench', subtype: 'weeks', run: 'weeks' }),
  })
  assertAccepted(load)
  await caughtUp(first.api)
  bench.say('a new version, to which they are moved')
  await first.api.put(`/api/v1/flows/${flow}/draft`, parked(receiver, 2))
  const movedFrom = performance.now()
  await first.api.post(`/api/v1/flows/${flow}/publish`, { runs: 'move' })
  await moved(first, flow)
  const moveS = (performance.now() - movedFrom) / 1_000
  await first.stop()
  const leftMs = parkedFrom + passS * 1_000 - performance.now()
  if (leftMs < 0) throw new Error('parking and moving the runs took longer than their wait')
  await delay(leftMs + 1_000)
  bench.say('restart to the first wake')
  const second = await use(start())
  const woken = await firstOf(receiver)
  const [received] = (await receiver.settled(load.accepted, 60_000)) as [Received]
  const ended = await endedOf(second, load.accepted)
  await second.stop()
  return [
    {
      name: `${count.toLocaleString('en')} parked for weeks, with a new version: restart to the first wake delivered`,
      value: (woken - second.spawnedUs) / 1_000,
      unit: 'ms',
      target: below(3_000),
      note: `from the spawn of the process, its database included; moving them took ${moveS.toFixed(1)} s`,
    },
    {
      name: 'of those: did not end by the new version',
      value: count - ended,
      unit: '',
      target: atMost(0),
      note: `${received.distinct.toLocaleString('en')} told the receiver, ${received.requests - received.distinct} twice, ${received.strange} by the old version`,
    },
  ]
}

async function moved({ api }: Started, flow: string): Promise<void> {
  for (;;) {
    const { state } = await api.get<{ state: string }>(`/api/v1/flows/${flow}/versions/2/move`)
    if (state === 'moved') return
    await delay(100)
  }
}

/** When the first request came. */
async function firstOf(receiver: Receiver): Promise<number> {
  for (;;) {
    const [received] = (await receiver.report()) as [Received]
    if (received.requests > 0) return received.lastUs
    await delay(5)
  }
}

/** How many runs have ended well by the new version, once none waits any more. */
async function endedOf({ dataDir }: Started, count: number): Promise<number> {
  return withDatabase(dataDir, async (db) => {
    const ended = () => numberOf(db, `select count(*) from flow_run where status = 'completed' and version = 2`)
    for (let i = 0; i < 100 && (await ended()) < count; i++) await delay(100)
    return ended()
  })
}
