import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recentlySent } from '#gateway/known.ts'
import { relayConsumer } from '#gateway/relay.ts'
import type { Outcome, Outgoing } from '#platform/brokers/bus.ts'
import type { LogEvent } from '#platform/event.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Db, Tx } from '#platform/work.ts'
import { flatEvent } from '../testing.ts'

const db = {} as Db

function event(id: string, more: Partial<LogEvent> = {}): LogEvent {
  return { ...flatEvent({ id }), position: 1, shard: 0, receivedAt: 0, ...more }
}

function rig(answer: (message: Outgoing, turn: number) => Outcome, also: string[] = []) {
  const full: string[][] = []
  const sent: { id: string; to: string | undefined }[] = []
  let turn = 0
  const known = recentlySent()
  const relay = relayConsumer({
    bus: {
      async publish(messages) {
        turn += 1
        return messages.map((message) => {
          sent.push({ id: message.id, to: message.to })
          return answer(message, turn)
        })
      },
    },
    name: 'relay.test',
    tenant: 'default',
    origin: 'amqp',
    known,
    also: ({ id }) => (also.includes(id) ? 'fanout' : undefined),
    full: (types) => void full.push([...types]),
    wall: () => 0,
  })
  return { relay, sent, known, full }
}

const ids = (sent: readonly { id: string }[]) => sent.map(({ id }) => id)

describe('the relay', () => {
  it('sends the events of its tenant in order, and none that came by the bus itself', async () => {
    const { relay, sent, known } = rig(() => 'confirmed')
    const events = [event('a'), event('b', { origin: 'amqp' }), event('c', { tenant: 'other' }), event('d')]
    assert.equal(await relay.handle(events, db, 0), null)
    assert.deepEqual(ids(sent), ['a', 'd'])
    assert.equal(known.has(events[0]?.source ?? '', 'a'), true)
    assert.equal(known.has(events[1]?.source ?? '', 'b'), false)
  })

  it('takes a message that nobody asked for as sent: it does not come again for ever', async () => {
    const { relay, sent } = rig(() => 'unrouted')
    assert.equal(await relay.handle([event('a')], db, 0), null)
    assert.equal(sent.length, 1)
  })

  it('sends what the bus could not take again, with the later ones of its subject, and no others', async () => {
    const { relay, sent } = rig(({ id }, turn) => (id === 'b1' && turn === 1 ? 'busy' : 'confirmed'))
    const events = [event('a1', { subject: 'a' }), event('b1', { subject: 'b' }), event('a2', { subject: 'a' })]
    await relay.handle([...events, event('b2', { subject: 'b' })], db, 0)
    assert.deepEqual(ids(sent), ['a1', 'b1', 'a2', 'b2', 'b1', 'b2'])
  })

  it('tries with one event of a type whether there is room again: queues that had some get each try once more', async () => {
    const { relay, sent, full } = rig(({ type }, turn) => (type === 'order.placed' && turn < 3 ? 'busy' : 'confirmed'))
    const order = (id: string, subject: string) => event(id, { subject, type: 'order.placed' })
    const orders = ['a', 'b', 'c', 'd'].map((subject) => order(`${subject}1`, subject))
    await relay.handle(
      [...orders, order('a2', 'a'), event('a3', { subject: 'a' }), event('z', { subject: 'z' })],
      db,
      0,
    )
    const [once, tries] = [ids(sent).slice(0, 7), ids(sent).slice(7)]
    assert.deepEqual(once, ['a1', 'b1', 'c1', 'd1', 'a2', 'a3', 'z'])
    assert.deepEqual(tries, ['a1', 'a1', 'b1', 'c1', 'd1', 'a2', 'a3'])
    assert.deepEqual(full.slice(0, 3), [['order.placed'], ['order.placed'], []])
  })

  it('lets a type that there is room for go on beside one that there is none for', async () => {
    const { relay, sent } = rig(({ id }, turn) =>
      turn === 1 || (turn < 4 && id.startsWith('full')) ? 'busy' : 'confirmed',
    )
    const events = [1, 2, 3].flatMap((n) => [
      event(`full-${n}`, { subject: `f${n}`, type: 'order.placed' }),
      event(`well-${n}`, { subject: `w${n}` }),
    ])
    await relay.handle(events, db, 0)
    const tries = ['full-1', 'well-1', 'full-1', 'well-2', 'well-3', 'full-1', 'full-2', 'full-3']
    assert.deepEqual(ids(sent).slice(6), tries)
  })

  it('sets aside what the bus will never take, with the reason, and only that', async () => {
    const { relay } = rig(({ id }) => (id === 'large' ? { refused: 'too large' } : 'confirmed'))
    const writes = await relay.handle([event('a'), event('large'), event('b')], db, 0)
    const parked: unknown[] = []
    writes?.({ query: async (_text: string, values: unknown[]) => void parked.push(values[1]) } as unknown as Tx)
    const rows = parked.flatMap((json) => JSON.parse(String(json)))
    assert.deepEqual(
      rows.map(({ id, status, error }) => ({ id, status, error })),
      [{ id: 'large', status: 'failed', error: 'too large' }],
    )
  })

  it('publishes chosen events to the broadcast besides', async () => {
    const { relay, sent } = rig(() => 'confirmed', ['b'])
    await relay.handle([event('a'), event('b')], db, 0)
    assert.deepEqual(sent, [
      { id: 'a', to: undefined },
      { id: 'b', to: undefined },
      { id: 'b', to: 'fanout' },
    ])
  })

  it('gives up at once when its shards move on', async () => {
    const { relay } = rig(() => 'busy')
    const moving = new AbortController()
    const handling = relay.handle([event('a')], db, 0, moving.signal)
    setTimeout(() => moving.abort(), 20)
    await assert.rejects(handling, Postponed)
  })
})
