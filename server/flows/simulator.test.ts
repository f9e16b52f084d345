import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import type { Outcome } from '#flows/run.ts'
import { NEXT_SILENCE } from '#flows/silences.ts'
import { type Asked, type Scenario, simulate, suppressed } from '#flows/simulator.ts'
import { event, flowOf, graph, KNOWN, NOTHING_KNOWN, NOW, SAMPLE } from '#flows/testing.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const stage = {
  lastResort: 'es',
  experiment: 'tenant/flow',
  unable: () => null,
  addBusinessTime: (_calendar: string, from: number, ms: number) => from + ms * 2,
  notify: () => ({ detail: { body: 'come back' }, outcome: { way: 'sent', value: {} } }),
}

const scenario = (more: Partial<Scenario> = {}): Scenario => ({
  event: event('encounter.tmipw_expired'),
  about: { encounterId: 'e1', contactId: 'p1', queueId: 'q1', silence: null },
  facts: KNOWN,
  later: [],
  outcomes: new Map(),
  ...more,
})

const at = (ms: number, type: string, subject = 'e1') => ({
  at: NOW + ms,
  event: event(type, {}, subject, `${type}-${ms}`),
})

test('the sample is walked both ways', () => {
  const { flow } = compileGraph(SAMPLE)
  assert.ok(flow)
  const back = simulate(flow, scenario({ later: [at(2 * HOUR, 'encounter.resumed')] }), stage)
  assert.equal(back.outcome, 'recovered')
  assert.equal(back.run?.goalAt, NOW + 2 * HOUR)
  assert.deepEqual(
    back.sent.map(({ kind, at: when }) => [kind, when]),
    [['notify', NOW]],
  )
  const gone = simulate(flow, scenario({ later: [at(9 * HOUR, 'encounter.resumed')] }), stage)
  assert.deepEqual(
    gone.sent.map(({ kind, at: when }) => [kind, when]),
    [
      ['notify', NOW],
      ['close', NOW + 8 * HOUR],
    ],
  )
  assert.deepEqual(
    gone.steps.map(({ nodeId, at: when, way }) => [nodeId, when - NOW, way]),
    [
      ['start', 0, 'out'],
      ['split', 0, 'nudge'],
      ['push', 0, undefined],
      ['push', 0, 'sent'],
      ['reply', 0, undefined],
      ['reply', 8 * HOUR, 'timeout'],
      ['bye', 8 * HOUR, 'out'],
      ['gone', 8 * HOUR, undefined],
    ],
  )
  const taken = simulate(flow, scenario({ later: [at(HOUR, 'encounter.assigned')] }), stage)
  assert.ok(!taken.sent.some(({ kind }) => kind === 'close'), 'somebody of ours took the conversation up')
  const closed = simulate(flow, scenario({ later: [at(HOUR, 'encounter.closed')] }), stage)
  assert.deepEqual([closed.run?.status, closed.outcome], ['cancelled', 'cancelled by encounter.closed'])
})

test('an event that no trigger takes is told with its reason', () => {
  const { flow } = compileGraph(SAMPLE)
  assert.ok(flow)
  assert.equal(
    simulate(flow, scenario({ event: event('encounter.created') }), stage).why?.en,
    'no trigger is for this type of event',
  )
  assert.equal(simulate(flow, scenario({ facts: NOTHING_KNOWN }), stage).why?.es, 'no se cumple ninguna condición')
  const broken = flowOf(graph([['start', 'trigger', { event: '#', where: 'event.data.vip' }]], []))
  assert.match(simulate(broken, scenario(), stage).why?.es ?? '', /^start: no existe vip/)
})

test('a reply that comes before the run has parked counts; at the last instant it counts too', () => {
  const { flow } = compileGraph(SAMPLE)
  assert.ok(flow)
  const sent: Outcome = { way: 'sent', value: {} }
  const slow = new Map([['push', [{ after: 10_000, outcome: sent }]]])
  assert.equal(
    simulate(flow, scenario({ outcomes: slow, later: [at(5_000, 'encounter.resumed')] }), stage).outcome,
    'recovered',
  )
  assert.equal(simulate(flow, scenario({ later: [at(8 * HOUR, 'encounter.resumed')] }), stage).outcome, 'recovered')
})

test('a flow of seven days with a reply on the third is walked at once', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
        ['morning', 'wait', { time: '09:00', zone: 'America/Santiago' }],
        ['nudge', 'message', { text: 'Día {{ vars.day | default: 1 }}' }],
        ['count', 'set', { vars: { day: 'has(vars.day) ? vars.day + 1 : 2' } }],
        ['more', 'branch', { cases: [{ handle: 'again', when: 'vars.day <= 7' }] }],
        ['reply', 'waitForEvent', { event: 'encounter.resumed', timeout: 'PT1H' }],
        ['back', 'end', { outcome: 'back' }],
        ['gone', 'end', { outcome: 'gone' }],
      ],
      [
        'start morning',
        'morning nudge',
        'nudge count',
        'count more',
        'more.again reply',
        'more.else gone',
        'reply.event back',
        'reply.timeout morning',
      ],
    ),
  )
  const silent = simulate(flow, scenario(), stage)
  assert.equal(silent.outcome, 'gone')
  assert.deepEqual(
    silent.sent.map(({ detail, at: when }) => [(detail as { text: string }).text, when - NOW]),
    [1, 2, 3, 4, 5, 6, 7].map((day) => [`Día ${day}`, day * DAY]),
  )
  const third = simulate(flow, scenario({ later: [at(3 * DAY + 60_000, 'encounter.resumed')] }), stage)
  assert.equal(third.outcome, 'back')
  assert.equal(third.sent.length, 3)
})

