import { compileGraph } from '../../server/flows/compile.ts'
import type { Flow } from '../../server/flows/flow.ts'
import { advance } from '../../server/flows/interpreter.ts'
import type { Env, EventView, Input } from '../../server/flows/run.ts'
import type { Scenario } from '../bench.ts'
import { atLeast, below, type Figure, median } from '../measure/figure.ts'

const event: EventView = {
  id: 'e',
  source: 'bench',
  type: 'go',
  subject: 's1',
  time: '2026-03-02T12:00:00.000Z',
  data: { amount: 12, vip: true, name: 'Ana', queue_id: 'q1' },
}
const env: Env = {
  facts: { contact: { id: 'p1', name: 'Ana' }, encounter: null, queue: { id: 'q1', continuity: true } },
  lastResort: 'es',
  experiment: 'tenant/flow',
  unable: () => null,
  addBusinessTime: (_calendar, from, ms) => from + ms,
}
const start: Input = {
  kind: 'start',
  runId: 'r',
  trigger: 'start',
  event,
  position: 1,
  about: { encounterId: 's1', contactId: 'p1', queueId: 'q1', silence: null },
}

type Kinds = readonly (readonly [type: string, data: object])[]

/** The kinds one behind the other, again and again. */
function drawn(kinds: Kinds, nodes: number): { nodes: object[]; edges: object[] } {
  const made: object[] = [{ id: 'start', type: 'trigger', data: { event: 'go', where: 'queue.continuity' } }]
  const edges: object[] = []
  let before = 'start'
  for (let i = 0; i < nodes; i++) {
    const [type, data] = kinds[i % kinds.length] as Kinds[number]
    made.push({ id: `n${i}`, type, data })
    edges.push({ id: `e${i}`, source: before, target: `n${i}` })
    before = `n${i}`
  }
  return { nodes: made, edges }
}

function flowOf(kinds: Kinds): Flow {
  const { flow, faults } = compileGraph(drawn(kinds, 20))
  if (flow === undefined) throw new Error(JSON.stringify(faults))
  return flow
}

/** CPU time of this process in seconds: others on the machine disturb it least. */
function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function stepsPerSecond(name: string, kinds: Kinds, target: number, rounds: number): Figure {
  const flow = flowOf(kinds)
  for (let i = 0; i < 5_000; i++) advance(flow, null, start, 0, env)
  const rates = Array.from({ length: rounds }, () => {
    const began = cpu()
    let steps = 0
    while (cpu() - began < 0.25) for (let i = 0; i < 200; i++) steps += advance(flow, null, start, 0, env).steps.length
    return steps / (cpu() - began)
  })
  return { name, value: median(rates), unit: 'steps/s', target: atLeast(target), note: 'on one core, by CPU time' }
}

/** Compiles graphs whose expressions and texts nobody has seen before, or that were compiled already. */
function compiling(name: string, isNew: boolean, rounds: number): Figure {
  const graphOf = (round: number) =>
    drawn(
      [
        ['branch', { cases: [{ handle: 'big', when: `event.data.amount > ${round}` }] }],
        ['set', { vars: { n: `event.data.amount + ${round}` } }],
        ['message', { text: `Hola {{ contact.name }}, ${round}` }],
        ['wait', { for: 'PT1H' }],
      ],
      200,
    )
  const times = Array.from({ length: rounds + 20 }, (_, i) => {
    const graph = JSON.parse(JSON.stringify(graphOf(isNew ? i : 0)))
    const began = cpu()
    if (compileGraph(graph).flow === undefined) throw new Error('does not compile')
    return (cpu() - began) * 1_000
  }).slice(20)
  return { name, value: median(times), unit: 'ms', target: below(5) }
}

/** The interpreter alone, without a database. */
export const flows: Scenario = {
  name: 'flows',
  summary: 'the flow interpreter alone: steps a second, and how long a graph takes to compile',
  async run(bench) {
    const rounds = bench.sized(12, 3)
    return [
      stepsPerSecond(
        'branch and set',
        [
          ['branch', { cases: [{ handle: 'big', when: 'event.data.amount > 10' }] }],
          ['set', { vars: { n: 'event.data.amount + 1' } }],
        ],
        1_000_000,
        rounds,
      ),
      stepsPerSecond(
        'message (a rendered text)',
        [['message', { text: 'Hola {{ contact.name }}, {{ event.data.amount }}' }]],
        150_000,
        rounds,
      ),
      stepsPerSecond(
        'emit (a body of texts)',
        [['emit', { type: 'told.it', data: { name: '{{ contact.name }}', amount: '{{ event.data.amount }}' } }]],
        150_000,
        rounds,
      ),
      stepsPerSecond(
        'message with a filter',
        [['message', { text: 'Hola {{ contact.name | upcase }}' }]],
        25_000,
        rounds,
      ),
      compiling('a graph of 200 nodes, compiled', true, bench.sized(100, 20)),
      compiling('the same again', false, bench.sized(100, 20)),
    ]
  },
}
