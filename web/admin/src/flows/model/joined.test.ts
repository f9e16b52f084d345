import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { added, addedBehind, bridged, changed, linked, moved, removed, withSettings } from './edits.ts'
import { EMPTY, type Graph, isSameGraph, nodeOf } from './graph.ts'
import { distance, joined } from './joined.ts'

const at = (x: number) => ({ x, y: 0 })
const wait = (data: object) => (graph: Graph) => changed(graph, 'wait', data as never)
/** A beginning, a wait, an end. */
const BASE = ['trigger', 'wait', 'end'].reduce(
  (graph, type, i) => {
    const { graph: more } = added(graph, type, at(i))
    return more
  },
  { ...EMPTY, name: 'F', settings: { key: 'event.subject' } } as Graph,
)
const LED = linked(linked(BASE, { source: 'trigger', way: '', target: 'wait' }), {
  source: 'wait',
  way: '',
  target: 'end',
})
const joinedOf = (mine: (graph: Graph) => Graph, theirs: (graph: Graph) => Graph, base = LED) =>
  joined(base, mine(base), theirs(structuredClone(base)))
const leads = ({ edges }: Graph) => edges.map(({ source, target }) => `${source} ${target}`).toSorted()
const places = (disputes: ReturnType<typeof joined>['disputes']) => disputes.map(({ path }) => path)

