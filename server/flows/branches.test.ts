import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { failureText } from '#flows/failure-text.ts'
import { type Advance, type Run, waitsOf } from '#flows/run.ts'
import { begin, effect, event, flowOf, graph, NOW, on } from '#flows/testing.ts'

const START = ['start', 'trigger', { event: 'go' }] as const
const HOUR = 3_600_000

const wake = (run: Run, nodeId: string) => {
  const parked = waitsOf(run).find(({ node }) => node === nodeId)
  if (parked === undefined) throw new Error(`no branch waits at ${nodeId}`)
  return { kind: 'wake', node: parked.node, visit: parked.visit } as const
}
const answered = (run: Run, nodeId: string, way = 'ok', cause = 'no') => ({
  ...wake(run, nodeId),
  outcome: { way, value: {}, ...(way === 'ok' ? {} : { cause }) },
})
const entered = (...made: Advance[]) =>
  made.flatMap(({ steps }) => steps.flatMap(({ nodeId, resumed }) => (resumed === true ? [] : nodeId)))
const says = (value: unknown) =>
  (compileGraph(value).faults ?? []).map(({ nodeId, says }) => `${nodeId}: ${says.en} / ${says.es}`)

const race = flowOf(
  graph(
    [
      START,
      ['fork', 'parallel'],
      ['call', 'http', { url: 'https://example.com/' }],
      ['pause', 'wait', { for: 'PT1H' }],
      ['meet', 'join', { mode: 'any' }],
      ['end', 'end', { outcome: 'met' }],
    ],
    ['start fork', 'fork call', 'fork pause', 'call meet', 'pause meet', 'meet end'],
  ),
)

test('the first branch at a join of any goes on and the others are called off', () => {
  const first = begin(race)
  assert.deepEqual(
    waitsOf(first.run).map(({ node }) => node),
    ['call', 'pause'],
  )
  const won = on(race, first.run, answered(first.run, 'call'))
  assert.equal(won.run.outcome, 'met')
  assert.equal(won.effects.filter(({ kind }) => kind === 'disarm').length, 2)
  assert.ok(won.steps.some(({ nodeId, output }) => nodeId === 'pause' && output === 'another branch came first'))
  const late = on(race, won.run, wake(first.run, 'pause'), NOW + HOUR)
  assert.equal(late.run, won.run)
})

test('each branch has its own end; the run is over with the last one', () => {
  const flow = flowOf(
    graph(
      [
        START,
        ['fork', 'parallel'],
        ['pause', 'wait', { for: 'PT1H' }],
        ['soon', 'end', { outcome: 'soon' }],
        ['late', 'end', { outcome: 'late' }],
      ],
      ['start fork', 'fork soon', 'fork pause', 'pause late'],
    ),
  )
  const first = begin(flow)
  assert.equal(first.run.status, 'waiting')
  const { run } = on(flow, first.run, wake(first.run, 'pause'), NOW + HOUR)
  assert.deepEqual([run.status, run.outcome], ['completed', 'late'])
})

test('one event is heard by every branch that waits for it, and by none that forked after it', () => {
  const flow = flowOf(
    graph(
      [
        START,
        ['fork', 'parallel'],
        ['a', 'waitForEvent', { event: 'reply' }],
        ['b', 'waitForEvent', { event: 'reply' }],
        ['c', 'waitForEvent', { event: 'other' }],
        ['b2', 'waitForEvent', { event: 'reply' }],
        ['meet', 'join'],
      ],
      ['start fork', 'fork a', 'fork b', 'fork c', 'a meet', 'b b2', 'b2 meet', 'c meet'],
    ),
  )
  const first = begin(flow)
  const heard = on(flow, first.run, { kind: 'event', event: event('reply'), position: 9 })
  const places = ({ run }: Advance) => waitsOf(run).map(({ node, seen }) => `${node}@${seen}`)
  assert.deepEqual(places(heard), ['c@1', 'b2@9'])
  // What `c` waits for may have come before the event that the other branches saw.
  const other = on(flow, heard.run, { kind: 'event', event: event('other'), position: 5 })
  assert.deepEqual(places(other), ['b2@9'])
  assert.equal(on(flow, other.run, { kind: 'event', event: event('reply'), position: 9 }).run, other.run)
  assert.equal(on(flow, other.run, { kind: 'event', event: event('reply'), position: 10 }).run.status, 'completed')
})

