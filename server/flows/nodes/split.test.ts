import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileGraph } from '#flows/compile.ts'
import { advance } from '#flows/interpreter.ts'
import { armOf, share } from '#flows/nodes/split.ts'
import { effect, env, event, flowOf, graph, NOTHING_KNOWN, NOW, starting } from '#flows/testing.ts'

const drawn = (data: object, edges: readonly string[]) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['try', 'split', { ...data }],
      ['a', 'end', { outcome: 'a' }],
      ['b', 'end', { outcome: 'b' }],
    ],
    ['start try', ...edges],
  )
const THREE = { arms: ['a', 'b', 'none'].map((handle) => ({ handle, weight: 1 })), holdout: 'none' }

const run = (flow: ReturnType<typeof flowOf>, contactId: string | null, runId = 'run1') =>
  advance(
    flow,
    null,
    { ...starting(event('go')), runId, about: { encounterId: 'e1', contactId, queueId: null, silence: null } },
    NOW,
    env(NOTHING_KNOWN),
  )

test('a person always goes the same way, whatever the run and version', () => {
  const flow = flowOf(drawn(THREE, ['try.a a', 'try.b b']))
  const again = flowOf({ ...drawn(THREE, ['try.a a', 'try.b b']), name: 'the next version' })
  for (let i = 0; i < 50; i++) {
    const first = run(flow, `p${i}`)
    assert.equal(run(again, `p${i}`, 'another').run.outcome, first.run.outcome)
    assert.equal(effect(first, 'split').unit, `p${i}`)
  }
  assert.equal(effect(run(flow, null), 'split').unit, 'e1')
})

test('the share of a person is fixed for good: reports span versions of the program', () => {
  assert.equal(share('tenant/flow', 'try', 'p1'), 0.16050051370203278)
  const arms = ['short', 'long', 'none'].map((handle) => ({ handle, weight: 1 }))
  assert.deepEqual(
    PEOPLE.slice(0, 8).map((who) => armOf(arms, 'none', 'tenant/flow', 'try', who)),
    ['short', 'long', 'short', 'none', 'none', 'short', 'long', 'short'],
  )
})

const PEOPLE = Array.from({ length: 200 }, (_, i) => `p${i}`)
const HANDLES = ['a', 'b', 'c', 'd', 'e']
/** Two to five treated arms that share `rest`, and what is left for the holdout. */
const shares = fc
  .record({
    parts: fc.array(fc.integer({ min: 1, max: 18 }), { minLength: 2, maxLength: 5 }),
    holdout: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ parts, holdout }) => ({
    treated: parts.map((weight, i) => ({ handle: HANDLES[i] ?? '', weight })),
    held: { handle: 'none', weight: holdout },
  }))

