import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Graph } from '#flows/graph.ts'
import { type FlowDocument, fileNameOf, readDocument, textOf } from '#flows/portable/document.ts'
import { SAMPLE } from '#flows/testing.ts'
import { build, plan } from '#flows/testing-graphs.ts'

const ID = '0190a0b0-0000-7000-8000-000000000001'
const read = (text: string): FlowDocument => {
  const { document, faults } = readDocument(JSON.parse(text))
  assert.ok(document, JSON.stringify(faults))
  return document
}
const whole = (graph: Graph): FlowDocument => ({ id: ID, graph, cases: [] })
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
const set = ({ nodes, edges, ...rest }: Graph) => ({
  ...rest,
  nodes: nodes.toSorted(byId),
  edges: edges.toSorted(byId),
})

test('a flow written and read is the same flow; written again, the same text; in another order, the same text', () => {
  fc.assert(
    fc.property(plan, fc.infiniteStream(fc.nat(1_000)), (drawn, lots) => {
      const { graph } = build(drawn)
      const text = textOf(whole(graph as Graph))
      assert.deepEqual(set(read(text).graph), set(graph as Graph))
      assert.equal(textOf(read(text)), text)
      const drawLots = <T>(items: readonly T[]) =>
        items
          .map((item) => [lots.next().value ?? 0, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item)
      const [trigger, ...others] = graph.nodes
      const mixed = { edges: drawLots(graph.edges), nodes: [...drawLots(others), trigger] } as Graph
      assert.equal(textOf(whole(mixed)), text)
    }),
    { numRuns: 50 },
  )
})

/** The same value with its members in another order, at every level. */
const reversed = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(reversed)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .map(([name, member]) => [name, reversed(member)])
            .toReversed(),
        )
      : value

test('members written in another order give the same text, at every level', () => {
  const document = {
    id: ID,
    graph: {
      name: 'Deep',
      settings: { goal: { event: 'back', within: 'P1D' }, limits: [{ b: 1, a: 2 }] },
      viewport: { x: 1, y: 2, zoom: 0.5 },
      nodes: [
        { id: 'start', type: 'trigger', data: { event: 'go' } },
        {
          id: 'ask',
          type: 'http',
          position: { x: 1, y: 2 },
          data: {
            url: 'https://x.example',
            headers: { b: '1', a: '2' },
            body: { z: [{ d: 1, c: { f: 1, e: null } }] },
          },
        },
        { id: 'try', type: 'split', data: { arms: [{ weight: 1, handle: 'a' }] } },
      ],
      edges: [{ id: '1', source: 'start', target: 'ask', data: { b: 1, a: 1 } }],
    },
    cases: [
      {
        name: 'one',
        event: { type: 'go', data: { b: 1, a: { d: 1, c: 1 } } },
        expect: { outcome: 'x', vars: { b: 1, a: 2 } },
      },
    ],
  }
  const text = textOf(document as unknown as FlowDocument)
  assert.equal(textOf(reversed(document) as FlowDocument), text)
  assert.equal(textOf(read(text)), text)
})

test('what the editor keeps beside the graph, and the order of variables and of what a model answers, is not lost', () => {
  const graph = {
    ...SAMPLE,
    viewport: { x: 1, y: 2, zoom: 0.5 },
    nodes: [
      ...SAMPLE.nodes,
      { id: 'a', type: 'set', width: 10, selected: true, data: { vars: { z: '1', a: 'vars.z + 1' } } },
      { id: 'b', type: 'llm', data: { schema: { type: 'object', properties: { why: {}, answer: {} } } } },
    ],
  } as unknown as Graph
  const text = textOf(whole(graph))
  assert.deepEqual(set(read(text).graph), set(graph))
  assert.ok(text.indexOf('"z"') < text.indexOf('"a": "vars.z'))
  assert.ok(text.indexOf('"why"') < text.indexOf('"answer"'))
  assert.ok(text.endsWith('}\n'))
})

test('what is no flow is refused with every fault', () => {
  const faults = (value: unknown) => (readDocument(value).faults ?? []).map(({ path }) => path)
  assert.deepEqual(faults({ nodes: 1, edges: [], cases: 1, id: 'x' }), ['cauce', 'id', 'nodes', 'cases'])
  assert.deepEqual(faults({ cauce: 'flow/2', nodes: [], edges: [] }), ['cauce'])
  assert.deepEqual(faults([]), [undefined])
  assert.deepEqual(faults({ cauce: 'flow/1', nodes: [], edges: [], more: 1 }), ['more'])
})

test('a graph alone is a flow too; what only looks like one is told its form', () => {
  const { document } = readDocument(SAMPLE)
  assert.deepEqual(document, { id: null, graph: SAMPLE, cases: null })
  const paths = (value: unknown) => (readDocument(value).faults ?? []).map(({ path }) => path)
  // As n8n and Typebot write theirs.
  assert.ok(paths({ name: 'x', nodes: [], connections: {} }).includes('cauce'))
  assert.ok(paths({ name: 'x', groups: [], edges: [] }).includes('cauce'))
})

test('files are named as people name flows', () => {
  assert.deepEqual(['Recordatorio de cita ¡mañana!', '../../etc/passwd', '日本', 'A'.repeat(200)].map(fileNameOf), [
    'recordatorio-de-cita-manana',
    'etc-passwd',
    'flow',
    'a'.repeat(80),
  ])
})
