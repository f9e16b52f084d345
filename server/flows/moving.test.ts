import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Graph } from '#flows/graph.ts'
import { canGoBack, type Moved, moveRun } from '#flows/moving.ts'
import { passageOf, type StepMap } from '#flows/passage.ts'
import { type Effect, type Input, type Run, type Step, waitsOf } from '#flows/run.ts'
import { begin, env, event, flowOf, graph, NOW, on, outcome, timer, visited } from '#flows/testing.ts'

const HOUR = 3_600_000
const TURN = NOW + 5 * HOUR
type Nodes = Parameters<typeof graph>[0]

const drawn = (nodes: Nodes, edges: readonly string[]) =>
  graph([['start', 'trigger', { event: 'go' }], ...nodes], edges)
const BEFORE = drawn(
  [
    ['set', 'set', { vars: { n: '1' } }],
    ['w', 'wait', { for: 'PT10H' }],
    ['say', 'message', { text: 'hola' }],
  ],
  ['start set', 'set w', 'w say'],
)
const waitsFor = (data: { [name: string]: unknown }, type = 'wait', id = 'w') =>
  drawn(
    [
      ['set', 'set', { vars: { n: '1' } }],
      [id, type, data],
      ['say', 'message', { text: 'hola' }],
      ['fin', 'end'],
    ],
    ['start set', `set ${id}`, `${id} say`, 'say fin'],
  )

/** Moves a run that began four hours ago. */
function move(run: Run, before: unknown, after: unknown, map: StepMap = {}, now = NOW + 4 * HOUR): Moved {
  const whole = (stored: unknown) => ({ graph: stored as Graph, flow: flowOf(stored) })
  return moveRun(run, passageOf(whole(before), whole(after), 2, map), {
    now,
    env: env(),
    enteredAt: () => NOW,
    turn: () => TURN,
  })
}
const begun = (stored: unknown = BEFORE) => begin(flowOf(stored)).run
const ran = (moved: Moved): Run => {
  assert.ok('run' in moved, JSON.stringify(moved))
  return moved.run
}

test('a run that stands at a step that stays is only of the new version', () => {
  const run = begun()
  const changedElsewhere = structuredClone(BEFORE)
  Object.assign(changedElsewhere.nodes[3] as object, { data: { text: 'adiós' } })
  const moved = move(run, BEFORE, changedElsewhere)
  assert.deepEqual(moved, { run, paced: false, looks: false })
})

test('a wait that changed is measured from its beginning: what is still to come comes then, what is over at its turn', () => {
  const run = begun()
  const shorter = move(run, BEFORE, waitsFor({ for: 'PT6H' }))
  assert.deepEqual([ran(shorter).parked?.wakeAt, (shorter as { paced: boolean }).paced], [NOW + 6 * HOUR, false])
  const over = move(run, BEFORE, waitsFor({ for: 'PT1H' }))
  assert.deepEqual([ran(over).parked?.wakeAt, (over as { paced: boolean }).paced], [TURN, true])
  const longer = move(run, BEFORE, waitsFor({ for: 'P2D' }))
  assert.equal(ran(longer).parked?.wakeAt, NOW + 48 * HOUR)
  // It goes on from the wait; what came before is not done again.
  const after = flowOf(waitsFor({ for: 'PT1H' }))
  const gone = on(after, ran(over), timer(ran(over)), TURN)
  assert.deepEqual(visited(gone), ['w:out', 'say:out', 'fin:'])
  assert.deepEqual([gone.run.vars, gone.run.visits], [{ n: 1 }, 5])
  assert.equal(on(after, ran(over), timer(ran(over)), TURN - 1).run, ran(over), 'not before its turn')
})