describe('what two people drew on the same flow, joined', () => {
  it('has what each changed elsewhere: the name, settings, steps, where they stand', () => {
    const { graph, disputes } = joinedOf(
      (one) => withSettings({ ...wait({ for: 'P2D' })(one), name: 'Mine' }, { rate: { count: 1 } }),
      (one) =>
        moved(
          withSettings(wait({ label: 'Theirs' })(changed(one, 'end', { outcome: 'x' })), { priority: '1' }),
          new Map([['wait', at(9)]]),
        ),
    )
    assert.deepEqual(disputes, [])
    assert.equal(graph.name, 'Mine')
    assert.deepEqual(graph.settings, { key: 'event.subject', rate: { count: 1 }, priority: '1' })
    assert.equal(nodeOf(graph, 'wait')?.data.for, 'P2D')
    assert.equal(nodeOf(graph, 'wait')?.data.label, 'Theirs')
    assert.deepEqual(nodeOf(graph, 'wait')?.position, at(9))
    assert.equal(nodeOf(graph, 'end')?.data.outcome, 'x')
  })

  it('is as here where both changed the same, and says where that is', () => {
    const { graph, disputes } = joinedOf(
      (one) => withSettings({ ...wait({ for: 'P2D', texts: { es: 'a' } })(one), name: 'Mine' }, { key: '1' }),
      (one) => withSettings({ ...wait({ for: 'P3D', texts: { es: 'a' } })(one), name: 'Theirs' }, { key: undefined }),
    )
    assert.deepEqual(places(disputes), ['/name', '/settings/key', '/nodes/wait/data/for'])
    assert.deepEqual([disputes[2]?.mine, disputes[2]?.theirs, disputes[2]?.nodeId], ['P2D', 'P3D', 'wait'])
    assert.deepEqual([graph.name, graph.settings?.key, nodeOf(graph, 'wait')?.data.for], ['Mine', '1', 'P2D'])
  })

  it('keeps a step that one removed and the other changed only where the other is here', () => {
    const gone = joinedOf((one) => removed(one, { nodes: ['wait'] }), wait({ for: 'P3D' }))
    assert.deepEqual([places(gone.disputes), gone.disputes[0]?.mine], [['/nodes/wait'], undefined])
    assert.equal(nodeOf(gone.graph, 'wait'), undefined)
    const back = joinedOf(wait({ for: 'P3D' }), (one) => removed(one, { nodes: ['wait'] }))
    assert.deepEqual([places(back.disputes), back.disputes[0]?.theirs], [['/nodes/wait'], undefined])
    assert.deepEqual(leads(back.graph), ['trigger wait', 'wait end'])
    const moving = joinedOf(
      (one) => moved(one, new Map([['wait', at(5)]])),
      (one) => removed(one, { nodes: ['wait'] }),
    )
    assert.deepEqual([moving.disputes, nodeOf(moving.graph, 'wait')], [[], undefined])
  })

  it('tells of a step that one removed and the other now leads to', () => {
    const drawn = (one: Graph) => linked(one, { source: 'trigger', way: '', target: 'end' })
    const without = (one: Graph) => removed(one, { nodes: ['end'] })
    const mine = joinedOf(without, drawn)
    assert.deepEqual([places(mine.disputes), leads(mine.graph)], [['/nodes/end'], ['trigger wait']])
    const theirs = joinedOf(drawn, without)
    assert.deepEqual(
      [places(theirs.disputes), leads(theirs.graph)],
      [['/nodes/end'], ['trigger end', 'trigger wait', 'wait end']],
    )
  })

  it('keeps both new steps where both have the same id, and the edges of each', () => {
    const more = (type: string, data: object) => (one: Graph) => {
      const { graph, id } = addedBehind(one, type, { id: 'end', way: '' }, at(7))
      return changed(linked(graph, { source: 'trigger', way: 'error', target: id }), id, data as never)
    }
    const free = removed(BASE, { nodes: ['end'] })
    const { graph, renames, disputes } = joinedOf(more('wait', { for: 'PT1H' }), more('wait', { for: 'PT2H' }), free)
    assert.deepEqual([...renames], [['wait-2', 'wait-3']])
    assert.deepEqual([nodeOf(graph, 'wait-2')?.data.for, nodeOf(graph, 'wait-3')?.data.for], ['PT2H', 'PT1H'])
    // One way leads to one step: there it is as here.
    assert.deepEqual([places(disputes), leads(graph)], [['/edges'], ['trigger wait-3']])
    assert.equal(disputes[0]?.way, 'error')
  })

  it('leads a way where one of both led it, and gives new edges ids of their own', () => {
    const apart = (way: string, type: string) => (one: Graph) => {
      const { graph, id } = added(one, type, at(8))
      return linked(graph, { source: 'wait', way, target: id })
    }
    const { graph, disputes } = joinedOf(apart('error', 'http'), apart('failed', 'note'))
    assert.deepEqual(disputes, [])
    assert.deepEqual(leads(graph), ['trigger wait', 'wait end', 'wait http', 'wait note'])
    assert.equal(new Set(graph.edges.map(({ id }) => id)).size, 4)
    // What was let go with its step is no other will.
    const bridging = joinedOf(
      (one) => bridged(one, 'wait'),
      (one) => ({ ...one, name: 'G' }),
    )
    assert.deepEqual([leads(bridging.graph), bridging.graph.name], [['trigger end'], 'G'])
    const { graph: other } = joinedOf(
      (one) => removed(one, { nodes: ['end'] }),
      (one) => apart('', 'note')(one),
    )
    assert.deepEqual(leads(other), ['trigger wait', 'wait note'])
  })

  it('keeps what one removed removed, and lists as one of both has them', () => {
    const words = (...list: string[]) => wait({ words: list })
    const base = words('a')(LED)
    const one = joinedOf(words('a', 'b'), (graph) => removed(graph, { nodes: ['end'] }), base)
    assert.deepEqual([nodeOf(one.graph, 'wait')?.data.words, one.graph.nodes.length], [['a', 'b'], 2])
    const both = joinedOf(words('a', 'b'), words('c'), base)
    assert.deepEqual(
      [nodeOf(both.graph, 'wait')?.data.words, places(both.disputes)],
      [['a', 'b'], ['/nodes/wait/data/words']],
    )
  })

  it('keeps the order of variables, which are reckoned one after the other', () => {
    const vars = (...names: string[]) => wait({ set: Object.fromEntries(names.map((name) => [name, `${name}`])) })
    const { graph } = joinedOf(vars('b', 'a'), vars('a', 'x', 'b'), vars('a', 'b')(LED))
    const orderOf = (one: Graph) => Object.keys(nodeOf(one, 'wait')?.data.set as object)
    assert.deepEqual(orderOf(graph), ['b', 'a', 'x'])
    assert.deepEqual(orderOf(joinedOf(vars('a', 'b', 'c'), vars('b', 'a'), vars('a', 'b')(LED)).graph), ['b', 'c', 'a'])
  })
})