test('a branch that fails ends the run and all its branches, naming node and cause', () => {
  const first = begin(race)
  const { run, effects } = on(race, first.run, answered(first.run, 'call', 'error', 'gone'))
  // The edge without a handle takes `error` as well: the branch goes on.
  assert.equal(run.outcome, 'met')
  const strict = flowOf(
    graph(
      [
        START,
        ['fork', 'parallel'],
        ['call', 'http', { url: 'https://example.com/' }],
        ['pause', 'wait', { for: 'PT1H' }],
        ['x', 'end'],
      ],
      ['start fork', 'fork call', 'fork pause', 'call.ok x', 'pause x'],
    ),
  )
  const begun = begin(strict)
  const failed = on(strict, begun.run, answered(begun.run, 'call', 'error', 'gone'))
  assert.partialDeepStrictEqual(failed.run.failure, { nodeId: 'call', cause: 'gone' })
  assert.equal(failed.run.status, 'failed')
  assert.equal(failed.run.others, undefined)
  assert.equal(effects.length > 0, true)
})

test('a run cannot have more branches than it may', () => {
  const many = Array.from({ length: 40 }, (_, i) => `b${i}`)
  const flow = flowOf(
    graph(
      [
        START,
        ['one', 'parallel'],
        ...many.map((id) => [id, 'parallel'] as const),
        ['w', 'wait', { for: 'PT1H' }],
        ['v', 'wait', { for: 'PT1H' }],
        ['z', 'wait', { for: 'PT1H' }],
      ],
      ['start one', ...many.flatMap((id) => [`one ${id}`, `${id} w`, `${id} v`, `${id} z`])],
    ),
  )
  assert.match(begin(flow).run.failure?.cause ?? '', /more than 100 branches/)
})

test('branches that would multiply, and forks that are none, are refused in both languages', () => {
  const round = graph(
    [START, ['fork', 'parallel'], ['a', 'wait', { for: 'PT1H' }], ['b', 'wait', { for: 'PT1H' }]],
    ['start fork', 'fork a', 'fork b', 'a fork'],
  )
  assert.ok(
    says(round).some(
      (one) => one.startsWith('fork: lies on a cycle without a join') && one.includes('haría más ramas'),
    ),
  )
  const joined = graph(
    [START, ['fork', 'parallel'], ['a', 'wait', { for: 'PT1H' }], ['b', 'wait', { for: 'PT1H' }], ['meet', 'join']],
    ['start fork', 'fork a', 'fork b', 'a meet', 'b meet', 'meet fork'],
  )
  assert.deepEqual(says(joined), [])
  const single = graph([START, ['fork', 'parallel'], ['a', 'end']], ['start fork', 'fork a'])
  assert.ok(says(single).some((one) => one.includes('needs 2 to 50 edges') && one.includes('necesita de 2 a 50')))
})

test('a loop takes items one after the other, at most its limit, and waits inside', () => {
  const flow = flowOf(
    graph(
      [
        START,
        ['each', 'forEach', { items: 'event.data.list', as: 'item', limit: 3 }],
        ['call', 'http', { url: 'https://example.com/{{ vars.item }}' }],
        ['end', 'end', { outcome: 'done' }],
      ],
      ['start each', 'each.item call', 'each.done end'],
    ),
  )
  let made = begin(flow, event('go', { list: ['a', 'b', 'c', 'd'] }))
  const urls: string[] = []
  while (made.run.status === 'waiting') {
    urls.push(effect(made, 'http').url.slice(20))
    made = on(flow, made.run, answered(made.run, 'call'))
  }
  assert.deepEqual(urls, ['a', 'b', 'c'])
  assert.equal(made.run.outcome, 'done')
  const none = begin(flow, event('go', { list: [] }))
  assert.deepEqual(entered(none), ['start', 'each', 'end'])
  assert.match(begin(flow, event('go', { list: 'abc' })).run.failure?.cause ?? '', /gave no list/)
})