test('who is held out hangs on the share of the holdout alone; the treated leave an arm only for one that weighs more', () => {
  fc.assert(
    fc.property(shares, fc.infiniteStream(fc.nat(1_000)), ({ treated, held }, lots) => {
      const drawLots = <T>(items: readonly T[]) =>
        items
          .map((item) => [lots.next().value ?? 0, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item)
      const of = (arms: readonly { handle: string; weight: number }[]) =>
        PEOPLE.map((who) => armOf(arms, 'none', 'tenant/flow', 'try', who))
      const before = of([...treated, held])
      assert.deepEqual(of(drawLots([...treated, held])), before, 'in another order')

      // Another arm takes some of the share of the first, and the arm that was there goes.
      const [first, ...others] = treated as [(typeof treated)[0], ...typeof treated]
      const added = of(
        drawLots([
          { ...first, weight: first.weight / 2 },
          ...others,
          held,
          { handle: 'new', weight: first.weight / 2 },
        ]),
      )
      const removed = of(drawLots([...others, held, { handle: 'new', weight: first.weight }]))
      for (const [i, arm] of before.entries()) {
        assert.equal(added[i] === 'none', arm === 'none', 'added')
        assert.equal(removed[i] === 'none', arm === 'none', 'removed')
        assert.ok(added[i] === arm || arm === 'a' || added[i] === 'new', `${arm} ${added[i]}`)
        assert.ok(removed[i] === arm || arm === 'a' || removed[i] === 'new', `${arm} ${removed[i]}`)
      }

      // A larger holdout frees nobody, and moves nobody among the others.
      const larger = of([{ ...held, weight: held.weight + 7 }, ...treated])
      for (const [i, arm] of before.entries()) assert.ok(larger[i] === arm || larger[i] === 'none')
    }),
    { numRuns: 100 },
  )
})

test('a holdout that is listed last takes the end of the line, as it always did', () => {
  for (const who of PEOPLE) {
    const arms = [
      { handle: 'nudge', weight: 90 },
      { handle: 'held', weight: 10 },
    ]
    const held = share('abandoned-conversation', who) >= 0.9
    assert.equal(armOf(arms, 'held', 'abandoned-conversation', who), held ? 'held' : 'nudge')
    assert.equal(armOf(arms.toReversed(), 'held', 'abandoned-conversation', who), held ? 'held' : 'nudge')
  }
})

test('splits of one group draw alike in every flow', () => {
  const of = (name: string) => flowOf({ ...drawn({ ...THREE, group: 'all' }, ['try.a a', 'try.b b']), name })
  const arms = (flow: ReturnType<typeof flowOf>, experiment: string) =>
    Array.from({ length: 50 }, (_, i) => {
      const about = { encounterId: 'e1', contactId: `p${i}`, queueId: null, silence: null }
      const input = { ...starting(event('go')), about }
      return effect(advance(flow, null, input, NOW, { ...env(NOTHING_KNOWN), experiment }), 'split').arm
    })
  const first = arms(of('one'), 'tenant/one')
  assert.deepEqual(first, arms(of('other'), 'tenant/other'))
  assert.equal(new Set(first).size, 3)
  // The demo and the guides count on these: who of their people the sample flow holds out.
  assert.ok(share('abandoned-conversation', 'lucia') >= 0.9)
  for (const id of ['maria', 'john', 'tour', 'sample-maria']) assert.ok(share('abandoned-conversation', id) < 0.9, id)
})

test('arms get their shares, and none weighs nothing', () => {
  const data = {
    arms: [
      { handle: 'a', weight: 70 },
      { handle: 'off', weight: 0 },
      { handle: 'b', weight: 20 },
      { handle: 'none', weight: 10 },
    ],
    holdout: 'none',
  }
  const flow = flowOf(drawn(data, ['try.a a', 'try.b b', 'try.off a']))
  const counts: Record<string, number> = {}
  for (let i = 0; i < 20_000; i++) {
    const { arm } = effect(run(flow, `person-${i}`), 'split')
    counts[arm] = (counts[arm] ?? 0) + 1
  }
  assert.deepEqual(Object.keys(counts).sort(), ['a', 'b', 'none'])
  // Four standard deviations of the binomial.
  for (const [arm, p] of [
    ['a', 0.7],
    ['b', 0.2],
    ['none', 0.1],
  ] as const) {
    assert.ok(Math.abs((counts[arm] ?? 0) - 20_000 * p) < 4 * Math.sqrt(20_000 * p * (1 - p)), `${arm}: ${counts[arm]}`)
  }
})

test('the holdout gets nothing, also where one edge takes all other ways', () => {
  const flow = flowOf(drawn(THREE, ['try a', 'try.b b']))
  const outcomes = new Set(Array.from({ length: 60 }, (_, i) => run(flow, `p${i}`).run.outcome))
  assert.deepEqual([...outcomes].sort(), ['a', 'b', 'holdout'])
  const counted = flowOf(drawn(THREE, ['try.a a', 'try.none b', 'try.b a']))
  const held = Array.from({ length: 60 }, (_, i) => run(counted, `p${i}`)).filter((one) => effect(one, 'split').holdout)
  assert.ok(held.length > 0)
  assert.ok(held.every((one) => one.run.outcome === 'b'))
})

test('a split that cannot be says why', () => {
  const says = (data: object) =>
    (compileGraph(drawn(data, ['try a', 'start b'])).faults ?? []).map(({ path, says }) => `${path}: ${says.es}`)
  assert.ok(says({ arms: [{ handle: 'a', weight: 0 }] }).some((one) => one.includes('los pesos suman cero')))
  assert.ok(says({ ...THREE, holdout: 'x' }).some((one) => one.includes('no hay ninguna rama x')))
  assert.ok(says({ arms: [...THREE.arms, { handle: 'a', weight: 1 }] }).some((one) => one.includes('a ya está usado')))
})