test('a run hears the events of its own effects', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['tell', 'emit', { type: 'told.it' }],
        ['hear', 'waitForEvent', { event: 'told.it', timeout: 'PT1H' }],
        ['bye', 'close', { reason: 'done' }],
        ['later', 'wait', { for: 'PT1H' }],
        ['end', 'end', { outcome: 'never' }],
      ],
      ['start tell', 'tell hear', 'hear.event bye', 'hear.timeout end', 'bye later', 'later end'],
      { cancelOn: ['encounter.closed'] },
    ),
  )
  const heard = simulate(flow, scenario({ event: event('go') }), stage)
  assert.deepEqual([heard.run?.status, heard.outcome], ['cancelled', 'cancelled by encounter.closed'])
  const facts = { ...KNOWN, encounter: { id: 'e1', status: 'closed' } }
  assert.equal(simulate(flow, scenario({ event: event('go'), facts }), stage).outcome, 'never')
})

test('scripted answers are taken visit by visit; a flow without end ends as a real run does', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: '#' }],
        ['call', 'http', { url: 'https://example.com/', save: 'answer' }],
        ['later', 'wait', { for: 'PT1M' }],
        ['end', 'end', { outcome: 'well' }],
      ],
      ['start call', 'call.error later', 'later call', 'call.ok end'],
    ),
  )
  const fails = { after: 1_000, outcome: { way: 'error', value: {}, cause: 'no route' } }
  const twice = simulate(flow, scenario({ outcomes: new Map([['call', [fails, fails]]]) }), stage)
  assert.equal(twice.outcome, 'well')
  assert.deepEqual(
    twice.sent.map(({ at: when }) => when - NOW),
    [0, 61_000, 122_000],
  )
  const always = simulate(flow, scenario({ outcomes: new Map([['call', Array(5_000).fill(fails)]]) }), stage)
  assert.partialDeepStrictEqual(always.run?.failure, { nodeId: 'later', cause: 'the run took 10000 steps' })
  assert.equal(always.outcome, 'the run took 10000 steps')
})

test('a nudge that a return or a close makes of no use is not said', () => {
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['rest', 'wait', { for: 'PT10M' }],
      ['nudge', 'notify', { template: 'come-back', channels: ['push'] }],
      ['told', 'end', { outcome: 'told' }],
      ['needless', 'end', { outcome: 'needless' }],
    ],
    ['start rest', 'rest nudge', 'nudge.sent told', 'nudge.suppressed needless'],
  )
  const judging = {
    ...stage,
    notify: ({ withheld }: Asked) => ({
      detail: {},
      outcome: withheld === null ? { way: 'sent', value: {} } : suppressed(withheld),
    }),
  }
  const outcomeOf = (...later: Scenario['later']) => simulate(flowOf(drawn), scenario({ later }), judging).outcome
  assert.equal(outcomeOf(), 'told')
  assert.equal(outcomeOf(at(60_000, 'encounter.message_received')), 'needless')
  assert.equal(outcomeOf(at(60_000, 'encounter.closed')), 'needless')
  assert.equal(outcomeOf(at(DAY, 'encounter.message_received')), 'told')
  const farewell = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['rest', 'wait', { for: 'PT10M' }],
      ['bye', 'close', {}],
      ['nudge', 'notify', { template: 'come-back', channels: ['push'] }],
      ['told', 'end', { outcome: 'told' }],
    ],
    ['start rest', 'rest bye', 'bye nudge', 'nudge.sent told'],
  )
  assert.equal(simulate(flowOf(farewell), scenario(), judging).outcome, 'told')
  const outcomes = new Map([['nudge', [{ after: 0, outcome: { way: 'sent', value: {} } }]]])
  const later = [at(60_000, 'encounter.message_received')]
  assert.equal(simulate(flowOf(drawn), scenario({ later, outcomes }), judging).outcome, 'told')
})

test('a run gives way to the warning of the next silence, and not to one more of its own', () => {
  const drawn = (settings = {}) =>
    flowOf(
      graph(
        [
          ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
          ['week', 'wait', { for: 'P7D' }],
          ['done', 'end', { outcome: 'done' }],
        ],
        ['start week', 'week done'],
        settings,
      ),
    )
  const again = at(2 * HOUR, 'encounter.tmipw_expired')
  const later = [at(HOUR, 'encounter.message_received'), again]
  const next = simulate(drawn(), scenario({ later }), stage)
  assert.deepEqual([next.run?.status, next.outcome, next.run?.endedAt], ['cancelled', NEXT_SILENCE, NOW + 2 * HOUR])
  assert.equal(simulate(drawn(), scenario({ later: [again] }), stage).outcome, 'done')
  assert.equal(simulate(drawn({ onePerKey: false }), scenario({ later }), stage).outcome, 'done')
})
