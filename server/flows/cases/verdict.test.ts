import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NamedCase } from '#flows/cases/case.ts'
import { readCases } from '#flows/cases/case.ts'
import { isoDuration, judgeCases, type Verdict } from '#flows/cases/verdict.ts'
import { flowOf, graph, SAMPLE } from '#flows/testing.ts'

const QUIET = {
  event: { type: 'encounter', subtype: 'tmipw_expired', encounter_id: 'e1', patient_id: 'p1', queue_id: 'q1' },
  contact: { id: 'p1', name: 'María', locale: 'es' },
  encounter: { status: 'warned' },
  queue: { continuity: true },
}
const BACK: NamedCase = {
  name: 'comes back',
  ...QUIET,
  later: [{ after: 'PT1H', reply: 'hola' }],
  expect: {
    status: 'completed',
    outcome: 'recovered',
    steps: ['start', 'split', 'push', 'reply', 'done'],
    messages: [{ node: 'push', after: 'PT0S', channel: 'push', template: 'come-back' }],
  },
}
const judged = async (flow: unknown, ...cases: NamedCase[]): Promise<Verdict[]> => judgeCases(flowOf(flow), cases)
const said = (verdict: Verdict | undefined) => verdict?.misses.map(({ says }) => says.en)

test('a case says which arm its person draws; without that the same one is drawn wherever it is played', async () => {
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['test', 'split', { arms: ['a', 'b'].map((handle) => ({ handle, weight: 1 })) }],
      ['one', 'end', { outcome: 'a' }],
      ['two', 'end', { outcome: 'b' }],
    ],
    ['start test', 'test.a one', 'test.b two'],
  )
  const of = (way: string): NamedCase => ({
    name: way,
    event: { type: 'go' },
    outcomes: { test: [{ way }] },
    expect: { outcome: way },
  })
  assert.deepEqual((await judged(drawn, of('a'), of('b'))).map(said), [[], []])
  assert.match(said((await judged(drawn, of('c')))[0])?.join() ?? '', /must be a, b/)
})

test('the sample does what its cases say, also by a calendar that a case brings along', async () => {
  const away: NamedCase = {
    name: 'stays away over night',
    ...QUIET,
    event: { ...QUIET.event, datetime: Date.parse('2026-01-05T16:00:00Z') },
    calendars: {
      queue: {
        timeZone: 'UTC',
        week: { mon: [{ from: '09:00', to: '18:00' }], tue: [{ from: '09:00', to: '18:00' }] },
      },
    },
    // Four hours of open time: two on Monday, two on Tuesday. At 10:59 it is not over yet.
    later: [{ after: 'PT18H59M', reply: 'hola' }],
    expect: { outcome: 'recovered' },
  }
  const late = {
    ...away,
    later: [{ after: 'PT19H1M', reply: 'hola' }],
    expect: { steps: ['start', 'split', 'push', 'reply', 'bye', 'gone'] },
  }
  const verdicts = await judged(SAMPLE, BACK, away, late)
  assert.deepEqual(verdicts.map(said), [[], [], []])
})

test('of what is said at one moment the order is that in which it was said', async () => {
  const talking = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['hello', 'message', { text: 'Hola' }],
      ['tell', 'notify', { content: { body: 'Vuelva' }, channels: ['push'] }],
      ['bye', 'message', { text: 'Adiós' }],
    ],
    ['start hello', 'hello tell', 'tell bye'],
  )
  const messages = ['hello', 'tell', 'bye'].map((node) => ({ node, after: 'PT0S' }))
  const [verdict] = await judged(talking, { name: 'talks', ...QUIET, expect: { messages } })
  assert.deepEqual(said(verdict), [])
  assert.deepEqual(
    verdict?.messages.map(({ channel, text }) => [channel, text]),
    [
      ['chat', 'Hola'],
      ['push', 'Vuelva'],
      ['chat', 'Adiós'],
    ],
  )
})

test('what comes otherwise is said in both languages, and of steps only the first', async () => {
  const other = structuredClone(SAMPLE)
  const content = { title: 'Hola', body: 'Le esperamos, {{ contact.name }}' }
  other.nodes = other.nodes.map((node) =>
    node.id === 'push' ? { ...node, data: { content, channels: ['email'] } } : node,
  )
  other.edges = other.edges.map((edge) => (edge.sourceHandle === 'event' ? { ...edge, target: 'bye' } : edge))
  const [verdict] = await judged(
    other.nodes.length > 0 ? { ...other, nodes: other.nodes.filter((n) => n.id !== 'done') } : other,
    {
      ...BACK,
      expect: {
        ...BACK.expect,
        messages: [{ channel: 'push', text: 'Vuelva', title: 'Hola', after: 'PT1H' }, { node: 'x' }],
        vars: { n: 1 },
      },
    },
  )
  assert.deepEqual(said(verdict), [
    'the outcome: expected "recovered", came "abandoned"',
    'the variable n: expected 1, came –',
    'step 5: expected done, came bye',
    'message 1, its channel: expected "push", came "email"',
    'message 1, its text: expected "Vuelva", came "Le esperamos, María"',
    'message 1, when it comes: expected "PT1H", came "PT0S"',
    'message 2: none came',
  ])
  assert.equal(verdict?.misses[2]?.says.es, 'paso 5: se esperaba done, fue bye')
})