test('a wait becomes a wait for an event and back; the log is looked at again', () => {
  const forEvent = waitsFor({ event: 'reply', timeout: 'PT20H' }, 'waitForEvent')
  const moved = move(begun(), BEFORE, forEvent)
  assert.deepEqual(
    [ran(moved).parked, (moved as { looks: boolean }).looks],
    [{ node: 'w', kind: 'event', event: 'reply', wakeAt: NOW + 20 * HOUR, visit: 3, moved: 2 }, true],
  )
  const replied = on(
    flowOf(forEvent),
    ran(moved),
    { kind: 'event', event: event('reply'), position: 9 },
    NOW + 5 * HOUR,
  )
  assert.deepEqual(visited(replied), ['w:event', 'say:out', 'fin:'])
  const back = move(ran(moved), forEvent, BEFORE)
  assert.deepEqual([ran(back).parked?.kind, ran(back).parked?.wakeAt], ['time', NOW + 10 * HOUR])
})

test('who stands at a step that is gone enters the step named instead, at their turn', () => {
  const after = waitsFor({ for: 'PT3H' }, 'wait', 'other')
  assert.ok('stays' in move(begun(), BEFORE, after))
  assert.ok('stays' in move(begun(), BEFORE, after, { w: null }))
  const moved = move(begun(), BEFORE, after, { w: 'say' })
  const { parked } = ran(moved)
  assert.deepEqual([parked?.node, parked?.leaving, parked?.wakeAt], ['say', 'w', TURN])
  const gone = on(flowOf(after), ran(moved), timer(ran(moved)), TURN)
  assert.deepEqual(visited(gone), ['w:', 'say:out', 'fin:'])
  assert.deepEqual(gone.steps[0]?.output, { movedTo: 'say' })
  // Published once more before its turn came: it is asked anew from where it really stood.
  assert.deepEqual(ran(move(ran(moved), after, BEFORE)).parked?.node, 'w')
})

test('a call under way is neither repeated nor lost', () => {
  const call = (url: string) =>
    drawn(
      [
        ['call', 'http', { url }],
        ['fin', 'end'],
      ],
      ['start call', 'call fin'],
    )
  const run = begun(call('https://a.example/'))
  const moved = move(run, call('https://a.example/'), call('https://b.example/'))
  assert.deepEqual(moved, { run, paced: false, looks: false })
  assert.deepEqual(visited(on(flowOf(call('https://b.example/')), ran(moved), outcome(run, 'ok'))), ['call:ok', 'fin:'])
})

test('a step of another kind is no place to wait on, unless both only wait', () => {
  const after = waitsFor({ text: 'hola' }, 'message')
  assert.ok('stays' in move(begun(), BEFORE, after))
  assert.equal(ran(move(begun(), BEFORE, after, { w: 'w' })).parked?.leaving, 'w')
})

test('a run with several branches is moved with all of them, or not at all', () => {
  const branches = (a: object, more: Nodes = [], edges: readonly string[] = []) =>
    drawn(
      [
        ['fork', 'parallel'],
        ['a', 'wait', { ...a }],
        ['b', 'waitForEvent', { event: 'reply', timeout: 'P1D' }],
        ['meet', 'join'],
        ...more,
      ],
      ['start fork', 'fork a', 'fork b', 'a meet', 'b.event meet', 'b.timeout meet', ...edges],
    )
  const before = branches({ for: 'PT10H' })
  const run = begun(before)
  const after = branches({ for: 'PT6H' }, [['fin', 'end', { outcome: 'both' }]], ['meet fin'])
  const moved = ran(move(run, before, after))
  assert.deepEqual(
    waitsOf(moved).map(({ node, wakeAt, forks }) => [node, wakeAt, forks]),
    [
      ['a', NOW + 6 * HOUR, [2]],
      ['b', NOW + 24 * HOUR, [2]],
    ],
  )
  const flow = flowOf(after)
  const one = on(flow, moved, { kind: 'event', event: event('reply'), position: 9 }, NOW + 5 * HOUR)
  const both = on(flow, one.run, timer(one.run), NOW + 6 * HOUR)
  assert.equal(both.run.outcome, 'both')
  const joinless = drawn(
    [
      ['a', 'wait', { for: 'PT10H' }],
      ['b', 'wait', { for: 'PT10H' }],
    ],
    ['start a', 'a b'],
  )
  assert.deepEqual(move(run, before, joinless, { b: 'a' }), {
    stays: { because: 'inside', step: 'fork' },
  })
})

