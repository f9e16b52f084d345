import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewOfQueue } from '#conversations/index.ts'
import { type CrowdResult, crowd, type Trial } from '#flows/machine/crowd.ts'
import { arrivals, invented } from '#flows/machine/people.ts'
import { createTalks } from '#flows/machine/talks.ts'
import type { Ground } from '#flows/machine/world.ts'
import { NEXT_SILENCE } from '#flows/silences.ts'
import { flowOf, graph, NOW, SAMPLE } from '#flows/testing.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const QUEUE = {
  tenant: 't',
  id: 'q',
  name: 'Q',
  brand: null,
  product: null,
  service: null,
  continuity: true,
  warningMin: 30,
  closeMin: 24 * 60,
  thresholds: {},
  closeInactive: true,
  extensionMin: 0,
  calendarId: null,
  warningTexts: {},
  reopenClosed: false,
  bare: false,
  version: 1,
}

function play(drawn: unknown, count: number, more: Partial<Trial> = {}, ground: Partial<Ground> = {}): CrowdResult {
  const contacts = invented(count, { locale: 'es' })
  const world: Ground = {
    house: {
      tenant: 't',
      configured: ['inbox', 'push', 'email'],
      fallbackLocale: 'es',
      versions: [],
      users: [],
      rules: null,
    },
    flowId: '00000000-0000-4000-8000-000000000001',
    flow: flowOf(drawn),
    others: new Map(),
    startAt: NOW,
    queues: new Map([['q', viewOfQueue(QUEUE)]]),
    calendars: new Map(),
    talks: (around) => createTalks(around, { queue: QUEUE, calendar: null }, []),
    stranger() {},
    contacts: new Map(contacts.map((contact) => [contact.id, contact])),
    unable: () => null,
    scripted: () => undefined,
    ...ground,
  }
  const times = arrivals(count, NOW, 0, 1)
  const trial: Trial = {
    people: contacts.map((contact, i) => ({ id: `talk-${i}`, contact, startsAt: times[i] ?? NOW, acts: [] })),
    event: null,
    until: NOW + 7 * DAY,
    habits: null,
    seed: 1,
    examples: 2,
    maxSteps: 1_000_000,
    ...more,
  }
  const walk = crowd(world, trial)
  for (;;) {
    const step = walk.next()
    if (step.done) return step.value
  }
}

test('who says nothing is warned, called back and seen off, each at the time of the queue and of the flow', () => {
  const { totals, examples } = play(SAMPLE, 3)
  assert.deepEqual(totals.conversations, { open: 0, warned: 0, closed: 3 })
  assert.equal(totals.runs.begun, 3)
  const [story] = examples
  assert.deepEqual(
    story?.said.map(({ at, kind, channel }) => [Date.parse(at) - NOW, kind, channel]),
    [
      [30 * MINUTE, 'warning', 'chat'],
      [30 * MINUTE, 'notify', 'push'],
      [4 * HOUR + 30 * MINUTE, 'closing', 'chat'],
    ],
  )
})

test('who always answers comes back each time', () => {
  const habits = { chance: 1, byChannel: { chat: 0 }, medianMs: HOUR, spread: 0, text: 'hola' }
  const { totals } = play(SAMPLE, 1, { habits, until: NOW + DAY })
  // A silence of half an hour and an hour until the answer, again and again.
  assert.equal(totals.replies, 16)
  assert.deepEqual(totals.outcomes, [{ outcome: 'recovered', runs: 16 }])
})

test('whoever came back and is warned anew is a case of its own, wherever the run of the silence before still stands', () => {
  const habits = { chance: 1, byChannel: { chat: 0 }, medianMs: HOUR, spread: 0, text: 'hola' }
  const deaf = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['nudge', 'notify', { template: 'come-back', channels: ['push'] }],
      ['week', 'wait', { for: 'P7D' }],
      ['done', 'end'],
    ],
    ['start nudge', 'nudge week', 'week done'],
  )
  const { totals } = play(deaf, 1, { habits, until: NOW + DAY })
  assert.equal(totals.runs.begun, 16)
  assert.deepEqual(totals.outcomes, [
    { outcome: NEXT_SILENCE, runs: 15 },
    { outcome: 'waiting', runs: 1 },
  ])
})

test('the same seed gives the same, another one something else of the same kind', () => {
  const habits = { chance: 0.4, byChannel: { chat: 0 }, medianMs: 2 * HOUR, spread: 1, text: 'hola' }
  const once = play(SAMPLE, 400, { habits })
  assert.deepEqual(play(SAMPLE, 400, { habits }), once)
  const other = play(SAMPLE, 400, { habits, seed: 2 })
  assert.notDeepEqual(other.totals, once.totals)
  for (const { totals } of [once, other]) {
    // Of 100 who are called back some 30 answer before the close after 4 h.
    const [recovered = 0, begun] = [
      totals.outcomes.find(({ outcome }) => outcome === 'recovered')?.runs,
      totals.runs.begun,
    ]
    assert.ok(recovered / begun > 0.25 && recovered / begun < 0.35, `${recovered} of ${begun}`)
  }
})

