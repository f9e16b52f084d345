import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { advance } from '#flows/interpreter.ts'
import type { Input, Outcome, Run } from '#flows/run.ts'
import { env, event, flowOf, graph, NOW, starting } from '#flows/testing.ts'
import { build, type Kind, lots, plan, WAYS, walkByHand } from '#flows/testing-graphs.ts'
import type { Json } from '#platform/event.ts'

type Told = { input: Input; now: number }

/** Plays the lots to the interpreter, with noise before each: what must change nothing. */
function play(made: ReturnType<typeof build>, ways: readonly number[], noise: readonly number[]) {
  const { flow } = made
  const history: Told[] = [{ input: starting(), now: NOW }]
  const states: Run[] = []
  const visits = new Map<string, number>()
  let now = NOW
  let position = 1
  const effects: string[] = []

  function tell(run: Run | null, input: Input, at = now): Run {
    const { run: next, effects: caused, steps } = advance(flow, run, input, at, env())
    for (const step of steps) if (step.resumed !== true) visits.set(step.nodeId, (visits.get(step.nodeId) ?? 0) + 1)
    for (const one of caused) if (one.kind !== 'arm' && one.kind !== 'disarm') effects.push(one.id)
    return next
  }

  let run = tell(null, starting())
  states.push(run)
  for (const [i, lot] of ways.entries()) {
    const { parked } = run
    if (parked === null) break
    for (const one of noiseFor(run, noise[i] ?? 0, history, position)) {
      const after = tell(run, one, late(one, run) ? now + 9e9 : now)
      assert.equal(after, run, `${JSON.stringify(one)} changed ${JSON.stringify(parked)}`)
    }
    const kind = made.kinds.get(parked.node) as Kind
    const way = WAYS[kind][lot % WAYS[kind].length] as string
    let input: Input = { kind: 'wake', node: parked.node, visit: parked.visit }
    if (way === 'event') input = { kind: 'event', event: event('reply', {}, 'e1', `r${i}`), position: ++position }
    else if (parked.kind === 'outcome') input = { ...input, outcome: { way, value: {} } as Outcome }
    else now = parked.wakeAt ?? now
    history.push({ input, now })
    run = tell(run, input)
    states.push(run)
  }
  return { run, visits, history, states, effects }
}

/** News for another visit comes at any time, also long after the present wait is over. */
const late = (input: Input, { parked }: Run) =>
  input.kind === 'wake' && (input.visit !== parked?.visit || input.node !== parked.node)

function noiseFor(run: Run, choice: number, history: readonly Told[], position: number): Input[] {
  const { parked } = run
  if (parked === null) return []
  const again = history.at(-1)?.input
  const all: (Input | undefined)[] = [
    { kind: 'wake', node: parked.node, visit: parked.visit - 1 },
    { kind: 'wake', node: parked.node, visit: parked.visit - 1, outcome: { way: 'ok', value: {} } },
    { kind: 'wake', node: 'other', visit: parked.visit },
    parked.kind === 'outcome' ? { kind: 'wake', node: parked.node, visit: parked.visit } : undefined,
    parked.kind === 'outcome'
      ? undefined
      : { kind: 'wake', node: parked.node, visit: parked.visit, outcome: { way: 'ok', value: {} } },
    { kind: 'event', event: event('reply', {}, 'someone-else'), position: position + 100 },
    { kind: 'event', event: event('unasked'), position: position + 100 },
    { kind: 'event', event: event('reply'), position },
    again,
  ]
  return all.filter((one, i): one is Input => one !== undefined && (choice & (1 << i)) !== 0)
}

const noises = fc.array(fc.nat(511), { maxLength: 30 })