test('a long loop lets others have their turn, and a cycle through a loop can spin no more than its items', () => {
  const spins = graph(
    [START, ['each', 'forEach', { items: '[1]', as: 'i' }], ['s', 'set', { vars: { x: '1' } }]],
    ['start each', 'each.item s', 's each', 'each.done each'],
  )
  assert.ok(says(spins).some((one) => one.startsWith('each: lies on a cycle with no wait')))
  const flow = flowOf(
    graph(
      [
        START,
        ['each', 'forEach', { items: 'event.data.list', as: 'i', limit: 1000 }],
        ['a', 'emit', { type: 'a' }],
        ['b', 'emit', { type: 'b' }],
        ['s', 'set', { vars: { x: 'vars.i' } }],
      ],
      ['start each', 'each.item a', 'a b', 'b s', 's each'],
    ),
  )
  let made = begin(flow, event('go', { list: Array.from({ length: 400 }, (_, i) => i) }))
  let turns = 1
  for (; made.run.status === 'waiting'; turns++) made = on(flow, made.run, wake(made.run, 'each'))
  assert.equal(made.run.status, 'completed', JSON.stringify(made.run.failure))
  assert.ok(turns > 2)
  assert.equal(made.run.vars.x, 399)
})

test('any step can have a way for its failure', () => {
  const flow = flowOf(
    graph(
      [
        START,
        ['s', 'set', { vars: { n: 'event.data.n + 1' } }],
        ['ok', 'end', { outcome: 'well' }],
        ['bad', 'end', { outcome: 'caught' }],
      ],
      ['start s', 's ok', 's.error bad'],
    ),
  )
  assert.equal(begin(flow, event('go', { n: 1 })).run.outcome, 'well')
  const { run, steps } = begin(flow, event('go', { n: 'text' }))
  assert.equal(run.outcome, 'caught')
  assert.equal(steps.find(({ nodeId }) => nodeId === 's')?.way, 'error')
  const rest = flowOf(
    graph([START, ['s', 'set', { vars: { n: 'event.data.n + 1' } }], ['ok', 'end']], ['start s', 's ok']),
  )
  assert.equal(begin(rest, event('go', { n: 'text' })).run.status, 'failed')
})

const trip = (last: readonly [string, string, object], more: readonly string[], extra: readonly string[] = []) =>
  flowOf(
    graph(
      [
        START,
        ['hotel', 'http', { url: 'https://example.com/hotel' }],
        ['each', 'forEach', { items: '["x", "y"]', as: 'leg' }],
        ['leg', 'emit', { type: 'leg.booked', data: { leg: '{{ vars.leg }}' } }],
        last as never,
        ['hotelBack', 'http', { url: 'https://example.com/hotel/back' }],
        ['legBack', 'emit', { type: 'leg.released', data: { leg: '{{ vars.leg }}' } }],
        ['over', 'end', { outcome: 'over' }],
      ],
      [
        'start hotel',
        'hotel.ok each',
        'hotel.undo hotelBack',
        'each.item leg',
        'leg.undo legBack',
        `each.done ${last[0]}`,
        ...more,
        ...extra,
      ],
    ),
  )

