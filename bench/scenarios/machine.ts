import { setTimeout as delay } from 'node:timers/promises'
import { type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, startGenerator } from '../load/index.ts'
import { atMost, below, type Figure, median } from '../measure/figure.ts'
import { caughtUp, line, publishFlow } from '../program/api.ts'
import { flatEvent } from '../program/flat-event.ts'
import { type Started, startProgram } from '../program/start.ts'
import { IN_EVENT, type Received, type Receiver, startReceiver } from '../receiver/index.ts'

const LIVE_PER_S = 200

/** Who goes quiet is told each morning for a week, unless they come back. */
const WEEK = {
  name: 'Week',
  nodes: [
    { id: 'start', type: 'trigger', data: { event: 'trial.quiet' } },
    { id: 'morning', type: 'wait', data: { time: '09:00', zone: 'America/Santiago' } },
    {
      id: 'nudge',
      type: 'notify',
      data: {
        content: { title: 'Hola {{ contact.name }}', body: 'Día {{ vars.day | default: 1 }}' },
        channels: ['inbox'],
      },
    },
    { id: 'count', type: 'set', data: { vars: { day: 'has(vars.day) ? vars.day + 1 : 2' } } },
    { id: 'more', type: 'branch', data: { cases: [{ handle: 'again', when: 'vars.day <= 7' }] } },
    { id: 'reply', type: 'waitForEvent', data: { event: 'encounter.message_received', timeout: 'PT20H' } },
    { id: 'back', type: 'end', data: { outcome: 'back' } },
    { id: 'gone', type: 'end', data: { outcome: 'gone' } },
  ].map((node, i) => ({ ...node, position: { x: 0, y: i * 120 } })),
  edges: [
    ['start', 'morning'],
    ['morning', 'nudge'],
    ['nudge', 'count'],
    ['count', 'more'],
    ['more', 'reply', 'again'],
    ['more', 'gone', 'else'],
    ['reply', 'back', 'event'],
    ['reply', 'morning', 'timeout'],
  ].map(([source, target, sourceHandle], i) => ({
    id: `e${i}`,
    source,
    target,
    ...(sourceHandle ? { sourceHandle } : {}),
  })),
}

/** One event in five begins a run, which tells somebody something and waits for another of the five. */
const yesterday = (text: string) =>
  line('Yesterday', [
    { id: 'start', type: 'trigger', data: { event: 'bench.#', where: "event.type == 'bench.quiet'" } },
    { id: 'tell', type: 'notify', data: { content: { body: `${text} {{ event.data.n }}` }, channels: ['inbox'] } },
    { id: 'back', type: 'waitForEvent', data: { event: 'bench.back', timeout: 'PT1H' } },
    { id: 'done', type: 'end', data: {} },
  ])

type Replayed = {
  events: number
  comparison: { runs: { real: number; draft: number }; same: number; different: number }
}

