import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import type { Run } from '#flows/run.ts'
import { simulate } from '#flows/simulator.ts'
import { begin, effect, env, event, flowOf, graph, KNOWN, NOW, on, outcome } from '#flows/testing.ts'

const OTHER = '0190a0b0-0000-7000-8000-000000000001'
const MANUAL = ['start', 'trigger', { manual: true }] as const

const calling = (data: object = {}, settings?: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['sub', 'subflow', { flow: OTHER, input: { who: '{{ contact.name }}' }, save: 'got', ...data }],
      ['well', 'end', { outcome: 'well' }],
      ['bad', 'end', { outcome: 'bad' }],
    ],
    ['start sub', 'sub.out well', 'sub.error bad'],
    settings,
  )

test('another flow is asked to begin with its input, and its end is waited for', () => {
  const flow = flowOf(calling())
  const first = begin(flow)
  assert.deepEqual(effect(first, 'subflow'), {
    kind: 'subflow',
    id: 'run1/sub/2',
    node: 'sub',
    visit: 2,
    flowId: OTHER,
    input: { who: 'María' },
    waits: true,
    quietSince: null,
  })
  const value = { runId: 'x', status: 'completed', outcome: 'fine', vars: { n: 1 } }
  const well = on(flow, first.run, outcome(first.run, 'out', value))
  assert.deepEqual([well.run.outcome, well.run.vars.got], ['well', value])
  assert.equal(on(flow, first.run, outcome(first.run, 'error', {}, 'at n: no')).run.outcome, 'bad')
  const goesOn = begin(flowOf(calling({ wait: false })))
  assert.equal(goesOn.run.outcome, 'well')
})

test('who ends while another flow runs for it has that one ended', () => {
  const flow = flowOf(calling())
  const first = begin(flow)
  const { effects } = on(flow, first.run, { kind: 'cancel', reason: 'enough' })
  assert.deepEqual(effects[0], { kind: 'stop', id: 'run1/sub/2', node: 'sub', visit: 2, flowId: OTHER })
})

test('a step that failed is tried again after a while, under an id of its own, and then fails', () => {
  const flow = flowOf(calling({ retry: { attempts: 2, after: 'PT1M' } }))
  const first = begin(flow)
  const failed = on(flow, first.run, outcome(first.run, 'error', {}, 'no'))
  assert.deepEqual(failed.run.parked, {
    node: 'sub',
    visit: 2,
    kind: 'time',
    wakeAt: NOW + 60_000,
    event: null,
    tries: 1,
    firstTry: 2,
  })
  assert.deepEqual(failed.steps.at(-1), {
    visit: 2,
    nodeId: 'sub',
    type: 'subflow',
    at: NOW,
    resumed: true,
    output: {},
    error: 'no',
    way: 'retry',
  })
  const again = on(flow, failed.run, { kind: 'wake', node: 'sub', visit: 2 }, NOW + 60_000)
  assert.equal(effect(again, 'subflow').id, 'run1/sub/3')
  assert.equal(again.run.parked?.tries, 1)
  assert.equal(on(flow, again.run, outcome(again.run, 'error', {}, 'no')).run.outcome, 'bad')
  const well = on(flow, again.run, outcome(again.run, 'out', {}))
  assert.equal(well.run.outcome, 'well')
})

test('who tries a step again by hand, and it its own times, keeps the key of the first try', () => {
  const http = ['call', 'http', { url: 'https://example.com', retry: { attempts: 2, after: 'PT1M' } }] as const
  const flow = flowOf(graph([['start', 'trigger', { event: 'go' }], http], ['start call']))
  const fails = (run: Run) => on(flow, run, outcome(run, 'error', {}, 'no')).run
  const woken = (run: Run) => on(flow, run, { kind: 'wake', node: 'call', visit: run.parked?.visit ?? 0 }, NOW + 60_000)
  const first = begin(flow)
  const keys = [effect(first, 'http').firstTry]
  const second = woken(fails(first.run))
  keys.push(effect(second, 'http').firstTry)
  const byHand = on(flow, fails(second.run), { kind: 'retry', again: true })
  keys.push(effect(byHand, 'http').firstTry)
  keys.push(effect(woken(fails(byHand.run)), 'http').firstTry)
  assert.deepEqual(keys, [2, 2, 2, 2])
})

