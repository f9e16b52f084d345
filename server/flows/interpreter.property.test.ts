import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { advance } from '#flows/interpreter.ts'
import type { Input, Outcome, Run } from '#flows/run.ts'
import { env, event, flowOf, graph, NOW, starting } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

/*
 * Graphs of any shape whose cycles have a wait, and a model kept apart from the interpreter: a table of node →
 * way → node, walked by hand with the ways that were drawn by lot. The interpreter must visit the same nodes
 * equally often, whatever duplicates, late news and foreign events are mixed in.
 */

type Kind = 'set' | 'branch' | 'wait' | 'waitForEvent' | 'http' | 'notify' | 'emit' | 'message'
const KINDS: readonly Kind[] = ['set', 'branch', 'wait', 'waitForEvent', 'http', 'notify', 'emit', 'message']
const WAYS: Readonly<Record<Kind, readonly string[]>> = {
  set: ['out'],
  emit: ['out'],
  message: ['out'],
  wait: ['out'],
  branch: ['a', 'b', 'else'],
  waitForEvent: ['event', 'timeout'],
  http: ['ok', 'error'],
  notify: ['sent', 'failed', 'suppressed'],
}
const WAITS: ReadonlySet<Kind> = new Set(['wait', 'waitForEvent'])

type Plan = { kinds: Kind[]; targets: (number | null)[][] }

/** Edges lead forward, or back to a node that waits: so every cycle has a wait in it. */
const plan: fc.Arbitrary<Plan> = fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 20 }).chain((kinds) =>
  fc.record({
    kinds: fc.constant(kinds),
    targets: fc.tuple(
      ...kinds.map((kind, i) => {
        const allowed = kinds.map((_, j) => j).filter((j) => j > i || WAITS.has(kinds[j] as Kind))
        const one = fc.option(allowed.length === 0 ? fc.constant(null) : fc.constantFrom(...allowed), { freq: 6 })
        return fc.tuple(...WAYS[kind].map(() => one))
      }),
    ),
  }),
) as fc.Arbitrary<Plan>

/** `c` counts what the branches see, so that the model knows the way they take. */
const DATA: Readonly<Record<Kind, { [name: string]: unknown }>> = {
  set: { vars: { c: 'has(vars.c) ? vars.c + 1 : 1' } },
  branch: {
    cases: [
      { handle: 'a', when: 'has(vars.c) && vars.c % 3 == 1' },
      { handle: 'b', when: 'has(vars.c) && vars.c % 3 == 2' },
    ],
  },
  wait: { for: 'PT0.05S' },
  waitForEvent: { event: 'reply', timeout: 'PT1H' },
  http: { url: 'https://example.com/{{ event.id }}' },
  notify: { content: { body: 'x' }, channels: ['push'] },
  emit: { type: 'told.it' },
  message: { text: '{{ vars.c | default: 0 }}' },
}

/** Every way leads to a node of its own kind of end where nothing is drawn, so that ends are drawn too. */
function build({ kinds, targets }: Plan) {
  const reached = new Set<number>([0])
  for (const i of reached) for (const target of targets[i] ?? []) if (target !== null) reached.add(target)
  const kept = [...reached].sort((a, b) => a - b)
  const nodes = kept.map((i) => [`n${i}`, kinds[i] as Kind, DATA[kinds[i] as Kind]] as const)
  const ends: (readonly [string, string])[] = []
  const edges = ['start n0']
  const model = new Map<string, ReadonlyMap<string, string>>()
  for (const i of kept) {
    const ways = new Map<string, string>()
    WAYS[kinds[i] as Kind].forEach((way, w) => {
      const target = targets[i]?.[w] ?? null
      const id = target === null ? `x${i}${way}` : `n${target}`
      if (target === null) ends.push([id, 'end'])
      ways.set(way, id)
      edges.push(`n${i}.${way} ${id}`)
    })
    model.set(`n${i}`, ways)
  }
  // `has(vars.c)` needs some node that sets it, reached or not.
  const names = kept.some((i) => kinds[i] === 'set') ? [] : ([['names', 'set', DATA.set]] as const)
  const all = [['start', 'trigger', { event: 'go' }] as const, ...names, ...nodes, ...ends]
  const first = names.length > 0 ? ['start names', 'names n0', ...edges.slice(1)] : edges
  return {
    flow: flowOf(graph(all, first)),
    model,
    kinds: new Map(kept.map((i) => [`n${i}`, kinds[i] as Kind])),
    counts: names.length,
  }
}

/** The model: no code of the interpreter, only the table and a counter. */
function walkByHand(made: ReturnType<typeof build>, ways: readonly number[]): Map<string, number> {
  const visits = new Map<string, number>([['start', 1]])
  let count = made.counts
  if (count > 0) visits.set('names', 1)
  let at = 'n0'
  let lot = 0
  for (;;) {
    visits.set(at, (visits.get(at) ?? 0) + 1)
    const kind = made.kinds.get(at)
    if (kind === undefined) return visits
    let way: string
    if (kind === 'set') count += 1
    if (kind === 'branch') way = ['else', 'a', 'b'][count === 0 ? 0 : count % 3] as string
    else if (WAYS[kind].length === 1 && kind !== 'wait') way = 'out'
    else if (lot >= ways.length) return visits
    else way = WAYS[kind][(ways[lot++] ?? 0) % WAYS[kind].length] as string
    at = made.model.get(at)?.get(way) as string
  }
}

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

const lots = fc.array(fc.nat(5), { maxLength: 30 })
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
