import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facts } from '#flows/run.ts'
import { type Scenario, simulate } from '#flows/simulator.ts'
import { begin, env, event, flowOf, graph, inARow, KNOWN, NOTHING_KNOWN, NOW } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

const MINUTE = 60_000
const { facts: _facts, ...around } = env()
const stage = { ...around, notify: () => ({ detail: {}, outcome: { way: 'sent', value: {} } }) }
const HERE = { id: 'e1', status: 'open', round: 0, tags: [], team: null }
const scenario = (more: Partial<Scenario> = {}): Scenario => ({
  event: event('go'),
  about: { encounterId: 'e1', contactId: 'p1', queueId: 'q1', silence: null },
  facts: { ...KNOWN, encounter: HERE },
  later: [],
  outcomes: new Map(),
  ...more,
})
const at = (ms: number, type: string, data: Json = {}, subject = 'e1') => ({
  at: NOW + ms,
  event: { ...event(type, data, subject, `${type}-${ms}`), time: new Date(NOW + ms).toISOString() },
})
/** What a run finds of the conversation after a pause of five minutes. */
const found = (look: string, more: Partial<Scenario>, before: Parameters<typeof inARow>[0] = []): Json => {
  const pause = ['pause', 'wait', { for: 'PT5M' }] as const
  const flow = inARow([...before, pause, ['look', 'set', { vars: { found: look } }]])
  const { run } = simulate(flow, scenario(more), stage)
  return run?.vars.found ?? run?.failure?.cause ?? null
}

test('what a run does to its conversation is known to it after a wait', () => {
  const mark = ['mark', 'tag', { tags: ['vip'] }] as const
  assert.deepEqual(found('encounter.tags', {}, [mark]), ['vip'])
  assert.equal(found('encounter.team', {}, [['hand', 'assign', { team: 'night' }]]), 'night')
  assert.equal(found('encounter.status', {}, [['bye', 'close', {}]]), 'closed')
  assert.equal(found('encounter.status', {}, [['more', 'extend', { by: 'PT1H' }]]), 'open')
  const heard = found('encounter.tags', { later: [at(MINUTE, 'x')] }, [
    ['rest', 'wait', { for: 'PT2M' }],
    mark,
    ['hear', 'waitForEvent', { event: 'x' }],
  ])
  assert.deepEqual(heard, ['vip'], 'with an event too that had come before')
  assert.deepEqual(scenario().facts.encounter, { id: 'e1', status: 'open', round: 0, tags: [], team: null })
  const unknown: Facts = { ...KNOWN, encounter: null }
  assert.equal(found('encounter == null', { facts: unknown }, [mark]), true, 'none is invented')
})

test('what the scenario tells of the conversation is known from then on, and what is told of another is not', () => {
  const warned = { ...KNOWN, encounter: { ...HERE, status: 'warned' } }
  const look = '[encounter.status, string(encounter.round)]'
  const back = (ms: number, ...more: [Json?, string?]) => [at(ms, 'encounter.message_received', ...more)]
  assert.deepEqual(found(look, { facts: warned, later: back(MINUTE) }), ['open', '1'])
  assert.deepEqual(found(look, { facts: warned, later: back(6 * MINUTE) }), ['warned', '0'])
  assert.deepEqual(found(look, { facts: warned, later: back(MINUTE, {}, 'e2') }), ['warned', '0'])
  assert.deepEqual(found(look, { facts: warned, later: back(MINUTE, { encounter_id: 'e2' }) }), ['warned', '0'])
  assert.deepEqual(found(look, { facts: warned, later: back(MINUTE, { encounterId: 'e1' }, 'order-1') }), ['open', '1'])
  assert.deepEqual(found(look, { later: [at(MINUTE, 'encounter.tmipw_expired')] }), ['warned', '0'])
  const over = [at(MINUTE, 'encounter.closed', { reason: 'paid' })]
  assert.equal(found('encounter.closeReason', { later: over }), 'paid')
})

