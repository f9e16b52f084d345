import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differenceOf } from '#flows/difference.ts'
import type { Graph } from '#flows/graph.ts'
import { SAMPLE } from '#flows/testing.ts'

const copy = (): Graph => structuredClone(SAMPLE)
const node = (graph: Graph, id: string) => graph.nodes.find((found) => found.id === id) as Graph['nodes'][number]

test('what is drawn elsewhere or written in another order is no change', () => {
  const other = copy()
  node(other, 'push').position = { x: 900, y: 1 }
  node(other, 'push').data = Object.fromEntries(Object.entries(node(other, 'push').data).reverse())
  other.nodes.reverse()
  other.edges.reverse()
  assert.deepEqual(differenceOf(SAMPLE, other), { changes: [], counts: {} })
})

test('each change is said in both languages, with what was and what is', () => {
  const before = copy()
  before.settings = { ...before.settings, cancelOn: ['encounter.closed'] }
  const other = copy()
  other.name = 'Come back'
  other.settings = { ...other.settings, onePerKey: false, cancelOn: ['encounter.closed', 'encounter.assigned'] }
  node(other, 'reply').data.timeout = 'PT1H'
  delete node(other, 'reply').data.calendar
  node(other, 'push').data = {
    content: { body: 'Hola {{ contact.name }}' },
    channels: ['push', 'email'],
    deepLink: true,
  }
  Object.assign(node(other, 'bye'), { type: 'message', data: { text: 'adiós' } })
  other.nodes = other.nodes.filter(({ id }) => id !== 'done')
  other.nodes.push({ id: 'later', type: 'wait', data: { for: 'P1D' } })
  other.edges = other.edges.map((edge) => (edge.target === 'done' ? { ...edge, target: 'later' } : edge))
  const { changes, counts } = differenceOf(before, other)
  assert.deepEqual(
    changes.map(({ says }) => says.en),
    [
      'the name changed from “Abandoned conversation” to “Come back”',
      'settings: what cancels it changed from ["encounter.closed"] to ["encounter.closed","encounter.assigned"]',
      'settings: one run per key changed from yes to no',
      'step done (End) was removed',
      'step bye (Close the conversation) became step bye (Write in the conversation)',
      'step push (Notify): the template “come-back” was removed',
      'step push (Notify): the content, the text “Hola {{ contact.name }}” was added',
      'step reply (Wait for an event): the calendar “queue” was removed',
      'step reply (Wait for an event): the time limit changed from “PT4H” to “PT1H”',
      'step later (Wait) was added',
      'reply no longer leads by event to done',
      'reply now leads by event to later',
    ],
  )
  assert.deepEqual(
    changes.filter(({ nodeId }) => nodeId === 'reply').map(({ says }) => says.es)[1],
    'paso reply (Esperar un evento): el plazo cambió de «PT4H» a «PT1H»',
  )
  const [text] = changes.filter(({ change }) => change === 'textChanged')
  assert.deepEqual(
    [text?.path, text?.before, text?.after],
    ['/nodes/push/data/content/body', null, 'Hola {{ contact.name }}'],
  )
  assert.deepEqual(counts, {
    nameChanged: 1,
    settingChanged: 2,
    stepRemoved: 1,
    fieldChanged: 3,
    textChanged: 1,
    stepReplaced: 1,
    stepAdded: 1,
    edgeRemoved: 1,
    edgeAdded: 1,
  })
})

test('of a thousand changes the first are listed and all are counted', () => {
  const nodes = Array.from({ length: 1_000 }, (_, i) => ({ id: `n${i}`, type: 'wait', data: { for: 'PT1H' } }))
  const { changes, counts } = differenceOf({ nodes: [], edges: [] }, { nodes, edges: [] })
  assert.equal(changes.length, 500)
  assert.deepEqual(counts, { stepAdded: 1_000 })
})
