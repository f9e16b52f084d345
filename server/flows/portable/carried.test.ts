import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, faults, n8nStep, read, ways } from '#flows/portable/testing.ts'

// n8n: settings that have a counterpart are carried over, and of others it is told which they are.

const start = n8nStep('start', 'webhook', { path: 'in' })
const call = (name: string, onError = '') => ({
  ...n8nStep(name, 'httpRequest', { url: 'https://x.example' }),
  ...(onError === '' ? {} : { onError }),
})
const noOp = (name: string) => n8nStep(name, 'noOp')
/** Connections: `a b`, or `a.1 b` from the second output. */
const wired = (...all: string[]) => {
  const connections: { [name: string]: { main: { node: string; type: string; index: number }[][] } } = {}
  for (const one of all) {
    const [from = '', node = ''] = one.split(' ')
    const [name = '', output = '0'] = from.split('.')
    connections[name] ??= { main: [] }
    const { main } = connections[name]
    while (main.length <= Number(output)) main.push([])
    main[Number(output)]?.push({ node, type: 'main', index: 0 })
  }
  return connections
}
const flow = (nodes: readonly object[], ...all: string[]) => read('n8n', { nodes, connections: wired(...all) })
const alone = (step: object, settings = {}) =>
  read('n8n', { nodes: [start, step], connections: wired('start one'), settings })

test('n8n: parts of hours and days are waited as long as they are', () => {
  const waited = (amount: number, unit: string) =>
    dataOf(alone({ ...n8nStep('one', 'wait', { amount, unit }) }).graph, 'one')?.for
  assert.deepEqual(
    [
      [0.5, 'hours'],
      [1.5, 'days'],
      [0.1, 'hours'],
      [2.5, 'minutes'],
      [0.2, 'seconds'],
      [2, 'days'],
    ].map(([amount, unit]) => waited(amount as number, unit as string)),
    ['PT30M', 'PT36H', 'PT6M', 'PT150S', 'PT1S', 'P2D'],
  )
})

test('n8n: how long and until when a field says is waited so', () => {
  const waited = (parameters: object) => {
    const { graph, notes } = alone({ ...n8nStep('one', 'wait', parameters) })
    return [dataOf(graph, 'one')?.until, faults(graph), notes.filter((note) => note.startsWith('one: ')).length]
  }
  const n = '={{ $json.body.n }}'
  assert.deepEqual(waited({ amount: n, unit: 'minutes' }), ['now + duration(string(event.data.n) + "m")', [], 0])
  assert.deepEqual(waited({ amount: n, unit: 'days' }), [
    'now + duration(string(double(event.data.n) * 24.0) + "h")',
    [],
    0,
  ])
  assert.deepEqual(waited({ resume: 'specificTime', dateTime: '={{ $json.body.when }}' }), [
    'timestamp(event.data.when)',
    [],
    1,
  ])
  const { graph, notes } = alone(n8nStep('one', 'wait', { amount: '={{ $json.body.n * 2 }}', unit: 'minutes' }))
  assert.equal(graph.nodes[1]?.type, 'n8n-nodes-base.wait')
  assert.ok(
    notes.includes('one: how long it waits is JavaScript, which nothing here runs; it stands in the draft as it was'),
  )
})

test('n8n: where nothing is done with an error, or with what holds, the run ends there and does not fail', () => {
  for (const [nodes, wires] of [
    [[noOp('nothing')], ['ask.1 nothing']],
    [[], []],
  ] as const) {
    const { graph } = flow(
      [start, call('ask', 'continueErrorOutput'), call('on'), ...nodes],
      'start ask',
      'ask on',
      ...wires,
    )
    assert.deepEqual(ways(graph), ['ask.error ask-end', 'ask.ok on', 'start ask'])
    assert.deepEqual(faults(graph), [])
  }
  const equals = {
    leftValue: '={{ $json.body.a }}',
    rightValue: 'x',
    operator: { type: 'string', operation: 'equals' },
  }
  const asks = n8nStep('if', 'if', { conditions: { conditions: [equals] } })
  const { graph } = flow([start, asks, noOp('nothing'), call('on')], 'start if', 'if nothing', 'if.1 on')
  assert.deepEqual(ways(graph), ['if.else on', 'if.true if-end', 'start if'])
  assert.deepEqual(faults(graph), [])
})

test('n8n: the output for errors of any step is its way error', () => {
  const set = {
    ...n8nStep('keep', 'set', { values: { number: [{ name: 'n', value: 1 }] } }),
    onError: 'continueErrorOutput',
  }
  const mail = { ...n8nStep('mail', 'emailSend', { toEmail: 'a@x.cl', text: 'x' }), onError: 'continueErrorOutput' }
  const { graph } = flow(
    [start, set, mail, call('on'), call('no')],
    'start keep',
    'keep mail',
    'keep.1 no',
    'mail on',
    'mail.1 no',
  )
  assert.deepEqual(ways(graph), ['keep mail', 'keep.error no', 'mail on', 'mail.failed no', 'start keep'])
  assert.deepEqual(faults(graph), [])
})

