import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGraph } from '../../../../../server/flows/compile.ts'
import { faultOf } from '../../../../../server/flows/errors.ts'
import { canvasOf, needsLayout, placeBehind } from './canvas.ts'
import { countWords, groupsOf, textChange } from './changes.ts'
import * as edits from './edits.ts'
import { faultsAt, faultsByNode, faultsIn, faultsOf } from './faults.ts'
import { EMPTY, type Graph } from './graph.ts'
import { outlineOf } from './outline.ts'
import { litBy, type Moment, momentsOf, type Visit } from './playing.ts'
import { beginningOf, choosable, requestOf } from './scenario.ts'

const graph: Graph = {
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'encounter.tmipw_expired' } },
    { id: 'push', type: 'notify', position: { x: 0, y: 120 }, data: { channels: ['push'], template: 'come-back' } },
    {
      id: 'reply',
      type: 'waitForEvent',
      position: { x: 0, y: 240 },
      data: { event: 'encounter.resumed', timeout: 'PT4H' },
    },
    { id: 'done', type: 'end', position: { x: -200, y: 360 }, data: {} },
    { id: 'bye', type: 'close', position: { x: 200, y: 360 }, data: {} },
  ],
  edges: [
    { id: '1', source: 'start', target: 'push' },
    { id: '2', source: 'push', target: 'reply' },
    { id: '3', source: 'reply', sourceHandle: 'event', target: 'done' },
    { id: '4', source: 'reply', sourceHandle: 'timeout', target: 'bye' },
  ],
}

describe('a graph on the canvas', () => {
  it('draws again only what changed', () => {
    const before = canvasOf(graph)
    const moved = edits.moved(graph, new Map([['push', { x: 40, y: 130 }]]))
    const after = canvasOf(moved, before)
    const same = after.nodes.filter((node, i) => node === before.nodes[i]).map(({ node }) => node.id)
    assert.deepEqual(same, ['start', 'reply', 'done', 'bye'])
    assert.ok(after.edges.every((edge, i) => edge === before.edges[i]))
    const cut = canvasOf(edits.removed(moved, { edges: ['3'] }), after)
    assert.deepEqual(
      cut.nodes.filter((node, i) => node !== after.nodes[i]).map(({ node }) => node.id),
      ['reply'],
    )
    assert.equal(cut.nodes[2]?.ways.find(({ id }) => id === 'event')?.used, false)
  })

  it('shows where edges leave that name no way', () => {
    const ways = Object.fromEntries(
      canvasOf(graph).nodes.map(({ node, ways: list }) => [node.id, list.map(({ id }) => id)]),
    )
    assert.deepEqual(ways, {
      start: ['out'],
      push: ['', 'sent', 'failed', 'suppressed'],
      reply: ['event', 'timeout'],
      done: [],
      bye: ['out'],
    })
    assert.deepEqual(
      canvasOf(graph).edges.map(({ way }) => way),
      ['out', '', 'event', 'timeout'],
    )
  })

  it('knows when nobody placed the steps', () => {
    assert.equal(needsLayout(graph), false)
    assert.equal(needsLayout(EMPTY), false)
    assert.equal(needsLayout({ ...graph, nodes: graph.nodes.map(({ position: _p, ...node }) => node) }), true)
    assert.equal(needsLayout(edits.moved(graph, new Map([['bye', { x: -190, y: 370 }]]))), true)
  })

  it('finds a free place below a step', () => {
    assert.deepEqual(placeBehind(EMPTY, null), { x: 0, y: 0 })
    const place = placeBehind(graph, 'reply')
    assert.ok(
      graph.nodes.every(
        ({ position }) => Math.abs((position?.x ?? 0) - place.x) >= 264 || Math.abs((position?.y ?? 0) - place.y) >= 92,
      ),
    )
    assert.ok(place.y > 240)
  })

  it('puts what a way leads to on the side of its handle', () => {
    const from = edits.added(EMPTY, 'waitForEvent', { x: 100, y: 0 })
    const [event, timeout] = ['event', 'timeout'].map((way) => ({ id: from.id, way }))
    const x = (graph: Graph, way?: string) => placeBehind(graph, from.id, way).x
    assert.equal(x(from.graph, 'event'), 100)
    const one = edits.addedBehind(from.graph, 'tag', event as { id: string }, placeBehind(from.graph, from.id, 'event'))
    assert.ok(x(one.graph, 'timeout') >= 100 + 264)
    const other = edits.addedBehind(
      from.graph,
      'tag',
      timeout as { id: string },
      placeBehind(from.graph, from.id, 'timeout'),
    )
    assert.ok(x(other.graph, 'event') <= 100 - 264)
  })

  it('is read from top to bottom where there is no room to draw', () => {
    assert.deepEqual(
      outlineOf(graph).map(({ node, depth, way }) => [node.id, depth, way]),
      [
        ['start', 0, null],
        ['push', 0, null],
        ['reply', 0, null],
        ['done', 1, 'event'],
        ['bye', 1, 'timeout'],
      ],
    )
    const looped = edits.linked(graph, { source: 'bye', way: 'out', target: 'push' })
    const lines = outlineOf(edits.added(looped, 'tag', { x: 0, y: 900 }).graph)
    assert.deepEqual(lines.map(({ node, again }) => [node.id, again]).slice(-2), [
      ['push', true],
      ['tag', false],
    ])
  })
})