test('a nudge and a close count with what became of the conversation meanwhile', () => {
  const silent = { event: event('encounter.tmipw_expired'), facts: KNOWN }
  const drawn = graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      ['pause', 'wait', { for: 'PT5M' }],
      ['bye', 'close', {}],
    ],
    ['start pause', 'pause bye'],
  )
  const kinds = (...later: Scenario['later']) =>
    simulate(flowOf(drawn), scenario({ ...silent, later }), stage).sent.map(({ kind }) => kind)
  assert.deepEqual(kinds(), ['close'])
  assert.deepEqual(kinds(at(MINUTE, 'encounter.closed')), [])
  assert.deepEqual(kinds(at(MINUTE, 'encounter.closed', {}, 'e2')), ['close'])
  const more = (ms: number, data: Json, subject = 'e1') => at(ms, 'encounter.extended', data, subject)
  assert.deepEqual(kinds(more(MINUTE, { minutes: 60, given: 'by hand' })), [], 'somebody gave more time')
  assert.deepEqual(kinds(more(MINUTE, { minutes: 60 })), ['close'], 'a flow did, or the queue')
  assert.deepEqual(kinds(more(MINUTE, { given: 'by hand' }, 'e2')), ['close'])
  assert.deepEqual(kinds(more(6 * MINUTE, { given: 'by hand' })), ['close'])
  const bye = inARow([
    ['pause', 'wait', { for: 'PT5M' }],
    ['bye', 'close', {}],
  ])
  const reopened = [at(MINUTE, 'encounter.closed'), at(2 * MINUTE, 'encounter.reopened')]
  assert.deepEqual(simulate(bye, scenario({ later: reopened.slice(0, 1) }), stage).sent, [])
  assert.deepEqual(simulate(bye, scenario({ later: reopened }), stage).sent[0]?.kind, 'close')
})

test('what a closed conversation does not take is told to nobody', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['bye', 'close', {}],
        ['hand', 'assign', { team: 'night' }],
        ['hear', 'waitForEvent', { event: 'encounter.assigned', timeout: 'PT1H' }],
        ['heard', 'end', { outcome: 'heard' }],
        ['silent', 'end', { outcome: 'silent' }],
      ],
      ['start bye', 'bye hand', 'hand hear', 'hear.event heard', 'hear.timeout silent'],
    ),
  )
  assert.equal(simulate(flow, scenario(), stage).outcome, 'silent')
  assert.equal(simulate(flow, scenario({ facts: NOTHING_KNOWN }), stage).outcome, 'heard')
})

test('a run that another one called tags the conversation of both', () => {
  const called = flowOf(
    graph(
      [
        ['begin', 'trigger', { manual: true }],
        ['mark', 'tag', { tags: ['vip'] }],
      ],
      ['begin mark'],
    ),
  )
  const calling = inARow([
    ['call', 'subflow', { flow: '5b0e3a52-0c0f-4c43-9f5c-3a8f0f1c2d11' }],
    ['look', 'set', { vars: { found: 'encounter.tags' } }],
  ])
  const made = simulate(calling, scenario(), { ...stage, flowOf: () => called })
  assert.deepEqual(made.run?.vars.found, ['vip'])
})

test('the key of a run that waits for its turn is found with what is known as each event comes', () => {
  const settings = { debounce: 'PT10M', key: 'encounter.status' }
  const flow = inARow([['look', 'set', { vars: { found: 'encounter.status' } }]], settings)
  const later = [at(MINUTE, 'encounter.closed'), at(2 * MINUTE, 'go', { n: 2 })]
  const made = simulate(flow, scenario({ later }), stage)
  assert.deepEqual([made.run?.event.data, made.run?.key], [{}, 'closed'])
  assert.equal(made.run?.vars.found, 'closed')
  assert.equal(begin(flow).run.key, 'warned')
})