test('n8n: a merge behind a fork waits for all its branches, and what follows is done once', () => {
  const merge = n8nStep('merge', 'merge', { mode: 'chooseBranch' })
  const both = flow(
    [start, call('a'), call('b'), noOp('pass'), merge, call('on')],
    ...['start a', 'start b', 'a pass', 'pass merge', 'b merge', 'merge on'],
  )
  assert.deepEqual(ways(both.graph), [
    'a.ok merge',
    'b.ok merge',
    'merge on',
    'start start-parallel',
    'start-parallel a',
    'start-parallel b',
  ])
  assert.deepEqual(dataOf(both.graph, 'merge'), { mode: 'all' })
  assert.deepEqual(faults(both.graph), [])
  assert.ok(both.spanish.some((note) => note.startsWith('merge (merge): espera a todas las ramas')))
  // From the step itself to both of its inputs, or from two ways of a condition: nothing is waited for.
  const isJoin = (nodes: readonly object[], ...all: string[]) =>
    flow([start, merge, call('on'), ...nodes], 'merge on', ...all).graph.nodes.some(({ type }) => type === 'join')
  assert.equal(isJoin([], 'start merge', 'start merge'), false)
  assert.equal(isJoin([call('a')], 'start a', 'start merge', 'a merge'), true)
  // A branch that goes elsewhere, a fork inside of a branch, a way back: whom it would wait for is not known.
  assert.equal(isJoin([call('a'), call('b')], 'start a', 'start b', 'start merge', 'a merge'), false)
  assert.equal(
    isJoin([call('a'), call('b'), call('c')], 'start a', 'start c', 'a b', 'a merge', 'b merge', 'c merge'),
    false,
  )
  assert.equal(isJoin([call('a'), call('b')], 'start a', 'start b', 'a merge', 'b merge', 'on a'), false)
})

test('n8n: a switch of the first versions, and one that is told the number of its output', () => {
  const rules = [
    { operation: 'equal', value2: 'x' },
    { value2: 'y', output: 2 },
    { value2: 'z', output: 2 },
  ]
  const old = n8nStep('one', 'switch', {
    dataType: 'string',
    value1: '={{ $json.body.k }}',
    rules: { rules },
    fallbackOutput: 3,
  })
  const made = flow(
    [start, old, ...['a', 'b', 'c'].map((name) => call(name))],
    'start one',
    'one a',
    'one.2 b',
    'one.3 c',
  )
  assert.deepEqual(
    (dataOf(made.graph, 'one') as { cases: { when: string }[] }).cases.map(({ when }) => when),
    ['x', 'y', 'z'].map((word) => `event.data.k == "${word}"`),
  )
  assert.deepEqual(ways(made.graph), ['one.else c', 'one.rule-1 a', 'one.rule-2 b', 'one.rule-3 b', 'start one'])
  assert.deepEqual(faults(made.graph), [])
  assert.deepEqual(
    made.notes.filter((note) => note.startsWith('one: ')),
    [],
  )

  const numbered = {
    ...n8nStep('one', 'switch', { mode: 'expression', output: '={{ $json.body.n }}', numberOutputs: 2 }),
  }
  const by = flow([start, numbered, call('a')], 'start one', 'one.1 a')
  assert.deepEqual(ways(by.graph), ['one.output-0 one-end', 'one.output-1 a', 'start one'])
  assert.deepEqual(faults(by.graph), [])
  const { notes } = alone(n8nStep('one', 'switch', { mode: 'expression', output: '={{ $json.n % 2 }}' }))
  assert.ok(notes.some((note) => note.startsWith('one: which output it goes is JavaScript (mode expression)')))
})

test('n8n: fields that were written as one JSON are set, and their own expressions are told of', () => {
  const raw = { mode: 'raw', jsonOutput: '{"a": 1, "b": ["=x"], "c": {"d": null}, "e": "=f"}' }
  const { graph } = flow(
    [
      start,
      n8nStep('one', 'set', raw),
      n8nStep('two', 'set', { values: { string: [{ name: 'y', value: '={{ $json.a }}' }] } }),
    ],
    ...['start one', 'one two'],
  )
  assert.deepEqual(dataOf(graph, 'one'), { vars: { a: '1', b: '["=x"]', c: '{"d":null}', e: '"=f"' } })
  assert.deepEqual(dataOf(graph, 'two'), { vars: { y: 'has(vars.a) ? vars.a : null' } })
  assert.deepEqual(faults(graph), [])
  const { spanish } = alone(n8nStep('one', 'set', { mode: 'raw', jsonOutput: '={"a": {{ $json.body.n }}}' }))
  assert.ok(
    spanish.includes(
      'one: su JSON tiene expresiones adentro (modo raw); escribe sus campos uno por uno; queda en el borrador como estaba',
    ),
  )
})

test('n8n: a step keeps a name that its id cannot say, lengths are numbers, and loose conditions are told of once', () => {
  const asks = (name: string, operator: object, rightValue: unknown) =>
    n8nStep(name, 'if', {
      looseTypeValidation: true,
      conditions: { conditions: [{ leftValue: '={{ $json.body.l }}', rightValue, operator }] },
    })
  const { graph, notes } = flow(
    [
      start,
      asks('条件', { type: 'array', operation: 'lengthGt' }, '2'),
      asks('Año', { type: 'number', operation: 'gt' }, 1),
      call('on'),
    ],
    ...['start 条件', '条件 Año', 'Año on'],
  )
  assert.deepEqual(
    graph.nodes.map(({ id, data }) => [id, data.label]),
    [
      ['start', undefined],
      ['flow', '条件'],
      ['ano', 'Año'],
      ['on', undefined],
    ],
  )
  assert.deepEqual(faults(graph), [])
  assert.deepEqual(
    notes.filter((note) => note.includes('“5”')).map((note) => note.slice(0, 66)),
    ['n8n took the text “5” for the number 5 in 2 steps (条件, Año); here '],
  )
})