test('what was asked at a step that is gone is called off as the run leaves it, and not before', () => {
  const asks = drawn(
    [
      ['ask', 'approval', { to: 'boss@example.org', text: 'May I?' }],
      ['fin', 'end'],
    ],
    ['start ask', 'ask.approved fin', 'ask.rejected fin'],
  )
  const after = waitsFor({ for: 'PT3H' }, 'wait', 'other')
  const run = begun(asks)
  const moved = ran(move(run, asks, after, { ask: 'say' }))
  const withdrawn = [{ kind: 'withdraw', id: `${run.id}/ask/2`, node: 'ask', visit: 2, expired: false }]
  assert.deepEqual(moved.parked?.callsOff, withdrawn)
  const withdraws = ({ effects }: { effects: readonly Effect[] }) => effects.filter(({ kind }) => kind === 'withdraw')
  assert.deepEqual(withdraws(on(flowOf(after), moved, { kind: 'cancel', reason: 'by hand' })), withdrawn)
  const again = ran(move(moved, after, asks))
  for (const [flow, gone] of [
    [after, moved],
    [asks, again],
  ] as const) {
    assert.deepEqual(withdraws(on(flowOf(flow), gone, timer(gone), TURN)), withdrawn)
  }
})

test('who has but come to a wait may go back; who has told something, or heard it, not', () => {
  const was = begun(BEFORE)
  const after = waitsFor({ for: 'P3D' }, 'wait', 'other')
  const back = (is: Run, since: readonly Step[]) => canGoBack(was, is, flowOf(after), since)
  const moved = ran(move(was, BEFORE, after, { w: 'other' }))
  const { run: come, steps } = on(flowOf(after), moved, timer(moved), TURN)
  assert.deepEqual([come.parked?.node, come.parked?.visit], ['other', 4])
  assert.deepEqual(back({ ...come, moves: [{ from: 1, visits: 3 }] }, steps), [])
  assert.equal(back(come, []), null, 'what it has passed is not known')
  assert.equal(back({ ...come, last: event('reply') }, steps), null)
  const later = (input: Input, at?: number) => {
    const { run, steps: more } = on(flowOf(after), come, input, at)
    return back(run, [...steps, ...more])
  }
  assert.equal(later({ kind: 'cancel', reason: 'by hand' }), null)
  assert.equal(later(timer(come), TURN + 80 * HOUR), null)
  const told = ran(move(was, BEFORE, after, { w: 'say' }))
  const said = on(flowOf(after), told, timer(told), TURN)
  assert.equal(back(said.run, said.steps), null)
})

test('who has only thought, and asked for what can be called off, may go back', () => {
  const was = begun(BEFORE)
  const after = drawn(
    [
      ['if', 'branch', { cases: [{ handle: 'vip', when: 'false' }] }],
      ['note', 'set', { vars: { seen: 'true' } }],
      ['fork', 'parallel'],
      ['call', 'http', { url: 'https://example.org' }],
      ['tell', 'notify', { content: { body: 'Hola' }, channels: ['push'] }],
      ['ask', 'approval', { to: 'boss@example.org', text: 'May I?' }],
      ['fin', 'end'],
    ],
    [
      'start if',
      'if.vip ask',
      'ask.approved fin',
      'ask.rejected fin',
      'if.else note',
      'note fork',
      'fork call',
      'fork tell',
      'call fin',
      'tell.sent fin',
    ],
  )
  const sent = (to: string) => {
    const moved = ran(move(was, BEFORE, after, { w: to }))
    const { run, steps } = on(flowOf(after), moved, timer(moved), TURN)
    return canGoBack(was, run, flowOf(after), steps)
  }
  const [call, tell] = [
    { effectId: `${was.id}/call/7`, by: 'delivery' },
    { effectId: `${was.id}/tell/8`, by: 'notification' },
  ]
  assert.deepEqual(sent('if'), [call, tell])
  assert.equal(sent('ask'), null)
})