test('flows that set themselves off come to rest, and a trial ends at its bound of steps', () => {
  const echo = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['again', 'emit', { type: 'go' }],
    ],
    ['start again'],
    { onePerKey: false },
  )
  const { totals, complete } = play(echo, 1, { event: () => ({ type: 'go' }) })
  assert.equal(complete, true)
  assert.equal(totals.runs.begun, 16)
  const daily = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: 'PT1M' }],
    ],
    ['start w', 'w w'],
  )
  const bounded = play(daily, 100, { event: () => ({ type: 'go' }), maxSteps: 5_000 })
  assert.equal(bounded.complete, false)
  assert.ok(bounded.steps < 7_000)
})

test('a flow that nobody waits for begins once for a key, and one that is waited for each time', () => {
  const other = '00000000-0000-4000-8000-000000000002'
  const calling = (waits: boolean) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['first', 'subflow', { flow: other, wait: waits }],
        ['second', 'subflow', { flow: other, wait: waits }],
        ['done', 'end'],
      ],
      ['start first', 'first second', 'second done'],
    )
  const called = flowOf(
    graph(
      [
        ['start', 'trigger', { manual: true }],
        ['stay', 'wait', { for: 'PT1H' }],
        ['told', 'emit', { type: 'was.begun' }],
      ],
      ['start stay', 'stay told'],
    ),
  )
  const told = (waits: boolean) => {
    const { totals } = play(
      calling(waits),
      1,
      { event: () => ({ type: 'go', data: {} }) },
      { others: new Map([[other, called]]) },
    )
    return totals.effects.map(({ nodeId }) => nodeId)
  }
  assert.deepEqual([told(false), told(true)], [['first/told'], ['first/told', 'second/told']])
})

test('a goal that comes after the end of a run counts once, within its window', () => {
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['end', 'end'],
    ],
    ['start end'],
    { goal: { event: 'back', within: 'P2D' } },
  )
  const back = (afterMs: number) => ({ afterMs, event: () => ({ type: 'back' }) })
  const people = [[back(HOUR), back(2 * HOUR)], [back(3 * DAY)], []].map((acts, i) => ({
    ...{ id: `talk-${i}`, contact: null, startsAt: NOW },
    acts,
  }))
  const { totals } = play(drawn, 3, { event: () => ({ type: 'go' }), people })
  assert.deepEqual([totals.runs.completed, totals.runs.goal], [3, 1])
})

test('a flow begins at its times of the clock, beside what people do', () => {
  const drawn = graph(
    [
      ['daily', 'trigger', { schedule: '0 9 * * 1-5', zone: 'America/Santiago' }],
      ['asked', 'trigger', { event: 'go' }],
      ['say', 'emit', { type: 'said' }],
    ],
    ['daily say', 'asked say'],
  )
  const { totals } = play(drawn, 2, { event: () => ({ type: 'go' }) })
  // From a Monday at noon UTC, nine in the morning there, to the next.
  assert.equal(totals.runs.begun, 2 + 5)
  assert.deepEqual(
    totals.steps.map(({ nodeId, entered }) => [nodeId, entered]),
    [
      ['asked', 2],
      ['say', 7],
      ['daily', 5],
    ],
  )
})

test('whoever still waits for a turn at the end is counted among those who did not begin', () => {
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ],
    ['start w', 'w end'],
    { concurrency: 3 },
  )
  const { totals } = play(drawn, 10, { event: () => ({ type: 'go' }), until: NOW + 2 * DAY - HOUR })
  assert.equal(totals.runs.begun, 6)
  assert.deepEqual(whyNot(totals), { 'it still waits for its turn': 4 })
})

const whyNot = ({ notBegun }: { notBegun: { why: string; events: number }[] }) =>
  Object.fromEntries(notBegun.map(({ why, events }) => [why, events]))

for (const [settings, reason] of [
  [{ oncePer: 'PT5H' }, /had begun a run within `oncePer`$/],
  [{ debounce: 'PT5H' }, /^a later event of the same key took its place/],
  [{ concurrency: 1 }, /waited for its turn already$/],
] as const)
  test(`who begins none because of ${Object.keys(settings)} is counted and told so`, () => {
    const nodes = [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ] as const
    const drawn = graph(nodes, ['start w', 'w end'], {
      key: 'event.data.k',
      onePerKey: 'concurrency' in settings,
      ...settings,
    })
    const { totals, examples } = play(drawn, 4, { event: () => ({ type: 'go', data: { k: 'z' } }), examples: 5 })
    const sum = totals.notBegun.reduce((all, { events }) => all + events, 0)
    assert.equal(totals.runs.begun + sum, 4, 'each event began a run, or it is said why not')
    assert.ok(
      totals.notBegun.some(({ why }) => reason.test(why)),
      JSON.stringify(totals.notBegun),
    )
    for (const { outcome, notBegun } of examples.filter(({ runs }) => runs.length === 0)) {
      assert.deepEqual([outcome, notBegun.length], ['not started', 1])
      assert.match(notBegun[0]?.says.en ?? '', reason)
      assert.match(notBegun[0]?.says.es ?? '', /misma clave/)
    }
  })