test('a call answers as the case says, a trigger that does not fit starts nothing', async () => {
  const calls = graph(
    [
      ['start', 'trigger', { event: 'order.placed', where: 'event.data.total > 10' }],
      ['call', 'http', { url: 'https://example.com/x', save: 'answer' }],
      ['told', 'message', { text: 'no' }],
    ],
    ['start call', 'call.error told'],
  )
  const order = (total: number) => ({ event: { type: 'order.placed', subject: 'e', data: { total } }, encounter: {} })
  const verdicts = await judged(
    calls,
    { name: 'ok', ...order(11), expect: { steps: ['start', 'call'], messages: [] } },
    {
      name: 'error',
      ...order(11),
      outcomes: { call: [{ way: 'error' }] },
      expect: { messages: [{ text: 'no', channel: 'chat' }] },
    },
    { name: 'small', ...order(1), expect: { status: 'not started', steps: [] } },
  )
  assert.deepEqual(verdicts.map(said), [[], [], []])
})

test('where no run begins, only that is said, and why', async () => {
  const [unknown, other] = await judged(SAMPLE, { ...BACK, encounter: {} }, { ...BACK, event: { type: 'else' } })
  assert.equal(said(unknown)?.length, 1)
  assert.match(said(unknown)?.[0] ?? '', /^no run began: start: .*status/)
  assert.deepEqual(said(other), ['no run began: no trigger is for this type of event'])
  assert.equal(other?.misses[0]?.says.es, 'no comenzó ninguna ejecución: ningún inicio es para este tipo de evento')
})

test('a case that cannot be played is red, and says why', async () => {
  const verdicts = await judged(
    SAMPLE,
    { ...BACK, later: [{ after: 'soon', reply: 'hola' }] },
    { ...BACK, event: { type: 'a.*' } },
    { ...BACK, calendars: { queue: { timeZone: 'UTC', week: {} } } },
  )
  assert.deepEqual(
    verdicts.map(({ passed }) => passed),
    [false, false, false],
  )
  assert.deepEqual(
    verdicts.map(({ misses }) => misses[0]?.path.split('/').slice(0, 3).join('/')),
    ['/later/0', '/event/type', '/calendars/queue'],
  )
})

test('cases of a file are read or refused as a whole', () => {
  assert.deepEqual(readCases([BACK]), { cases: [BACK], faults: [] })
  assert.deepEqual(readCases([BACK, BACK]).faults[0]?.path, 'cases.1.name')
  assert.deepEqual(
    readCases([{ ...BACK, expect: {}, more: 1 }])
      .faults.map(({ path }) => path)
      .sort(),
    ['cases.0.expect', 'cases.0.more'],
  )
})

test('durations are written as people write them', () => {
  assert.deepEqual([0, 1_500, 60_000, 3_600_000, 86_400_000, 93_784_000].map(isoDuration), [
    'PT0S',
    'PT1.5S',
    'PT1M',
    'PT1H',
    'P1D',
    'P1DT2H3M4S',
  ])
})

test('a month is as long as the one it is, and members of a variable have no order', async () => {
  const flow = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['keep', 'set', { vars: { both: '{"a": 1, "b": [2]}' } }],
      ['month', 'wait', { for: 'P1M' }],
      ['say', 'message', { text: { es: 'Hola' } }],
    ],
    ['start keep', 'keep month', 'month say'],
  )
  const [verdict] = await judged(flow, {
    name: 'in February',
    event: { type: 'go', time: '2026-02-10T12:00:00Z' },
    encounter: {},
    expect: { messages: [{ node: 'say', after: 'P1M' }], vars: { both: { b: [2], a: 1 } } },
  })
  assert.deepEqual(said(verdict), [])
})

test('an outcome of a step that is not there, that asks for nothing or has no such way makes a case red', async () => {
  const outcomes = { nowhere: [{ way: 'ok' }], reply: [{ way: 'event' }], push: [{ way: 'sent' }, { way: 'ok' }] }
  const [verdict] = await judged(SAMPLE, { ...BACK, outcomes })
  assert.deepEqual(
    verdict?.misses.map(({ path, says }) => `${path} ${says.es}`),
    [
      '/outcomes/nowhere no existe el paso nowhere',
      '/outcomes/reply es un paso que no pide nada: no hay resultado que indicar',
      '/outcomes/push/1/way debe ser sent, failed, suppressed',
    ],
  )
})

test('whoever is back before a nudge is not told in a case either', async () => {
  const flow = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['rest', 'wait', { for: 'PT10M' }],
      ['nudge', 'notify', { template: 'come-back', channels: ['push'] }],
      ['needless', 'end', { outcome: 'needless' }],
    ],
    ['start rest', 'rest nudge', 'nudge.suppressed needless'],
  )
  const [verdict] = await judged(flow, {
    name: 'back at once',
    ...QUIET,
    later: [{ after: 'PT1M', reply: 'hola' }],
    expect: { outcome: 'needless', messages: [] },
  })
  assert.deepEqual(said(verdict), [])
})

test('of a run that failed is said where and why', async () => {
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['hello', 'message', { text: 'Hola {{ contact.name }}' }],
    ],
    ['start hello'],
  )
  const of = (expect: NamedCase['expect']): NamedCase => ({
    name: 'n',
    event: { type: 'go' },
    encounter: { status: 'open' },
    expect,
  })
  const [verdict, expected] = await judged(drawn, of({ messages: [{ node: 'hello' }] }), of({ status: 'failed' }))
  assert.deepEqual(
    verdict?.misses.map(({ says }) => says.es),
    [
      'la ejecución falló en el paso hello: no hay ningún valor de contact.name (línea 1)',
      'mensaje 1: no llegó ninguno',
    ],
  )
  assert.equal(expected?.passed, true)
})