test('what was done is undone in reverse when a run fails, waits included, and then the run fails', () => {
  const flow = trip(['pay', 'set', { vars: { n: 'event.data.n + 1' } }], ['pay over'])
  const first = begin(flow, event('go', { n: 'no number' }))
  const failed = on(flow, first.run, answered(first.run, 'hotel'))
  const released = failed.effects.flatMap((one) => (one.kind === 'emit' ? [[one.type, one.data]] : []))
  assert.deepEqual(released, [
    ['leg.booked', { leg: 'x' }],
    ['leg.booked', { leg: 'y' }],
    ['leg.released', { leg: 'y' }],
    ['leg.released', { leg: 'x' }],
  ])
  assert.equal(failed.run.status, 'waiting')
  assert.equal(failed.run.parked?.node, 'hotelBack')
  // Also where undoing fails the rest is undone, and the run fails by its first cause.
  const over = on(flow, failed.run, answered(failed.run, 'hotelBack', 'error', 'closed'))
  assert.equal(over.run.status, 'failed')
  assert.equal(over.run.failure?.nodeId, 'pay')
  assert.equal(over.run.done, undefined)
})

test('no event cuts short what a failed run undoes, nor makes a good end of it', () => {
  const drawn = graph(
    [
      START,
      ['hotel', 'emit', { type: 'hotel.booked' }],
      ['pay', 'set', { vars: { n: 'event.data.n + 1' } }],
      ['fork', 'parallel'],
      ['hotelBack', 'wait', { for: 'PT1H' }],
      ['told', 'emit', { type: 'hotel.released' }],
    ],
    ['start hotel', 'hotel pay', 'hotel.undo fork', 'fork hotelBack', 'fork told', 'hotelBack told'],
    { goal: { event: 'paid', ends: true }, cancelOn: ['left'] },
  )
  const flow = flowOf(drawn)
  const failed = begin(flow, event('go', { n: 'no number' }))
  assert.equal(failed.run.parked?.node, 'hotelBack')
  const called = on(flow, failed.run, { kind: 'event', event: event('left'), position: 2 })
  const { run: paid } = on(flow, called.run, { kind: 'event', event: event('paid'), position: 3 })
  assert.deepEqual([paid.status, paid.goalAt], ['waiting', NOW])
  const over = on(flow, paid, wake(paid, 'hotelBack'), NOW + HOUR)
  assert.deepEqual([over.run.status, over.run.failure?.nodeId], ['failed', 'pay'])
})

test('a node undoes what was done and the run goes on; what was undone is not undone again', () => {
  const flow = trip(['back', 'undo', {}], ['back over'])
  const first = begin(flow)
  const undone = on(flow, first.run, answered(first.run, 'hotel'))
  assert.equal(undone.run.parked?.node, 'hotelBack')
  const over = on(flow, undone.run, answered(undone.run, 'hotelBack'))
  assert.deepEqual([over.run.status, over.run.outcome], ['completed', 'over'])
  const nothing = flowOf(graph([START, ['back', 'undo'], ['e', 'end', { outcome: 'e' }]], ['start back', 'back e']))
  assert.equal(begin(nothing).run.outcome, 'e')
})

test('undoing goes on behind what fails in branches of its own', () => {
  const flow = flowOf(
    graph(
      [
        START,
        ['a', 'emit', { type: 'a.done' }],
        ['b', 'emit', { type: 'b.done' }],
        ['bad', 'set', { vars: { n: '1 / (size(event.type) - size(event.type))' } }],
        ['fork', 'parallel'],
        ['w', 'wait', { for: 'PT1H' }],
        ['worse', 'set', { vars: { m: '1 / (size(event.type) - size(event.type))' } }],
        ['aBack', 'emit', { type: 'a.undone' }],
      ],
      ['start a', 'a b', 'b bad', 'b.undo fork', 'fork w', 'fork worse', 'a.undo aBack'],
    ),
  )
  const { run, effects } = begin(flow)
  assert.equal(run.status, 'failed')
  assert.equal(run.failure?.nodeId, 'bad')
  assert.ok(effects.some((one) => one.kind === 'emit' && one.type === 'a.undone'))
})