test('after a refusal a step asks under a key of its own, since whoever honours keys would answer as before', () => {
  const http = ['call', 'http', { url: 'https://example.com', retry: { attempts: 5, after: 'PT1M' } }] as const
  const flow = flowOf(graph([['start', 'trigger', { event: 'go' }], http], ['start call']))
  let { run, effects } = begin(flow)
  const keys: number[] = []
  for (const status of [504, 400, 429, 503]) {
    keys.push(...effects.flatMap((one) => (one.kind === 'http' ? [one.firstTry] : [])))
    const failed = on(flow, run, outcome(run, 'error', { status }, 'no')).run
    const visit = failed.parked?.visit ?? 0
    ;({ run, effects } = on(flow, failed, { kind: 'wake', node: 'call', visit }, NOW + 60_000))
  }
  assert.deepEqual(keys, [2, 2, 4, 4])
})

test('a flow that is not there is a fault, one that cannot be begun a warning', () => {
  const judged = (flows: ReadonlyMap<string, { begins: boolean }>) => compileGraph(calling(), { flows })
  assert.equal(judged(new Map()).faults?.[0]?.says.es, 'no existe ese flujo')
  const warned = judged(new Map([[OTHER, { begins: false }]]))
  assert.equal(warned.faults, undefined)
  assert.match(warned.warnings[0]?.says.es ?? '', /no está publicado/)
  assert.deepEqual(judged(new Map([[OTHER, { begins: true }]])).warnings, [])
})

const play = (flow: ReturnType<typeof flowOf>, others: Readonly<Record<string, ReturnType<typeof flowOf>>>) =>
  simulate(
    flow,
    {
      event: event('go'),
      about: { encounterId: 'e1', contactId: 'p1', queueId: null, silence: null },
      facts: KNOWN,
      later: [],
      outcomes: new Map(),
    },
    {
      ...env(),
      flowOf: (id) => others[id],
      notify: () => {
        throw new Error('nobody is notified')
      },
    },
  )

test('a simulation walks the other flow too, waits and all, and what comes of it', () => {
  const other = flowOf(
    graph(
      [
        MANUAL,
        ['w', 'wait', { for: 'PT2H' }],
        ['say', 'message', { text: 'Hola {{ event.data.who }}' }],
        ['fin', 'end', { outcome: 'fine' }],
      ],
      ['start w', 'w say', 'say fin'],
    ),
  )
  const made = play(flowOf(calling()), { [OTHER]: other })
  assert.equal(made.outcome, 'well')
  assert.deepEqual(
    made.sent.map(({ at, nodeId, detail }) => [at - NOW, nodeId, (detail as { text: string }).text]),
    [[7_200_000, 'sub/say', 'Hola María']],
  )
  assert.equal(play(flowOf(calling()), {}).outcome, 'bad')
  const failing = flowOf(
    graph([MANUAL, ['s', 'set', { vars: { n: '1 / (size(event.type) - size(event.type))' } }]], ['start s']),
  )
  const failed = play(flowOf(calling()), { [OTHER]: failing })
  assert.equal(failed.outcome, 'bad')
  const got = failed.run?.vars.got as { error: string } | undefined
  assert.match(got?.error ?? '', /^at s: /)
})

test('flows that call each other come to an end', () => {
  const itself = flowOf(graph([MANUAL, ['sub', 'subflow', { flow: OTHER }]], ['start sub']))
  const made = play(flowOf(calling()), { [OTHER]: itself })
  assert.equal(made.outcome, 'bad')
})