// Any graph whose edges lead from and to its steps.
const word = fc.constantFrom('a', 'b', 'c', '__proto__')
const json = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    fc.nat(2),
    fc.array(fc.nat(2), { maxLength: 2 }),
    fc.dictionary(word, tie('json'), { noNullPrototype: true }),
  ),
})).json
const data = fc.dictionary(word, json, { noNullPrototype: true })
const graphs = fc
  .record({
    name: word,
    settings: data,
    nodes: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('n1', 'n2', 'n3', 'n4'),
        type: fc.constantFrom('wait', 'parallel', 'unknown'),
        position: fc.record({ x: fc.nat(2), y: fc.nat(2) }),
        data,
      }),
      { selector: ({ id }) => id },
    ),
    ends: fc.uniqueArray(fc.tuple(fc.nat(9), fc.constantFrom('', 'error'), fc.nat(9)), { maxLength: 5 }),
  })
  .map(({ ends, nodes, ...rest }) => {
    const id = (n: number) => nodes[n % nodes.length]?.id as string
    const edges = (nodes.length === 0 ? [] : ends).map(([a, sourceHandle, b]) => ({
      source: id(a),
      sourceHandle,
      target: id(b),
    }))
    const single = [...new Map(edges.map((edge) => [JSON.stringify(edge), edge])).values()]
    return { ...rest, nodes, edges: single.map((edge, i) => ({ id: String(i), ...edge })) } as unknown as Graph
  })
const settled = ({ nodes, edges, ...rest }: Graph): unknown => ({
  ...rest,
  nodes: nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  edges: edges.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
})
const same = (one: Graph, other: Graph) => isSameGraph(settled(one) as Graph, settled(other) as Graph)

describe('any two graphs', () => {
  it('are joined to what the one is who changed something', () => {
    fc.assert(
      fc.property(graphs, graphs, (base, other) => {
        for (const { graph, disputes } of [
          joined(base, structuredClone(base), other),
          joined(base, other, structuredClone(base)),
          joined(base, other, structuredClone(other)),
        ]) {
          assert.deepEqual([disputes, same(graph, other)], [[], true])
        }
      }),
      { numRuns: 100 },
    )
  })

  it('are joined to a graph whose ids are its own and whose edges lead somewhere', () => {
    fc.assert(
      fc.property(graphs, graphs, graphs, (base, mine, theirs) => {
        const { graph } = joined(base, mine, theirs)
        const ids = new Set(graph.nodes.map(({ id }) => id))
        assert.equal(ids.size, graph.nodes.length)
        assert.equal(new Set(graph.edges.map(({ id }) => id)).size, graph.edges.length)
        assert.ok(graph.edges.every(({ source, target }) => ids.has(source) && ids.has(target)))
        assert.equal(graph.name, mine.name === base.name ? theirs.name : mine.name)
      }),
      { numRuns: 100 },
    )
  })

  it('have what was done to each of two steps, and to the flow', () => {
    const edit = fc.constantFrom<(graph: Graph, id: string) => Graph>(
      (graph, id) => changed(graph, id, { for: 'PT9H' }),
      (graph, id) => changed(graph, id, { a: { a: 7 }, label: 'x' }),
      (graph, id) => moved(graph, new Map([[id, at(77)]])),
      (graph, id) => changed(graph, id, { a: undefined, b: undefined }),
    )
    fc.assert(
      fc.property(graphs, edit, edit, (base, one, other) => {
        const [first, second] = base.nodes
        fc.pre(first !== undefined && second !== undefined)
        const [a, b] = [first?.id as string, second?.id as string]
        const mine = { ...one(base, a), name: 'mine' }
        const theirs = withSettings(other(structuredClone(base), b), { theirs: 1 })
        const { graph, disputes } = joined(base, mine, theirs)
        assert.deepEqual(disputes, [])
        assert.ok(same(graph, { ...withSettings(other(one(base, a), b), { theirs: 1 }), name: 'mine' }))
      }),
      { numRuns: 100 },
    )
  })
})

it('tells from which graph another was drawn', () => {
  const mine = wait({ for: 'P2D' })(LED)
  const theirs = { ...mine, name: 'G' }
  assert.ok(distance(mine, theirs) < distance(LED, theirs))
  assert.equal(distance(LED, structuredClone(LED)), 0)
})
