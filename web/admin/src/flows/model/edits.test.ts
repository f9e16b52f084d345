import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as edits from './edits.ts'
import { EMPTY, type Graph } from './graph.ts'
import { did, historyOf, redone, undone } from './history.ts'

const at = { x: 0, y: 0 }

/** start → push → reply →(event) done, (timeout) bye */
function sample(): Graph {
  return {
    nodes: [
      { id: 'start', type: 'trigger', position: at, data: { event: 'encounter.tmipw_expired' } },
      { id: 'push', type: 'notify', position: at, data: { channels: ['push'] } },
      { id: 'reply', type: 'waitForEvent', position: at, data: { event: 'encounter.resumed', timeout: 'PT4H' } },
      { id: 'done', type: 'end', position: at, data: {} },
      { id: 'bye', type: 'close', position: at, data: {} },
    ],
    edges: [
      { id: '1', source: 'start', target: 'push' },
      { id: '2', source: 'push', target: 'reply' },
      { id: '3', source: 'reply', sourceHandle: 'event', target: 'done' },
      { id: '4', source: 'reply', sourceHandle: 'timeout', target: 'bye' },
    ],
  }
}

const drawn = ({ edges }: Graph) =>
  edges.map(({ source, sourceHandle, target }) => `${source}${sourceHandle ? `.${sourceHandle}` : ''}>${target}`)

describe('drawing a flow', () => {
  it('makes one from nothing, step behind step', () => {
    let { graph, id } = edits.added(EMPTY, 'trigger', at)
    const start = id
    ;({ graph, id } = edits.addedBehind(graph, 'notify', { id }, at))
    ;({ graph, id } = edits.addedBehind(graph, 'waitForEvent', { id, way: '' }, at))
    const wait = id
    ;({ graph, id } = edits.addedBehind(graph, 'end', { id: wait, way: 'event' }, at))
    ;({ graph, id } = edits.addedBehind(graph, 'close', { id: wait }, at))
    assert.equal(start, 'trigger')
    assert.deepEqual(drawn(graph), [
      'trigger>notify',
      'notify>waitForEvent',
      'waitForEvent.event>end',
      'waitForEvent.timeout>close',
    ])
    assert.deepEqual(
      graph.edges.map((edge) => edge.id),
      ['1', '2', '3', '4'],
    )
  })

  it('puts a step between two others', () => {
    const { graph, id } = edits.addedBehind(sample(), 'wait', { id: 'reply', way: 'timeout' }, at)
    assert.equal(id, 'wait')
    assert.deepEqual(drawn(graph).slice(-2), ['reply.timeout>wait', 'wait>bye'])
  })

  it('says why an edge may not be', () => {
    const graph = sample()
    const fault = (source: string, way: string, target: string) => edits.linkFault(graph, { source, way, target })
    assert.equal(fault('push', '', 'start'), 'intoTrigger')
    assert.equal(fault('done', 'out', 'push'), 'leavesEnd')
    assert.equal(fault('push', '', 'push'), 'itself')
    assert.equal(fault('start', 'out', 'push'), 'there')
    assert.equal(fault('start', 'out', 'nowhere'), 'gone')
    assert.equal(fault('push', 'failed', 'bye'), null)
    assert.equal(edits.linked(graph, { source: 'push', way: '', target: 'start' }), graph)
  })

  it('leads a way to one step only, but lets a fork lead to many', () => {
    const again = edits.linked(sample(), { source: 'reply', way: 'event', target: 'bye' })
    assert.deepEqual(drawn(again).slice(-2), ['reply.timeout>bye', 'reply.event>bye'])
    let { graph, id } = edits.added(sample(), 'parallel', at)
    graph = edits.linked(graph, { source: id, way: '', target: 'push' })
    graph = edits.linked(graph, { source: id, way: '', target: 'bye' })
    assert.deepEqual(drawn(graph).slice(-2), ['parallel>push', 'parallel>bye'])
  })

  it('takes the edges of a step away with it, or closes the gap', () => {
    assert.deepEqual(drawn(edits.removed(sample(), { nodes: ['reply'] })), ['start>push'])
    assert.deepEqual(drawn(edits.removed(sample(), { edges: ['2'] })).includes('push>reply'), false)
    assert.deepEqual(drawn(edits.bridged(sample(), 'push')).includes('start>reply'), true)
  })

  it('keeps edges at a way that gets another name', () => {
    const branch = { id: 'b', type: 'branch', data: { cases: [{ handle: 'a', when: 'true' }] } }
    const graph: Graph = {
      nodes: [branch, ...sample().nodes],
      edges: [{ id: '1', source: 'b', sourceHandle: 'a', target: 'bye' }],
    }
    const after = edits.changed(graph, 'b', { cases: [{ handle: 'vip', when: 'true' }] })
    assert.deepEqual(drawn(after), ['b.vip>bye'])
    const { cases } = edits.changed(after, 'b', { cases: undefined }).nodes[0]?.data ?? {}
    assert.equal(cases, undefined)
  })

  it('renames a step with its edges, never to a name that is taken', () => {
    assert.deepEqual(drawn(edits.renamed(sample(), 'reply', 'respuesta')).slice(1, 3), [
      'push>respuesta',
      'respuesta.event>done',
    ])
    const graph = sample()
    assert.equal(edits.renamed(graph, 'reply', 'done'), graph)
    assert.equal(edits.renamed(graph, 'reply', 'a/b'), graph)
  })

  it('pastes with ids of its own, inside edges with them', () => {
    const piece = edits.copied(sample(), ['push', 'reply'])
    assert.deepEqual(drawn(piece), ['push>reply'])
    const read = edits.pieceFrom(edits.pieceText(piece))
    assert.ok(read)
    const first = edits.pasted(sample(), read, { x: 40, y: 40 })
    const { graph, ids } = edits.pasted(first.graph, read, { x: 80, y: 80 })
    assert.deepEqual(ids, ['push-3', 'reply-3'])
    assert.deepEqual(drawn(graph).slice(-2), ['push-2>reply-2', 'push-3>reply-3'])
    assert.equal(new Set(graph.edges.map(({ id }) => id)).size, graph.edges.length)
    assert.deepEqual(graph.nodes.at(-1)?.position, { x: 80, y: 80 })
    for (const other of ['', 'hola', '{"nodes":[]}', '[1]', 'null']) assert.equal(edits.pieceFrom(other), null)
  })

  it('never changes the graph it is given', () => {
    const graph = sample()
    const before = JSON.stringify(graph)
    edits.changed(graph, 'push', { channels: ['email'] })
    edits.moved(graph, new Map([['push', { x: 9.4, y: 1 }]]))
    edits.withSettings(graph, { key: 'event.subject' })
    edits.pasted(graph, edits.copied(graph, ['push']), at)
    assert.equal(JSON.stringify(graph), before)
  })
})