test('a run visits what a model kept apart visits, whatever noise there is', () => {
  fc.assert(
    fc.property(plan, lots, noises, (drawn, ways, noise) => {
      const made = build(drawn)
      const { run, visits, effects } = play(made, ways, noise)
      assert.notEqual(run.status, 'failed', JSON.stringify(run.failure))
      assert.deepEqual([...visits].sort(), [...walkByHand(made, ways)].sort())
      assert.equal(new Set(effects).size, effects.length, 'an effect id came twice')
      assert.equal(run.status === 'waiting', run.parked !== null)
      assert.equal(
        run.visits,
        [...visits.values()].reduce((sum, n) => sum + n, 0),
      )
    }),
    { numRuns: 1_000 },
  )
})

test('replaying the stored inputs gives the stored states, also over JSON', () => {
  fc.assert(
    fc.property(plan, lots, (drawn, ways) => {
      const { flow } = build(drawn)
      const { history, states } = play(build(drawn), ways, [])
      let run: Run | null = null
      const stored = JSON.parse(JSON.stringify(history)) as Told[]
      for (const [i, { input, now }] of stored.entries()) {
        run = advance(flow, run === null ? null : (JSON.parse(JSON.stringify(run)) as Run), input, now, env()).run
        assert.deepEqual(run, states[i])
      }
    }),
    { numRuns: 300 },
  )
})

test('an ended run is never changed again', () => {
  const input: fc.Arbitrary<Input> = fc.oneof(
    fc.record({ kind: fc.constant('wake' as const), node: fc.constantFrom('n0', 'n1'), visit: fc.nat(20) }),
    fc.record({ kind: fc.constant('cancel' as const), reason: fc.string() }),
    fc.record({ kind: fc.constant('event' as const), event: fc.constant(event('reply')), position: fc.nat(99) }),
  )
  fc.assert(
    fc.property(plan, lots, fc.array(input, { maxLength: 10 }), (drawn, ways, inputs) => {
      const made = build(drawn)
      const { run } = play(made, ways, [])
      const { run: ended } = advance(made.flow, run, { kind: 'cancel', reason: 'enough' }, NOW + 1, env())
      assert.notEqual(ended.status, 'waiting')
      for (const one of inputs) {
        assert.deepEqual(advance(made.flow, ended, one, NOW + 9e9, env()), { run: ended, effects: [], steps: [] })
      }
    }),
    { numRuns: 200 },
  )
})

test('nothing that events hold makes the interpreter throw', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['set', 'set', { vars: { a: 'event.data.a', b: 'event.data.list.map(x, x.n)', c: 'event.data.a + 1' } }],
        ['ask', 'branch', { cases: [{ handle: 'a', when: 'vars.b.exists(x, x == vars.a) || event.data.a > 1' }] }],
        ['call', 'http', { url: 'https://example.com/{{ event.data.a }}', body: { all: '{{ vars.b | json }}' } }],
        ['say', 'message', { text: '{{ event.data.text }} {{ vars.a }}' }],
      ],
      ['start set', 'set ask', 'ask.a call', 'ask.else say', 'call say'],
    ),
  )
  const data = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.record({
      a: fc.jsonValue(),
      list: fc.array(fc.record({ n: fc.jsonValue() })),
      text: fc.string({ unit: 'binary' }),
    }),
  )
  fc.assert(
    fc.property(data, (drawn) => {
      const made = advance(flow, null, starting(event('go', drawn as Json)), NOW, env())
      assert.ok(['waiting', 'completed', 'failed'].includes(made.run.status))
      if (made.run.status === 'failed') assert.ok(made.run.failure?.nodeId)
      const text = JSON.stringify(made.run.vars)
      assert.ok(text.isWellFormed() && !text.includes('\\u0000'))
    }),
    { numRuns: 1_000 },
  )
})

test('a parked run is small', () => {
  const nodes = [
    ['start', 'trigger', { event: 'go' }],
    ['set', 'set', { vars: { n: '1', name: 'contact.name' } }],
    ['reply', 'waitForEvent', { event: 'encounter.resumed', timeout: 'P3D' }],
    ['end', 'end'],
  ] as const
  const flow = flowOf(graph(nodes, ['start set', 'set reply', 'reply end']))
  const { event: _event, ...rest } = advance(flow, null, starting(), NOW, env()).run
  assert.ok(JSON.stringify(rest).length < 1_024)
})
