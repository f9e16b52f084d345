import { compileGraph } from '../server/flows/compile.ts'
import type { Flow } from '../server/flows/flow.ts'
import { advance } from '../server/flows/interpreter.ts'
import type { Env, EventView, Input } from '../server/flows/run.ts'

/*
 * The flow interpreter alone, on one core: steps per second from an event to the end of the run.
 * Limits it should reach: 1,000,000 steps/s of branch and set, 150,000 steps/s of nodes that render texts.
 */

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

function flowOf(kinds: readonly (readonly [string, object])[], rounds: number): Flow {
  const nodes: object[] = [{ id: 'start', type: 'trigger', data: { event: 'go', where: 'queue.continuity' } }]
  const edges: object[] = []
  let before = 'start'
  for (let i = 0; i < rounds; i++) {
    for (const [j, [type, data]] of kinds.entries()) {
      const id = `n${i}-${j}`
      nodes.push({ id, type, data })
      edges.push({ id: `e${id}`, source: before, target: id })
      before = id
    }
  }
  const { flow, faults } = compileGraph({ nodes, edges })
  if (flow === undefined) throw new Error(JSON.stringify(faults))
  return flow
}

function measure(name: string, flow: Flow, limit: number): void {
  const seconds = 2
  let steps = 0
  for (let i = 0; i < 2_000; i++) advance(flow, null, start, 0, env)
  const began = performance.now()
  while (performance.now() - began < seconds * 1_000) {
    for (let i = 0; i < 100; i++) steps += advance(flow, null, start, 0, env).steps.length
  }
  const rate = steps / ((performance.now() - began) / 1_000)
  console.log(
    `${name.padEnd(34)} ${Math.round(rate).toLocaleString('en').padStart(12)} steps/s  (at least ${limit.toLocaleString('en')})`,
  )
}

measure(
  'branch and set',
  flowOf(
    [
      ['branch', { cases: [{ handle: 'big', when: 'event.data.amount > 10' }] }],
      ['set', { vars: { n: 'event.data.amount + 1' } }],
    ],
    10,
  ),
  1_000_000,
)
measure(
  'message (rendered text)',
  flowOf([['message', { text: 'Hola {{ contact.name }}, {{ event.data.amount }}' }]], 10),
  150_000,
)