describe('faults', () => {
  const told = (given: Graph) => {
    const { faults = [], warnings } = compileGraph(given)
    return faultsOf(given, faults.map(faultOf), warnings.map(faultOf))
  }

  it('are put where they belong: a setting, a way, an edge, the flow', () => {
    let wrong = edits.changed(graph, 'reply', { timeout: 'soon', event: undefined })
    wrong = edits.withSettings(wrong, { goal: { event: 'a b' } })
    wrong = edits.removed(wrong, { edges: ['4'] })
    wrong = { ...wrong, edges: [...wrong.edges, { id: '9', source: 'push', sourceHandle: 'perhaps', target: 'bye' }] }
    const faults = told(wrong)
    assert.equal(faultsAt(faults, 'reply', 'timeout').length, 1)
    assert.equal(faultsAt(faults, 'reply', 'event').length, 1)
    assert.deepEqual(
      faults.filter(({ isSetting }) => isSetting).map(({ field }) => field),
      [['goal', 'event']],
    )
    assert.equal(faults.find(({ edgeId }) => edgeId === '9')?.way, 'perhaps')
    assert.ok(faults.every(({ stops, says }) => stops && says.es !== ''))
  })

  it('tell of ways that lead nowhere and steps that nobody reaches', () => {
    const faults = told(edits.removed(graph, { edges: ['2', '4'] }))
    const byNode = faultsByNode(faults)
    assert.deepEqual(
      byNode
        .get('reply')
        ?.map(({ way }) => way)
        .filter((way) => way !== null),
      ['timeout'],
    )
    assert.ok(byNode.get('done')?.some(({ says }) => says.en.includes('cannot be reached')))
    assert.deepEqual(
      told(EMPTY).map(({ nodeId }) => nodeId),
      [null],
    )
  })

  it('are found inside lists', () => {
    const branch = {
      id: 'b',
      type: 'branch',
      data: {
        cases: [
          { handle: 'a', when: 'true' },
          { handle: 'c', when: '&&' },
        ],
      },
    }
    const faults = told({ ...graph, nodes: [...graph.nodes, branch] })
    assert.equal(faultsIn(faults, 'cases', '1', 'when').length, 1)
    assert.equal(faultsIn(faults, 'cases', '0', 'when').length, 0)
  })
})

describe('a difference', () => {
  it('is told step by step, the whole flow first', () => {
    const says = { en: '', es: '' }
    const groups = groupsOf([
      { change: 'stepRemoved', nodeId: 'x', path: '', says },
      { change: 'fieldChanged', nodeId: 'y', path: '', says },
      { change: 'settingChanged', nodeId: null, path: '', says },
      { change: 'edgeAdded', nodeId: 'y', path: '', says },
    ])
    assert.deepEqual(
      groups.map(({ nodeId, kind, changes }) => [nodeId, kind, changes.length]),
      [
        [null, 'changed', 1],
        ['x', 'removed', 1],
        ['y', 'changed', 2],
      ],
    )
    assert.equal(countWords({ stepAdded: 1, edgeAdded: 2 }, 'es'), '3 cambios')
  })

  it('of a text shows the words that changed', () => {
    assert.deepEqual(textChange('Hola María, ¿sigue ahí?', 'Hola Ana, ¿sigue ahí?'), {
      head: 'Hola ',
      was: 'María,',
      is: 'Ana,',
      tail: ' ¿sigue ahí?',
    })
    assert.deepEqual(textChange('', 'a'), { head: '', was: '', is: 'a', tail: '' })
    assert.deepEqual(textChange('a a', 'a'), { head: 'a', was: ' a', is: '', tail: '' })
  })
})

