import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CausalNode, causalTree, type EventAnswer, placeTree, sizeOf } from './tree.ts'

const time = '2026-01-01T00:00:00.000Z'
const later = (id: string, cause: string | null, type = 'x.happened') =>
  ({ id, source: 's', type, subject: id, time, cause }) as EventAnswer['caused']['events'][number]
const consumer = (name: string, state: EventAnswer['consumers'][number]['state'] = 'passed') => ({
  name,
  state,
  attempts: 0,
  error: null,
  at: null,
  settled: [],
})
const answer = (caused: Partial<EventAnswer['caused']>, consumers = [consumer('flows'), consumer('subscriptions')]) =>
  ({
    id: 'e',
    source: 's',
    type: 'encounter.tmipw_expired',
    subject: 'p',
    time,
    consumers,
    caused: { events: [], ...caused },
  }) as unknown as EventAnswer
const run = (id: string, eventId = 'e') => ({ id, flowId: 'f', version: 1, status: 'completed', eventId })
const notification = (id: string, cause: string) => ({
  deliveryId: `by-${id}`,
  ...{ id, cause, status: 'sent', channel: 'push', template: 't', createdAt: time },
})
const delivery = (id: string, cause: string | null, target = 'push:x') => ({
  ...{ id, cause, target, channel: 'push', status: 'delivered', eventId: null },
})

/** `e(flows(run:r(…)))`. */
const drawn = (node: CausalNode): string => {
  const times = node.count > 1 ? `×${node.count}` : ''
  return `${node.key}${times}${node.children.length === 0 ? '' : `(${node.children.map(drawn).join(' ')})`}`
}

describe('the causal tree', () => {
  it('follows event, reader, run, notification, delivery and the events after them', () => {
    const tree = causalTree(
      answer({
        runs: [run('r')],
        notifications: [notification('n', 'run:r')],
        deliveries: [delivery('by-n', 'run:r'), delivery('w', 'e', 'subscription:s')],
        events: [later('back', 'run:r'), later('after', 'back')],
      }),
    )
    assert.equal(
      drawn(tree),
      'event:e(consumer:flows(run:r(notification:n(delivery:by-n) back(after))) consumer:subscriptions(delivery:w))',
    )
    assert.equal(sizeOf(tree), 8)
  })

  it('shows a run that an event moved, at that event and beside what began it', () => {
    const continued = { ...run('r back'), runId: 'r', outcome: null, cause: 'back' }
    const events = [later('back', 'notification:n')]
    const tree = causalTree(
      answer({ runs: [run('r')], notifications: [notification('n', 'run:r')], continued: [continued], events }),
    )
    assert.equal(drawn(tree), 'event:e(consumer:flows(run:r(notification:n(back(continued:r back)))))')
    const own = causalTree(answer({ continued: [{ ...continued, cause: 'e' }] }))
    assert.equal(drawn(own), 'event:e(consumer:flows(continued:r back))')
  })

  it('hangs runs of later events on these, and what names nothing known on the event', () => {
    const tree = causalTree(answer({ runs: [run('r', 'later')], events: [later('later', 'gone')] }))
    assert.equal(drawn(tree), 'event:e(later(run:r))')
  })

  it('shows who could not go on, and nobody who did nothing', () => {
    assert.equal(drawn(causalTree(answer({}))), 'event:e')
    assert.equal(
      drawn(causalTree(answer({}, [consumer('flows', 'failed'), consumer('reports')]))),
      'event:e(consumer:flows)',
    )
  })

  it('gathers what says the same, and closes no circle', () => {
    const many = Array.from({ length: 9 }, (_, i) => delivery(`d${i}`, 'run:r'))
    assert.equal(
      drawn(causalTree(answer({ runs: [run('r')], deliveries: many }))),
      'event:e(consumer:flows(run:r(delivery:d0×9)))',
    )
    const circle = causalTree(answer({ events: [later('a', 'b', 'a'), later('b', 'a', 'b')] }))
    assert.equal(sizeOf(circle), 2)
  })
})

it('places effects to the right of their causes, each in its own row', () => {
  const tree = causalTree(
    answer({ runs: [run('r')], notifications: [notification('n', 'run:r'), notification('m', 'run:r')] }),
  )
  const { placed, columns, rows } = placeTree(tree)
  const at = (key: string) => placed.find(({ node }) => node.key === key)
  assert.deepEqual([columns, rows], [4, 2])
  assert.deepEqual([at('run:r')?.column, at('run:r')?.row], [2, 0.5])
  assert.ok(placed.every(({ column, parent }) => column === (parent === null ? 0 : parent.column + 1)))
  const leaves = placed.filter(({ node }) => node.children.length === 0).map(({ row }) => row)
  assert.equal(new Set(leaves).size, leaves.length)
})
