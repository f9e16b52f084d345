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

test('variables in another order are a change: each sees those before it', () => {
  const setting = (vars: object) =>
    ({ ...SAMPLE, nodes: [{ id: 's', type: 'set', data: { vars } }] }) as unknown as Graph
  const { changes } = differenceOf(setting({ a: '1', b: 'vars.a' }), setting({ b: 'vars.a', c: '2', a: '1' }))
  assert.deepEqual(
    changes.filter(({ path }) => path.startsWith('/nodes/s')).map(({ says }) => says.es),
    [
      'paso s (Asignar variables): se añadió la variable «c»: «2»',
      'paso s (Asignar variables): el orden de las variables cambió de «a», «b» a «b», «c», «a»',
    ],
  )
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
      'settings: the event that cancels it “encounter.assigned” was added',
      'settings: the option “one run per key” changed from yes to no',
      'step done (End) was removed',
      'step bye (Close the conversation) became step bye (Write in the conversation)',
      'step push (Notify): the template was removed: “come-back”',
      'step push (Notify): the text of the content was added: “Hola {{ contact.name }}”',
      'step reply (Wait for an event): the calendar was removed: “queue”',
      'step reply (Wait for an event): the time limit changed from “PT4H” to “PT1H”',
      'step later (Wait) was added',
      '“reply” no longer leads by “it came” to “done”',
      '“reply” now leads by “it came” to “later”',
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

const says = (before: Graph, after: Graph, language: 'en' | 'es' = 'es') =>
  differenceOf(before, after).changes.map((change) => change.says[language])

const step = (id: string, type: string, data: Graph['nodes'][number]['data']): Graph => ({
  nodes: [{ id, type, data }],
  edges: [],
})
const branch = (...handles: string[]) =>
  step('b', 'branch', { cases: handles.map((handle) => ({ handle, when: `vars.x == "${handle}"` })) })

test('a case put on top of others is one that was added, and one taken away is one that was removed', () => {
  const { changes } = differenceOf(branch('a', 'b', 'c'), branch('n', 'a', 'b', 'c'))
  assert.deepEqual(changes, [
    {
      change: 'fieldChanged',
      nodeId: 'b',
      path: '/nodes/b/data/cases/0',
      before: null,
      after: { handle: 'n', when: 'vars.x == "n"' },
      says: {
        en: 'step b (Branch): the case “n” was added: the condition “vars.x == "n"”',
        es: 'paso b (Bifurcar): se añadió el caso «n»: la condición «vars.x == "n"»',
      },
    },
  ])
  assert.deepEqual(says(branch('a', 'b', 'c'), branch('a', 'c')), [
    'paso b (Bifurcar): se quitó el caso «b»: la condición «vars.x == "b"»',
  ])
})

test('a changed order is one sentence, and what changed in a member goes by its name wherever it stands', () => {
  const { changes } = differenceOf(branch('a', 'b', 'c'), branch('a', 'c', 'b'))
  assert.deepEqual(
    changes.map(({ path, before, after, says }) => [path, before, after, says.es]),
    [
      [
        '/nodes/b/data/cases',
        ['a', 'b', 'c'],
        ['a', 'c', 'b'],
        'paso b (Bifurcar): el orden de los casos cambió de «a», «b», «c» a «a», «c», «b»',
      ],
    ],
  )
  const split = (...arms: [string, number][]) =>
    step('s', 'split', { arms: arms.map(([handle, weight]) => ({ handle, weight })) })
  assert.deepEqual(says(split(['title', 1], ['2', 1]), split(['n', 5], ['2', 1], ['title', 3]), 'en'), [
    'step s (Split (A/B)): the weight of the arm “title” changed from 1 to 3',
    'step s (Split (A/B)): the arm “n” was added: the weight 5',
    'step s (Split (A/B)): the order of the arms changed from “title”, “2” to “n”, “2”, “title”',
  ])
})

test('a draft whose cases share a name is compared by their places', () => {
  assert.deepEqual(says(branch('a', 'a'), branch('a', 'b')), [
    'paso b (Bifurcar): la salida del caso 2 cambió de «a» a «b»',
    'paso b (Bifurcar): la condición del caso 2 cambió de «vars.x == "a"» a «vars.x == "b"»',
  ])
})

test('what cancels a flow goes by its event, written alone or with more', () => {
  const ends = (...cancelOn: (string | { event: string; where?: string })[]): Graph => ({
    settings: { cancelOn },
    nodes: [],
    edges: [],
  })
  assert.deepEqual(says(ends('a.b'), ends({ event: 'a.b' })), [])
  assert.deepEqual(says(ends('a.b', 'c.d'), ends({ event: 'c.d', where: 'true' }, 'e.f')), [
    'ajustes: se quitó el evento que la cancela «a.b»',
    'ajustes: se añadió la condición del evento que la cancela «c.d»: «true»',
    'ajustes: se añadió el evento que la cancela «e.f»',
  ])
})

test('edges go by the names of steps and ways that are drawn', () => {
  const drawn = (label: string, edges: Graph['edges']): Graph => ({
    nodes: [
      { id: 'b', type: 'waitForEvent', data: {} },
      { id: 'e', type: 'end', data: { label } },
    ],
    edges,
  })
  const edge = { id: '1', source: 'b', target: 'e', sourceHandle: 'timeout' }
  assert.deepEqual(says(drawn('Fin uno', [edge]), drawn('Fin uno', [{ ...edge, sourceHandle: 'c1' }])), [
    '«b» ya no lleva por «venció el plazo» a «Fin uno»',
    '«b» ahora lleva por «c1» a «Fin uno»',
  ])
  assert.deepEqual(says(drawn('Fin uno', [edge]), drawn(' Fin dos ', []), 'en').slice(1), [
    '“b” no longer leads by “time ran out” to “Fin dos”',
  ])
  assert.deepEqual(says(drawn('Fin uno', [edge]), { nodes: [], edges: [] }).slice(2), [
    '«b» ya no lleva por «venció el plazo» a «Fin uno»',
  ])
})

test('a changed description is told', () => {
  const described = (description?: string): Graph => ({
    ...(description === undefined ? {} : { description }),
    nodes: [],
    edges: [],
  })
  assert.deepEqual(differenceOf(described('uno'), described('dos')), {
    changes: [
      {
        change: 'textChanged',
        nodeId: null,
        path: '/description',
        before: 'uno',
        after: 'dos',
        says: { en: 'the description changed from “uno” to “dos”', es: 'la descripción cambió de «uno» a «dos»' },
      },
    ],
    counts: { textChanged: 1 },
  })
  assert.deepEqual(says(described('uno'), described()), ['se quitó la descripción: «uno»'])
})

test('verbs agree with what they tell of', () => {
  const notify = (data: Graph['nodes'][number]['data']) => step('n', 'notify', data)
  assert.deepEqual(says(notify({ channels: ['push'] }), notify({ channels: ['push', 'email'] })), [
    'paso n (Notificar): los canales cambiaron de «push» a «push», «email»',
  ])
  assert.deepEqual(says(notify({}), notify({ channels: ['push'] })), [
    'paso n (Notificar): se añadieron los canales: «push»',
  ])
  assert.deepEqual(says(notify({ channels: ['push'] }), notify({}), 'en'), [
    'step n (Notify): the channels were removed: “push”',
  ])
  assert.deepEqual(says(notify({ to: 'a@b.c' }), notify({ to: { contactId: '7' } })), [
    'paso n (Notificar): se quitó el destinatario: «a@b.c»',
    'paso n (Notificar): se añadió el contacto del destinatario: «7»',
  ])
})

test('of a thousand changes the first are listed and all are counted', () => {
  const nodes = Array.from({ length: 1_000 }, (_, i) => ({ id: `n${i}`, type: 'wait', data: { for: 'PT1H' } }))
  const { changes, counts } = differenceOf({ nodes: [], edges: [] }, { nodes, edges: [] })
  assert.equal(changes.length, 500)
  assert.deepEqual(counts, { stepAdded: 1_000 })
})