/** The time machine beside live events: trials of many people, and a day on a draft. */
export const machine: Scenario = {
  name: 'machine',
  summary: '1,000 people live a week of a flow; 100,000 events of the log run on a draft, while live events go on',
  run: (bench) =>
    withResources(async (use) => {
      const receiver = await use(startReceiver(1))
      const generator = await use(startGenerator())
      const program = await use(startProgram({ dataDir: await bench.folder('machine'), observe: bench.observe }))
      const { api } = program
      const week = await publishFlow(api, WEEK)

      bench.say('1,000 people, a week')
      const trial = {
        people: { invented: { count: 1_000, contact: { locale: 'es' } } },
        event: { type: 'trial.quiet' },
        replies: { chance: 0.15, median: 'PT4H' },
        lasts: 'P9D',
      }
      const trials: number[] = []
      let steps = 0
      for (let i = 0; i < bench.sized(9, 3); i++) {
        const began = performance.now()
        const made = await api.post<{ steps: number }>(`/api/v1/flows/${week}/simulate/people`, trial)
        trials.push(performance.now() - began)
        steps = made.steps
      }

      const each = bench.sized(20_000, 2_000)
      bench.say(`${(5 * each).toLocaleString('en')} events, with the runs that they begin`)
      const flow = await publishFlow(api, yesterday('Vuelva'))
      await publishFlow(api, liveFlow(receiver))
      const from = new Date(Date.now() - 60_000).toISOString()
      for (const subtype of ['quiet', 'seen', 'read', 'typing', 'back']) await seed(program, generator, subtype, each)
      await caughtUp(program.api)
      const time = { from, to: new Date(Date.now() + 1_000).toISOString() }
      await api.put(`/api/v1/flows/${flow}/draft`, yesterday('Le esperamos'))
      const replay = (more: object) => api.post<Replayed>(`/api/v1/flows/${flow}/replay`, { ...time, ...more })

      bench.say('replays, with nothing beside them')
      await delay(1_500)
      const same = await replay({ version: 1 })
      const replays: number[] = []
      let changed: Replayed | undefined
      for (let i = 0; i < bench.sized(5, 2); i++) {
        const began = performance.now()
        changed = await replay({})
        replays.push(performance.now() - began)
      }

      bench.say(`${LIVE_PER_S} live events a second, in turns alone and beside replays`)
      const seconds = bench.sized(15, 4)
      const alone: Received[] = []
      const beside: Received[] = []
      const busy: number[] = []
      await live(program, generator, receiver, { run: 'warm', seconds })
      for (let turn = 0; turn < bench.sized(4, 1); turn++) {
        alone.push(await live(program, generator, receiver, { run: `alone${turn}`, seconds }))
        const over = new AbortController()
        const replaying = (async () => {
          while (!over.signal.aborted) {
            const began = performance.now()
            await replay({})
            busy.push(performance.now() - began)
          }
        })()
        beside.push(await live(program, generator, receiver, { run: `beside${turn}`, seconds }))
        over.abort()
        await replaying
      }
      const p99 = (of: readonly Received[], share = 0.99) =>
        median(of.map(({ latency }) => latency.percentileMs(share)))
      const [quiet, loaded] = [p99(alone), p99(beside)]
      const events = same.events
      return [
        {
          name: 'a week of a flow for 1,000 people',
          value: median(trials) / 1_000,
          unit: 's',
          target: below(1),
          note: `from request to answer, its thread included; ${steps.toLocaleString('en')} steps; best ${(Math.min(...trials) / 1_000).toFixed(2)} s`,
        },
        {
          name: `${events.toLocaleString('en')} events on a draft`,
          value: median(replays) / 1_000,
          unit: 's',
          target: below(10),
          note: `${changed?.comparison.different.toLocaleString('en')} of ${changed?.comparison.runs.real.toLocaleString('en')} runs told otherwise; beside live events ${(median(busy) / 1_000).toFixed(1)} s`,
        },
        {
          name: 'differences of the version that was run',
          value: same.comparison.different,
          unit: '',
          target: atMost(0),
          note: `${same.comparison.same.toLocaleString('en')} runs are the same`,
        },
        {
          name: `p99 of ${LIVE_PER_S} live events/s beside replays, over alone`,
          value: loaded / quiet,
          unit: '×',
          target: atMost(1.25),
          note: `${loaded.toFixed(1)} ms over ${quiet.toFixed(1)} ms, event to receiver; p50 ${p99(beside, 0.5).toFixed(1)} over ${p99(alone, 0.5).toFixed(1)} ms`,
        },
      ] satisfies Figure[]
    }),
}

const liveFlow = (receiver: Receiver) =>
  line('Live', [
    { id: 'start', type: 'trigger', data: { event: 'live.flow' } },
    {
      id: 'call',
      type: 'http',
      data: {
        method: 'POST',
        url: `${receiver.urls[0]}/live`,
        body: { n: '{{ event.data.n }}', due: '{{ event.data.due }}' },
      },
    },
  ])

async function seed(program: Started, generator: Generator, subtype: string, requests: number): Promise<void> {
  const event = flatEvent(program.api, { type: 'bench', subtype, run: subtype })
  const load = await generator.run({
    host: program.host,
    port: program.port,
    connections: 64,
    requests,
    // The five are about the same subjects.
    request: { ...event, body: event.body.replace(`${subtype}-subject-`, 'subject-') },
  })
  assertAccepted(load)
}

async function live(
  program: Started,
  generator: Generator,
  receiver: Receiver,
  { run, seconds }: { run: string; seconds: number },
): Promise<Received> {
  await receiver.expect(IN_EVENT)
  const load = await generator.run({
    host: program.host,
    port: program.port,
    connections: 64,
    ratePerS: LIVE_PER_S,
    seconds,
    request: flatEvent(program.api, { type: 'live', subtype: 'flow', run }),
  })
  assertAccepted(load)
  const [received] = (await receiver.settled(load.accepted)) as [Received]
  return received
}