describe('taking back', () => {
  it('goes back and forth, and forgets what was taken back when something else is done', () => {
    let history = historyOf(EMPTY)
    const one = edits.added(EMPTY, 'trigger', at).graph
    const two = edits.added(one, 'end', at).graph
    history = did(did(history, one), two)
    history = undone(history)
    assert.equal(history.present, one)
    assert.equal(redone(history).present, two)
    history = did(history, EMPTY)
    assert.equal(redone(history).present, EMPTY)
    assert.equal(undone(undone(undone(history))).present, EMPTY)
  })

  it('takes back what was typed in one field as one', () => {
    const start = edits.added(EMPTY, 'end', at).graph
    let history = historyOf(start)
    for (const outcome of ['r', 're', 'rec'])
      history = did(history, edits.changed(history.present, 'end', { outcome }), 'end.outcome')
    assert.equal(undone(history).present, start)
  })
})

it('knows the step beside what is removed: before it, else behind it, else any', () => {
  const beside = (nodes: string[], ids: string[] = []) => edits.besideRemoved(sample(), { nodes, edges: ids })
  assert.equal(beside(['reply']), 'push')
  assert.equal(beside(['start']), 'push')
  assert.equal(beside(['start', 'push']), 'reply')
  assert.equal(beside([], ['3']), 'reply')
  const alone = { ...sample(), edges: [] }
  assert.equal(edits.besideRemoved(alone, { nodes: ['start'], edges: [] }), 'push')
  assert.equal(beside(['start', 'push', 'reply', 'done', 'bye']), null)
})
