import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { assertAccepted, type Generator, type Load, startGenerator } from '../load/index.ts'
import { atLeast, atMost, below, type Figure, median } from '../measure/figure.ts'
import { line, publishFlow } from '../program/api.ts'
import { costEach, cpuOf } from '../program/cpu.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import { mib, watchMemory } from '../program/memory.ts'
import { type Started, startProgram } from '../program/start.ts'
import { type Received, type Receiver, startReceiver } from '../receiver/index.ts'
import { seedDeadlines, seedEncounters } from '../seed/encounters.ts'
import { hop } from './road-limits.ts'

const DEADLINES = 10_000
/** A day and more: none of the open encounters falls due while it is measured. */
const WARNING_MIN = 2_880
const AHEAD_MS = 8_000

type Measured = Load & { cost: string }
type Pushed = Received & { warned: number; cost: string }

/** A million open conversations: people write, and ten thousand go quiet in the same second. */
export const inactivity: Scenario = {
  name: 'inactivity',
  summary: 'a million open encounters: messages in, and 10,000 deadlines in one second, warning to push',
  run: (bench) =>
    withResources(async (use) => {
      const receiver = await use(startReceiver(1))
      const generator = await use(startGenerator())
      bench.say('limit: the generator calls the receiver itself')
      const direct = await hop(bench, generator, receiver)
      const dataDir = await bench.folder('inactivity')
      const program = await use(
        startProgram({ dataDir, observe: bench.observe, env: { CAUCE_PUSH_URL: receiver.urls[0] as string } }),
      )
      const memory = watchMemory(program.pid)
      await prepare(program)
      const open = bench.sized(1_000_000, 50_000)
      bench.say(`making ${open.toLocaleString('en')} open encounters`)
      await withDatabase(dataDir, async (db) => {
        await seedEncounters(db, 'model', 'open', open)
        await db.query('vacuum analyze encounter, due')
      })
      const loads = await messages(bench, program, generator, open)
      bench.say(`${DEADLINES.toLocaleString('en')} deadlines within one second`)
      const pushed = await deadlines(program, receiver, dataDir)
      return figuresOf(loads, direct.ratePerS, pushed, memory.stop())
    }),
}

/** Queue, contact and an encounter as the model of the others; the flow that answers a warning with a push. */
async function prepare({ api }: Started): Promise<void> {
  await api.put('/api/v1/queues/busy', { name: 'Busy', max_inactive_patient_warning_time: WARNING_MIN })
  await api.put('/api/v1/contacts/model', { name: 'María', locale: 'es', addresses: { push: 'none' } })
  await api.post('/api/v1/encounters', { id: 'model', queueId: 'busy', contactId: 'model', channel: 'web' })
  await publishFlow(
    api,
    line('Come back', [
      { id: 'start', type: 'trigger', data: { event: 'encounter.tmipw_expired' } },
      {
        id: 'push',
        type: 'notify',
        data: { content: { title: 'Still there?', body: 'We wait for you.' }, channels: ['push'] },
      },
      { id: 'done', type: 'end', data: {} },
    ]),
  )
}

async function messages(bench: Bench, program: Started, generator: Generator, open: number): Promise<Measured[]> {
  const loads: Measured[] = []
  for (let round = 0; round <= bench.sized(3, 1); round++) {
    bench.say(round === 0 ? 'warming up' : `messages, round ${round}`)
    const before = await cpuOf(program)
    const load = await generator.run({
      host: program.host,
      port: program.port,
      connections: 256,
      seconds: bench.sized(20, 5),
      keys: { from: 1, count: open, order: 'random' },
      request: {
        method: 'POST',
        path: '/api/v1/encounters/open-{key}/messages',
        headers: program.api.headers,
        body: JSON.stringify({ from: 'patient', text: 'Good morning, message {n}: the pain is back since {due}.' }),
      },
    })
    assertAccepted(load)
    if (round > 0) loads.push({ ...load, cost: costEach(before, await cpuOf(program), load.accepted) })
  }
  return loads
}

async function deadlines(program: Started, receiver: Receiver, dataDir: string): Promise<Pushed> {
  // What the messages caused is over before.
  await delay(2_000)
  await receiver.expect({ n: '"to":"due-(\\d+)-', due: '"to":"due-\\d+-(\\d+)"', clock: 'epoch-ms' })
  const spread = { firstMs: Date.now() + AHEAD_MS, everyMs: 1_000 / DEADLINES, warningMin: WARNING_MIN }
  await withDatabase(dataDir, (db) => seedDeadlines(db, { encounter: 'model', contact: 'model' }, DEADLINES, spread))
  const left = spread.firstMs - Date.now()
  if (left < 0) throw new Error(`making the deadlines took ${-left} ms too long`)
  await delay(left)
  const before = await cpuOf(program)
  const [received] = await receiver.settled(DEADLINES)
  const warned = await withDatabase(program.dataDir, (db) =>
    numberOf(db, "select count(*) from encounter where status = 'warned'"),
  )
  return { ...(received as Received), warned, cost: costEach(before, await cpuOf(program), DEADLINES) }
}

function figuresOf(loads: readonly Measured[], direct: number, pushed: Pushed, peakBytes: number): Figure[] {
  const rates = loads.map(({ ratePerS }) => ratePerS)
  return [
    {
      name: "a patient's message over HTTP",
      value: median(rates),
      unit: '/s',
      target: atLeast(12_000),
      limit: { name: 'one hop, flat out', value: direct },
      note: `each round: ${rates.map(Math.round).join(' ')}. ${loads.at(-1)?.cost}`,
    },
    { name: 'its answer, p99', value: median(loads.map(({ latency }) => latency.percentileMs(0.99))), unit: 'ms' },
    {
      name: '10,000 deadlines in a second: due to push handed over, p95',
      value: pushed.latency.percentileMs(0.95),
      unit: 'ms',
      target: below(1_000),
      note: `p50 ${pushed.latency.percentileMs(0.5)} ms, p99 ${pushed.latency.percentileMs(0.99)} ms, most ${Math.round(pushed.latency.maxMs)} ms. ${pushed.cost}`,
    },
    { name: 'encounters that were not warned', value: DEADLINES - pushed.warned, unit: '', target: atMost(0) },
    { name: 'pushes that never came', value: DEADLINES - pushed.distinct, unit: '', target: atMost(0) },
    { name: 'pushes that came twice', value: pushed.requests - pushed.distinct, unit: '', target: atMost(0) },
    { name: 'resident memory, peak', value: mib(peakBytes), unit: 'MiB', target: below(400) },
  ]
}
