import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph, compileVersion } from '#flows/compile.ts'
import type { Graph } from '#flows/graph.ts'
import { begin, flowOf, graph, NOW, on, timer } from '#flows/testing.ts'

const only = (nodes: Parameters<typeof graph>[0], edges: readonly string[]) =>
  (compileGraph(graph(nodes, edges)).faults ?? []).map(
    ({ nodeId, path, says }) => `${nodeId} ${path ?? ''}: ${says.en}`,
  )

const START = ['start', 'trigger', { event: 'go' }] as const

test('what is constant and always fails is a fault', () => {
  const branch = (when: string) =>
    only([START, ['ask', 'branch', { cases: [{ handle: 'yes', when }] }]], ['start ask', 'ask.yes ask'])[0] ?? ''
  assert.match(branch('1 / 0 > 1'), /^ask data\.cases\.0\.when: divides by zero/)
  assert.match(branch('event.data.x > 3 || now > timestamp("2026-13-01T00:00:00Z")'), /is no time of ISO 8601/)
  assert.match(branch('duration("soon") > duration("1h")'), /holds a duration\(\) that is none/)
  const until = (source: string) => only([START, ['w', 'wait', { until: source }]], ['start w'])
  assert.match(until('"tomorrow"')[0] ?? '', /^w data\.until: is no time/)
  assert.deepEqual(until('now + duration("1h")'), [])
  assert.deepEqual(until('timestamp(event.data.at)'), [])
  // The time of an event is a text.
  assert.match(until('event.time + duration("10h")')[0] ?? '', /^w data\.until: reckons with a time that is a text/)
  assert.match(branch('now - event.time > duration("1h")'), /write timestamp\(…\) around it/)
  assert.deepEqual(until('timestamp(event.time) + duration("10h")'), [])
  assert.deepEqual(until('event.time'), [])
  for (const when of [
    'event.type == "go" || event.id > event.source',
    'event == null || event.data.n > 3',
    'int(event.id) % 2 == 0',
    'event.id.split("-")[1] == "a"',
    '1 / (size(event.type) - 1) > 1',
    'timestamp(event.source) < now',
  ]) {
    assert.match(branch(when), /^ask : lies on a cycle/, when)
  }
})

test('a version that was published is built in spite of what is only judged, and not of what cannot be made', () => {
  const asking = (when: string, data: object = {}) =>
    graph([START, ['ask', 'branch', { cases: [{ handle: 'yes', when }], ...data }]], ['start ask', 'ask.yes ask'])
  for (const when of ['duration("soon") > duration("1h")', '1 / 0 > 1', 'vars.gone', '"yes"']) {
    assert.ok(compileGraph(asking(when)).faults, when)
    assert.ok(compileVersion(asking(when)), when)
  }
  assert.equal(compileVersion(asking('event.data.x >')), undefined)
  assert.equal(compileVersion(asking('true', { unheardOf: 1 })), undefined)
  assert.equal(compileVersion(graph([START, ['x', 'unheardOf', {}]], ['start x'])), undefined)
})

test('a message that is too long whatever is put into it is a fault', () => {
  const says = (text: unknown) => only([START, ['say', 'message', { text }]], ['start say'])
  assert.match(says('x'.repeat(4_001))[0] ?? '', /^say data\.text: has 4001 characters whatever is put into it/)
  assert.match(says({ es: `{{ now }}${'x'.repeat(4_001)}` })[0] ?? '', /^say data\.text\.es: has 4001 characters/)
  assert.deepEqual(says(`${'x'.repeat(4_000)} `), [])
  assert.deepEqual(says(`{% if event.data.long %}${'x'.repeat(4_001)}{% endif %}hola`), [], 'it may be left out')
})

test('who puts a tag where nothing is filled in is told so', () => {
  const said = (outcome: string, reason: string) =>
    compileGraph(
      graph(
        [
          ['start', 'trigger', { event: 'go' }],
          ['shut', 'close', { reason }],
          ['e', 'end', { outcome }],
        ],
        ['start shut', 'shut e'],
      ),
    ).warnings.map(({ nodeId, path, says: { en } }) => `${nodeId} ${path}: ${en}`)
  assert.deepEqual(said('recovered {1}', 'no answer'), [])
  assert.deepEqual(said('{{ vars.how }}', '{% if x %}'), [
    'shut data.reason: is kept as it is written: nothing is filled in here',
    'e data.outcome: is kept as it is written: nothing is filled in here',
  ])
})

test('a wait that takes no time is none: nothing spins by it', () => {
  const spinning = (timeout: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'waitForEvent', { event: 'never', timeout }],
        ['n', 'set', { vars: { n: '1' } }],
      ],
      ['start w', 'w n', 'n w'],
    )
  const says = (timeout: string) =>
    compileGraph(spinning(timeout)).faults?.map(({ path, says: { en } }) => `${path} ${en}`)
  assert.deepEqual(says('PT0S'), ['data.timeout must be more than nothing'])
  assert.ok(compileVersion(spinning('PT0S') as unknown as Graph), 'who is inside of an older version goes on')
  const shortest = flowOf(spinning('PT0.001S'))
  let { run } = begin(shortest)
  for (let i = 0; i < 300; i++) run = on(shortest, run, timer(run), run.parked?.wakeAt as number).run
  assert.ok((run.parked?.wakeAt as number) - NOW > 150_000, 'a run of so many steps waits a second at least')
})