test('a run that takes too long fails where it stands, never early', () => {
  const flow = flowOf(graph([START, ['w', 'wait', { for: 'P9D' }]], ['start w'], { timeLimit: 'P1D' }))
  const first = begin(flow)
  assert.equal(effect(first, 'limit').wakeAt, NOW + 24 * HOUR)
  assert.equal(on(flow, first.run, { kind: 'limit' }, NOW + 24 * HOUR - 1).run, first.run)
  const { run, effects } = on(flow, first.run, { kind: 'limit' }, NOW + 24 * HOUR)
  assert.partialDeepStrictEqual(run.failure, { nodeId: 'w', cause: 'the run took longer than its time limit' })
  assert.ok(effects.some((one) => one.kind === 'limit' && one.wakeAt === null))
  assert.ok(says(graph([START, ['e', 'end']], ['start e'], { timeLimit: 'PT0S' })).length > 0)
})

/** Emits for each number of a list; what undoes it notes the number, in so many steps. */
const listed = (steps: number) => {
  const back = Array.from({ length: steps }, (_, i) => `back${i}`)
  return flowOf(
    graph(
      [
        START,
        ['each', 'forEach', { items: 'event.data.list', as: 'item', limit: 1_000 }],
        ['book', 'emit', { type: 'one.booked' }],
        ['pay', 'set', { vars: { n: 'event.data.n + 1' } }],
        ...back.map((id) => [id, 'emit', { type: `${id}.done`, data: { item: '{{ vars.item }}' } }] as const),
      ],
      [
        'start each',
        'each.item book',
        'each.done pay',
        'book.undo back0',
        ...back.slice(1).map((id, i) => `${back[i]} ${id}`),
      ],
    ),
  )
}

for (const [steps, size] of [
  [1, 900],
  [12, 190],
] as const) {
  test(`all of ${size} things are undone, each in ${steps} steps, however many turns that takes`, () => {
    const flow = listed(steps)
    const list = Array.from({ length: size }, (_, i) => i)
    let { run, effects } = begin(flow, event('go', { n: 'no number', list }))
    const all = [...effects]
    for (let turn = 0; run.status === 'waiting'; turn++) {
      assert.ok(turn < 20, 'it ends')
      const { node, visit } = run.parked as NonNullable<typeof run.parked>
      const next = on(flow, run, { kind: 'wake', node, visit })
      run = next.run
      all.push(...next.effects)
    }
    assert.equal(run.failure?.nodeId, 'pay', run.failure?.cause)
    const undone = all.flatMap((one) => (one.kind === 'emit' && one.type === `back${steps - 1}.done` ? [one.data] : []))
    assert.deepEqual(
      undone,
      list.toReversed().map((item) => ({ item: String(item) })),
    )
  })
}

test('a run that fails tells what it could not undo', () => {
  const flow = trip(['pay', 'set', { vars: { n: 'event.data.n + 1' } }], ['pay over'])
  const first = begin(flow, event('go', { n: 'no number' }))
  const failed = on(flow, first.run, answered(first.run, 'hotel'))
  const { run } = on(flow, failed.run, answered(failed.run, 'hotelBack', 'error', 'closed'))
  assert.deepEqual(run.failure?.notUndone, [{ nodeId: 'hotelBack', type: 'http', cause: 'closed' }])
  const { en, es } = failureText(run.failure as NonNullable<typeof run.failure>)
  assert.ok(en.endsWith('. While undoing what was done, step hotelBack (Call a service) failed: closed'), en)
  assert.ok(es.includes('. Al deshacer lo hecho, paso hotelBack ('), es)
})

test('a run that fails names the step as its author did', () => {
  const flow = trip(['pay', 'set', { vars: { n: 'event.data.n + 1' }, label: 'Cobrar' }], ['pay over'])
  const first = begin(flow, event('go', { n: 'no number' }))
  const failed = on(flow, first.run, answered(first.run, 'hotel'))
  const { run } = on(flow, failed.run, answered(failed.run, 'hotelBack'))
  const { en, es } = failureText(run.failure ?? assert.fail(run.status))
  assert.match(en, /^step “Cobrar” \(pay, /)
  assert.match(es, /^paso «Cobrar» \(pay, /)
})
