import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { triggerFor } from '#flows/interpreter.ts'
import {
  begin,
  effect,
  event,
  flowOf,
  graph,
  inARow,
  KNOWN,
  NOTHING_KNOWN,
  NOW,
  on,
  outcome,
  SAMPLE,
  timer,
} from '#flows/testing.ts'
import { STEPS_PER_RUN } from '#flows/walking.ts'

const HOUR = 3_600_000
const sample = () => {
  const { flow } = compileGraph(SAMPLE)
  assert.ok(flow)
  return flow
}
const arrives = (type: string, position = 9, subject = 'e1') =>
  ({ kind: 'event', event: event(type, {}, subject), position }) as const

test('the sample: told, waited for, recovered', () => {
  const flow = sample()
  const told = begin(flow, event('encounter.tmipw_expired'))
  assert.deepEqual(effect(told, 'notify').deepLink, { encounterId: 'e1' })
  const waiting = on(flow, told.run, outcome(told.run, 'sent')).run
  assert.equal(waiting.parked?.wakeAt, NOW + 8 * HOUR)
  const back = on(flow, waiting, arrives('encounter.resumed'), NOW + HOUR)
  assert.deepEqual([back.run.status, back.run.outcome, back.run.goalAt], ['completed', 'recovered', NOW + HOUR])
  assert.deepEqual(
    back.effects.map(({ kind }) => kind),
    ['disarm'],
  )
})

test('the sample: told, waited for, closed while the silence lasts', () => {
  const flow = sample()
  const told = begin(flow, event('encounter.tmipw_expired'))
  const waiting = on(flow, told.run, outcome(told.run, 'failed')).run
  const gone = on(flow, waiting, timer(waiting), NOW + 8 * HOUR)
  assert.deepEqual(
    [gone.run.status, effect(gone, 'close').reason, effect(gone, 'close').quietSince],
    ['completed', 'abandoned', NOW],
  )
})

test('an event of cancelOn stops the run wherever it is; the goal alone does not', () => {
  const flow = sample()
  const { run } = begin(flow, event('encounter.tmipw_expired'))
  const resumed = on(flow, run, arrives('encounter.resumed'), NOW + 5)
  assert.deepEqual([resumed.run.status, resumed.run.goalAt, resumed.run.parked], ['waiting', NOW + 5, run.parked])
  const closed = on(flow, run, arrives('encounter.closed'))
  assert.deepEqual([closed.run.status, closed.run.outcome], ['cancelled', 'cancelled by encounter.closed'])
  assert.deepEqual(closed.steps, [
    { visit: 3, nodeId: 'push', type: 'notify', at: NOW, resumed: true, output: 'cancelled by encounter.closed' },
  ])
  assert.equal(on(flow, closed.run, outcome(run, 'sent')).run, closed.run)
  assert.equal(on(flow, run, arrives('encounter.closed', 9, 'e2')).run, run)
})

test('the goal counts once, in time, also after the end', () => {
  const flow = sample()
  const { run } = begin(flow, event('encounter.tmipw_expired'))
  const ended = on(flow, run, { kind: 'cancel', reason: 'by hand' }).run
  const day = 24 * HOUR
  assert.equal(on(flow, ended, arrives('encounter.resumed'), NOW + 3 * day).run.goalAt, NOW + 3 * day)
  assert.equal(on(flow, ended, arrives('encounter.resumed'), NOW + 3 * day + 1).run, ended)
})

test('a run without key is reached by no event', () => {
  const flow = inARow(
    [
      ['w', 'waitForEvent', { event: 'reply' }],
      ['e', 'end'],
    ],
    { key: 'event.data.id' },
  )
  const { run } = begin(flow, event('go', {}))
  assert.equal(run.key, null)
  assert.equal(on(flow, run, arrives('reply')).run, run)
})

test('triggers: the first whose condition holds; what cannot be judged does not hold', () => {
  const flow = flowOf(
    graph(
      [
        ['a', 'trigger', { event: '#', where: 'event.data.vip' }],
        ['b', 'trigger', { event: '#', where: 'queue.continuity' }],
        ['e', 'end'],
      ],
      ['a e', 'b e'],
    ),
  )
  const causes: string[] = []
  const first = (data: object, facts = KNOWN) =>
    triggerFor(flow.triggers, event('x', { ...data } as never), facts, NOW, (node, cause) =>
      causes.push(`${node}: ${cause}`),
    )?.node.id
  assert.equal(first({ vip: true }), 'a')
  assert.equal(first({ vip: false }), 'b')
  assert.equal(first({}), 'b')
  assert.match(causes[0] ?? '', /^a: No such key: vip/)
  assert.equal(first({}, NOTHING_KNOWN), undefined)
})

test('a run that goes on for ever fails in the end, naming where', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['tick', 'wait', { for: 'PT0.001S' }],
      ],
      ['start tick', 'tick tick'],
    ),
  )
  let { run } = begin(flow)
  for (let i = 0; i < STEPS_PER_RUN && run.status === 'waiting'; i++) {
    const { wakeAt } = run.parked as { wakeAt: number }
    run = on(flow, run, timer(run), wakeAt).run
  }
  // Its waits became longer meanwhile: a second each, so that it never kept anybody busy.
  assert.ok((run.endedAt as number) - NOW > 9_000_000)
  assert.partialDeepStrictEqual(run.failure, { nodeId: 'tick', cause: `the run took ${STEPS_PER_RUN} steps` })
})

test('a goal that ends the run does so wherever it stands, unless the run waits for that event itself', () => {
  const waits = (goal: object) =>
    inARow(
      [
        ['pause', 'wait', { for: 'PT4H' }],
        ['reply', 'waitForEvent', { event: 'back' }],
        ['end', 'end', { outcome: 'recovered' }],
      ],
      { goal: { event: 'back', within: 'PT5H', ...goal } },
    )
  const flow = waits({ ends: true })
  const paused = begin(flow).run
  const ended = on(flow, paused, arrives('back'), NOW + HOUR)
  assert.deepEqual([ended.run.status, ended.run.outcome, ended.run.goalAt], ['completed', 'goal', NOW + HOUR])
  assert.deepEqual(
    ended.effects.map(({ kind }) => kind),
    ['disarm'],
    'no timer is left',
  )
  assert.equal(on(flow, paused, arrives('back'), NOW + 6 * HOUR).run, paused, 'too late to be the goal')
  const waiting = on(flow, paused, timer(paused), NOW + 4 * HOUR).run
  assert.equal(on(flow, waiting, arrives('back'), NOW + 5 * HOUR).run.outcome, 'recovered')
  const picky = inARow(
    [
      ['reply', 'waitForEvent', { event: 'back', where: 'last.data.n == 5' }],
      ['end', 'end', { outcome: 'recovered' }],
    ],
    { goal: { event: 'back', ends: true } },
  )
  const { run: unheard } = on(picky, begin(picky).run, arrives('back'), NOW + HOUR)
  assert.deepEqual([unheard.status, unheard.outcome], ['completed', 'goal'], 'its wait had no use for it')
  const counted = waits({})
  assert.equal(on(counted, begin(counted).run, arrives('back'), NOW + HOUR).run.status, 'waiting')
})