test('what is wrong with the schema of an answer is told in both languages', () => {
  const said = (schema: unknown) =>
    compileGraph(
      graph(
        [
          ['start', 'trigger', { event: 'go' }],
          ['ask', 'llm', { prompt: 'x', schema }],
        ],
        ['start ask'],
      ),
    ).faults?.find(({ path }) => path?.startsWith('data.schema'))?.says
  assert.deepEqual(said({ $ref: 'https://a.example/s' }), {
    en: 'must refer to this schema itself ("#/$defs/…"): others are not fetched',
    es: 'debe referirse a este mismo esquema ("#/$defs/…"): otros no se buscan',
  })
  assert.match(said({ pattern: '(?=a)' })?.es ?? '', /^no es un patrón/)
  assert.match(said({ type: 'text' })?.es ?? '', /^debe ser/)
})

test('a link that can never be opened is a fault', () => {
  const tell = (deepLink: string) =>
    only([START, ['tell', 'notify', { content: { body: 'x' }, channels: ['push'], deepLink }]], ['start tell'])
  assert.deepEqual(tell('our page'), ['tell data.deepLink: must be an absolute URL that opens a page or an app'])
  for (const link of ['https://a.example/x', 'clinic://appointments', '{{ event.data.url }}'])
    assert.deepEqual(tell(link), [], link)
})

test('what persons, conversations and queues do not have is a fault wherever it is asked for; what was published runs on', () => {
  const asking = graph(
    [
      ['start', 'trigger', { event: 'go', where: 'queue.continuty' }],
      ['say', 'message', { text: { es: '{{ contact.nme }} {{ queue.name }}', en: 'See queue.example' } }],
      [
        'ask',
        'http',
        { url: 'https://a.example/{{ encounter.ide }}', body: { a: ['{{ contact.attributes.vip }} {{ queue.nme }}'] } },
      ],
      ['tell', 'notify', { content: { body: '{{ contact.addresses }} {{ encounter.tag }}' }, channels: ['inbox'] }],
      [
        'end',
        'branch',
        { cases: [{ handle: 'yes', when: "has(contact.vip) || contact.attributes.vip || 'x' in encounter.tags" }] },
      ],
    ],
    ['start say', 'say ask', 'ask tell', 'tell end', 'end.yes say'],
  )
  const told = (compileGraph(asking).faults ?? []).map(({ nodeId, path, says }) => `${nodeId} ${path}: ${says.es}`)
  const begins = [
    'start data.where: no existe queue.continuty; existen id, name, brand',
    'say data.text.es: no hay ninguna variable contact.nme; las más parecidas son contact.name, contact.id y ',
    'ask data.url: no hay ninguna variable encounter.ide; las más parecidas son encounter.id, ',
    'ask data.body.a.0: no hay ninguna variable queue.nme; las más parecidas son queue.name, ',
    'tell data.content.body: no hay ninguna variable contact.addresses; las hay: contact.id',
    'end data.cases.0.when: no existe contact.vip; existen id, name',
  ]
  assert.deepEqual(
    begins.filter((begin) => !told.some((one) => one.startsWith(begin))),
    [],
    told.join('\n'),
  )
  const [start, say] = asking.nodes
  const published = { nodes: [start, say], edges: asking.edges.slice(0, 1) } as Graph
  assert.equal(compileGraph(published).faults?.length, 2)
  assert.ok(compileVersion(published))
})

test('a loop over what is never a list is a fault', () => {
  const over = (items: string) =>
    only([START, ['each', 'forEach', { items, as: 'one' }], ['e', 'end']], ['start each', 'each.item e'])
  assert.deepEqual(over('"abc"'), ['each data.items: must give a list, and gives a text'])
  assert.deepEqual(over('{"a": 1}'), ['each data.items: must give a list, and gives an object'])
  for (const items of [
    '[1, 2]',
    '[]',
    'event.data.items',
    'event.data.items.filter(i, i > 1)',
    'vars.gone == 1 ? [] : [1]',
  ])
    assert.doesNotMatch(over(items).join(), /must give a list/, items)
})

test('a winner is looked for only where the flow says who succeeds, and in some time', () => {
  const split = {
    arms: [
      { handle: 'a', weight: 1 },
      { handle: 'b', weight: 1 },
    ],
    winner: { minimum: 100 },
  }
  const drawn = (settings: object) =>
    graph([START, ['try', 'split', split], ['e', 'end', {}]], ['start try', 'try.a e', 'try.b e'], settings)
  const faults = (settings: object) =>
    (compileGraph(drawn(settings)).faults ?? []).map(({ nodeId, path, says }) => `${nodeId} ${path}: ${says.en}`)
  assert.match(faults({})[0] ?? '', /^try data\.winner: the flow has no goal/)
  assert.deepEqual(faults({ goal: { event: 'back' } }), [])
  assert.match(faults({ goal: { event: 'back', within: 'PT0S' } })[0] ?? '', /^null settings\.goal\.within: /)
  assert.ok(compileVersion(drawn({})), 'what is published already runs on')
})
