import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Advance, Input, Run } from '#flows/run.ts'
import { begin, event, flowOf, graph, NOW, on } from '#flows/testing.ts'

/* What is being undone is undone to its end, whatever ends the run meanwhile. */

const HOUR = 3_600_000
const EMIT = (id: string) => [id, 'emit', { type: `${id}.done` }] as const

/** Undoes two things, with a pause after the first; then says so. */
const booking = (settings: object = {}) =>
  flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        EMIT('slot'),
        EMIT('freeSlot'),
        EMIT('charge'),
        EMIT('refund'),
        ['pause', 'wait', { for: 'PT1H' }],
        ['undo', 'undo'],
        EMIT('tell'),
      ],
      [
        'start slot',
        'slot charge',
        'slot.undo freeSlot',
        'charge undo',
        'charge.undo refund',
        'refund pause',
        'undo tell',
      ],
      { cancelOn: ['stop'], goal: { event: 'won', ends: true }, timeLimit: 'PT30M', ...settings },
    ),
  )

const emits = ({ effects }: Advance) => effects.flatMap((one) => (one.kind === 'emit' ? [one.type] : []))
const woken = ({ parked }: Run): Input => ({ kind: 'wake', node: parked?.node ?? '', visit: parked?.visit ?? 0 })
const came = (type: string, position: number): Input => ({ kind: 'event', event: event(type), position })

for (const [how, input, status, outcome] of [
  ['an event that cancels', came('stop', 9), 'cancelled', 'cancelled by stop'],
  ['the goal', came('won', 9), 'completed', 'goal'],
  ['the run that asked for it', { kind: 'cancel', reason: 'over', whenUndone: true }, 'cancelled', 'over'],
  ['the time limit', { kind: 'limit' }, 'failed', null],
] as const) {
  test(`a step that undoes is not cut short by ${how}, and the run ends behind it`, () => {
    const flow = booking()
    const first = begin(flow)
    assert.deepEqual(emits(first).slice(-1), ['refund.done'])
    const asked = on(flow, first.run, input, NOW + HOUR / 2)
    assert.equal(asked.run.status, 'waiting')
    assert.equal(on(flow, asked.run, came('stop', 12), NOW + HOUR / 2).run, asked.run, 'it is to end already')
    const last = on(flow, asked.run, woken(asked.run), NOW + HOUR)
    assert.deepEqual([last.run.status, last.run.outcome], [status, outcome])
    assert.deepEqual(emits(last), ['freeSlot.done'])
    assert.equal(last.run.ending, undefined)
    assert.equal(last.run.failure?.cause, status === 'failed' ? 'the run took longer than its time limit' : undefined)
  })
}

test('whoever cancels by hand ends it at once', () => {
  const flow = booking()
  const { run } = begin(flow)
  assert.equal(on(flow, run, { kind: 'cancel', reason: 'by hand' }).run.status, 'cancelled')
})

test('of several branches those that undo nothing are over at once', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        EMIT('slot'),
        ['pause', 'wait', { for: 'PT1H' }],
        EMIT('freeSlot'),
        ['both', 'parallel'],
        ['undo', 'undo'],
        ['rest', 'wait', { for: 'PT2H' }],
        EMIT('tell'),
        ['bad', 'wait', { until: 'event.data.missing' }],
        ['later', 'wait', { for: 'PT30M' }],
      ],
      [
        'start slot',
        'slot both',
        'slot.undo pause',
        'pause freeSlot',
        'both undo',
        'both rest',
        'both later',
        'rest tell',
        'later bad',
      ],
      { cancelOn: ['stop'] },
    ),
  )
  const first = begin(flow)
  const stopped = on(flow, first.run, came('stop', 9))
  assert.deepEqual([stopped.run.parked?.node, stopped.run.others], ['pause', undefined])
  const over = on(flow, stopped.run, woken(stopped.run), NOW + HOUR)
  assert.deepEqual([over.run.status, emits(over)], ['cancelled', ['freeSlot.done']])
  // Nor does a branch that fails leave half undone what another undoes.
  const later = first.run.others?.find(({ node }) => node === 'later')
  const failed = on(flow, first.run, { kind: 'wake', node: 'later', visit: later?.visit ?? 0 }, NOW + HOUR / 2)
  assert.deepEqual([failed.run.status, failed.run.parked?.node], ['waiting', 'pause'])
  const end = on(flow, failed.run, woken(failed.run), NOW + HOUR)
  assert.deepEqual([end.run.status, end.run.failure?.nodeId, emits(end)], ['failed', 'bad', ['freeSlot.done']])
})

