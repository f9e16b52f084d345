import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Graph } from '../flows/model/graph.ts'
import { goesOnAt, mayClose } from './under-way.ts'

const graph = (event: string, nodes: [id: string, type: string][], ...edges: string[]): Graph => ({
  nodes: [{ id: 'start', type: 'trigger', data: { event } }, ...nodes.map(([id, type]) => ({ id, type, data: {} }))],
  edges: edges.map((edge) => {
    const [source = '', target = ''] = edge.split(' ')
    return { id: edge, source, target }
  }),
})
const WALK = [
  ['rest', 'wait'],
  ['bye', 'close'],
  ['late', 'wait'],
] satisfies [string, string][]
const EDGES = ['start rest', 'rest bye', 'bye late']
const silent = graph('encounter.tmipw_expired', WALK, ...EDGES)
const run = (nodeId: string, ...came: { nodeId: string; type: string; way?: string }[]) => ({
  waits: [{ nodeId, until: null }],
  steps: [{ nodeId: 'start', type: 'trigger' }, ...came],
})
const warned = { status: 'warned', warnedAt: '2026-03-10T12:00:00.000Z', grantedAt: null } as const

it('a flow may close a conversation if a close lies ahead of where it waits', () => {
  assert.equal(mayClose(run('rest'), silent, warned), true)
  assert.equal(mayClose(run('late'), silent, warned), false)
  const looped = graph('go', [['each', 'forEach'], ...WALK], 'start each', 'each rest', 'each bye')
  assert.equal(mayClose(run('rest'), looped, warned), true, 'behind the loop around it')
  assert.equal(mayClose(run('rest'), looped, { ...warned, status: 'closed' }), false)
})

it('one that the warning began does not once it is taken back, or somebody gave more time', () => {
  const given = { ...warned, grantedAt: '2026-03-10T13:00:00.000Z' }
  assert.equal(mayClose(run('rest'), silent, given), false)
  assert.equal(mayClose(run('rest'), silent, { ...warned, grantedAt: '2026-03-10T11:00:00.000Z' }), true, 'before it')
  assert.equal(mayClose(run('rest'), silent, { ...warned, status: 'open', warnedAt: null }), false)
  assert.equal(mayClose(run('rest'), graph('order.paid', WALK, ...EDGES), given), true, 'that is for another reason')
  const heard = run('rest', { nodeId: 'hear', type: 'waitForEvent', way: 'event' })
  assert.equal(mayClose(heard, silent, given), true, 'that closes for what it heard')
})

it('a run with several branches goes on with the first', () => {
  const waits = [
    { nodeId: 'a', until: '2026-03-10T14:00:00.000Z' },
    { nodeId: 'b', until: null },
    { nodeId: 'c', until: '2026-03-10T13:00:00.000Z' },
  ]
  assert.equal(goesOnAt({ waits }), '2026-03-10T13:00:00.000Z')
  assert.equal(goesOnAt({ waits: waits.slice(1, 2) }), null)
})