const wordOf = (moment: Moment) =>
  moment.kind === 'visit'
    ? moment.visit.nodeId
    : moment.kind === 'said'
      ? moment.said.body
      : (moment.text ?? moment.type)

describe('a scenario', () => {
  it('is asked for in the form of real events', () => {
    assert.equal(beginningOf(graph), 'encounter.tmipw_expired')
    const asked = requestOf(
      {
        person: { kind: 'invented', name: 'Ana', locale: 'es', timeZone: 'America/Lima', queueId: null },
        event: 'encounter.tmipw_expired',
        startAt: '2026-03-02T19:00:00.000Z',
        data: {},
        acts: [
          { after: 'P1D', kind: 'event', type: 'PaymentReceived', data: { amount: 5 } },
          { after: 'PT2H', kind: 'reply', text: 'Sí' },
        ],
        outcomes: { push: 'failed', gone: 'failed', start: 'ok' },
      },
      graph,
    )
    assert.deepEqual(asked.event, {
      type: 'encounter',
      subtype: 'tmipw_expired',
      encounter_id: 'simulacion',
      patient_id: 'simulada',
      datetime: Date.UTC(2026, 2, 2, 19),
    })
    assert.equal((asked.contact as { timeZone?: string }).timeZone, 'America/Lima')
    const later = asked.laterEvents as { after: string; event: { type: string; subtype?: string } }[]
    assert.deepEqual(
      later.map(({ after, event }) => [after, event.subtype ?? event.type]),
      [
        ['PT2H', 'message_received'],
        ['PT2H', 'resumed'],
        ['P1D', 'PaymentReceived'],
      ],
    )
    assert.deepEqual(asked.outcomes, { push: [{ way: 'failed' }] })
    assert.deepEqual(
      choosable(graph).map(({ id }) => id),
      ['push'],
    )
  })

  it('is in the queue that was chosen, whatever begins it', () => {
    const person = { kind: 'invented', name: 'Ana', locale: 'es', timeZone: null, queueId: 'coach' } as const
    const asked = (event: string) =>
      requestOf({ person, event, startAt: null, data: { amount: 5 }, acts: [], outcomes: {} }, graph).event as {
        data?: object
      }
    assert.deepEqual(asked('flow.requested').data, { contactId: 'simulada', queueId: 'coach', amount: 5 })
    assert.equal((asked('encounter.resumed') as { queue_id?: string }).queue_id, 'coach')
  })

  it('lights up the way that was gone, and tells what was said', () => {
    const at = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString()
    const path: Visit[] = [
      { visit: 1, nodeId: 'start', type: 'trigger', at: at(0), endedAt: at(0), way: 'out' },
      { visit: 2, nodeId: 'push', type: 'notify', at: at(0), endedAt: at(0), way: 'sent' },
      { visit: 3, nodeId: 'reply', type: 'waitForEvent', at: at(0), endedAt: at(2), way: 'event' },
      { visit: 4, nodeId: 'done', type: 'end', at: at(2), endedAt: at(2) },
    ]
    const lit = litBy(graph, path, 4)
    assert.deepEqual([...lit.edges], ['1', '2', '3'])
    assert.equal(lit.at, 'done')
    assert.deepEqual([...litBy(graph, path, 2).edges], ['1'])
    const moments = momentsOf(path, [{ at: at(0), nodeId: 'push', kind: 'notify', channel: 'push', body: 'Hola' }])
    assert.deepEqual(moments.map(wordOf), ['start', 'push', 'Hola', 'reply', 'done'])
    const heard = [
      { at: at(2), type: 'encounter.message_received', data: { text: 'Sigo' } },
      { at: at(2), type: 'encounter.resumed' },
      { at: at(3), type: 'PaymentReceived' },
    ]
    assert.deepEqual(momentsOf(path, [], heard).map(wordOf), [
      ...['start', 'push', 'reply', 'Sigo', 'done', 'PaymentReceived'],
    ])
    const waited = moments.map((moment) => (moment.kind === 'visit' ? moment.waitedMs : 0))
    assert.deepEqual(waited, [0, 0, 0, 7_200_000, 0])
  })
})