test('each round of a loop is undone with what it saved, and so is a step whose variable another one uses too', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['once', 'http', { url: 'https://example.com/slots', save: 'slot' }],
        ['freeOnce', 'emit', { type: 'slot.freed', data: { slot: '{{ vars.slot.body.id }}' } }],
        ['each', 'forEach', { items: '["x", "y"]', as: 'item' }],
        ['slot', 'http', { url: 'https://example.com/slots', save: 'slot' }],
        [
          'free',
          'emit',
          {
            type: 'slot.freed',
            data: { slot: '{{ vars.slot.body.id }} {{ vars.item }} {{ vars.why }}', all: '{{ vars | json }}' },
          },
        ],
        ['why', 'set', { vars: { why: '"full"' } }],
        ['undo', 'undo'],
      ],
      [
        'start once',
        'once.ok each',
        'once.undo freeOnce',
        'each.item slot',
        'slot.undo free',
        'each.done why',
        'why undo',
      ],
    ),
  )
  const answer = (run: Run, node: string, id: number) =>
    on(flow, run, {
      kind: 'wake',
      node,
      visit: run.parked?.visit ?? 0,
      outcome: { way: 'ok', value: { status: 200, body: { id } } },
    })
  const first = answer(begin(flow).run, 'once', 1)
  const second = answer(first.run, 'slot', 2)
  const last = answer(second.run, 'slot', 3)
  assert.equal(last.run.status, 'completed')
  const freed = last.effects.flatMap((one) => (one.kind === 'emit' ? [(one.data as { slot: string }).slot] : []))
  assert.deepEqual(freed, ['3 y full', '2 x full', '1'])
  const all = last.effects.flatMap((one) => (one.kind === 'emit' ? [(one.data as { all?: string }).all] : []))
  assert.match(all[1] ?? '', /"slot":\{[^}]*"id":2/)
})

test('what had no value in a round is not undone with that of a later one', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['each', 'forEach', { items: '["one", "two"]', as: 'room' }],
        ['book', 'emit', { type: 'booked', data: { room: '{{ vars.room }}' } }],
        [
          'free',
          'emit',
          { type: 'freed', data: { room: '{{ vars.room }} {{ vars.coupon | default: "none" }} {{ vars.why }}' } },
        ],
        ['has', 'branch', { cases: [{ handle: 'yes', when: 'vars.room == "two"' }] }],
        ['coupon', 'set', { vars: { coupon: '"B4"' } }],
        ['keep', 'emit', { type: 'kept', data: {} }],
        ['back', 'emit', { type: 'back', data: { coupon: '{{ vars.coupon }}' } }],
        ['why', 'set', { vars: { why: '"full"' } }],
        ['undo', 'undo'],
      ],
      [
        'start each',
        'each.item has',
        'has.yes coupon',
        'coupon book',
        'has.else book',
        'book.undo free',
        'each.done why',
        'why undo',
        'undo keep',
        'keep.undo back',
      ],
    ),
  )
  const freed = begin(flow).effects.flatMap((one) => (one.kind === 'emit' && one.type === 'freed' ? [one.data] : []))
  assert.deepEqual(freed, [{ room: 'two B4 full' }, { room: 'one none full' }])
})
