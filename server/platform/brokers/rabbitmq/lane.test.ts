import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import type { ChannelModel } from 'amqplib'
import type { Outcome, Outgoing } from '#platform/brokers/bus.ts'
import { openLane } from '#platform/brokers/rabbitmq/lane.ts'

/** A channel whose broker answers when the test says so. */
async function lane() {
  type Sent = { exchange: string; key: string; messageId: string; told(error: Error | null): void }
  const sent: Sent[] = []
  const channel = Object.assign(new EventEmitter(), {
    publish(exchange: string, key: string, _body: Buffer, { messageId }: { messageId: string }, told: Sent['told']) {
      sent.push({ exchange, key, messageId, told })
    },
  })
  const counts = { unconfirmed: 0, confirmed: 0, unrouted: 0, lastConfirmAt: null }
  const opened = await openLane({
    connection: { createConfirmChannel: async () => channel } as unknown as ChannelModel,
    exchange: 'events',
    limits: { bytes: 1_000 },
    counts,
    wall: () => 0,
    ended() {},
  })
  return {
    counts,
    /** The outcome is what the broker came to say by then. */
    send(to: string | undefined, key = 'k'): { at: number; outcome: () => Outcome | Error | undefined } {
      let outcome: Outcome | Error | undefined
      const message = {
        ...(to === undefined ? {} : { to }),
        key,
        id: 'one event',
        body: '{}',
        attributes: null,
        cause: null,
      }
      opened.send(message as Outgoing, (said) => {
        outcome = said
      })
      return { at: sent.length - 1, outcome: () => outcome }
    },
    back(at: number) {
      const { exchange, key: routingKey, messageId } = sent[at] as Sent
      channel.emit('return', { fields: { exchange, routingKey }, properties: { messageId } })
    },
    confirm: (at: number) => sent[at]?.told(null),
  }
}

describe('a channel with confirms', () => {
  it('tells which of several messages of one event nobody asked for, in whatever order they are confirmed', async () => {
    const { send, back, confirm, counts } = await lane()
    const partner = send('partner')
    const nobody = send('nobody')
    const keyed = send('partner', 'other key')
    const own = send(undefined)
    back(nobody.at)
    back(keyed.at)
    for (const { at } of [partner, nobody, keyed, own]) confirm(at)
    const outcomes = [partner, nobody, keyed, own].map(({ outcome }) => outcome())
    assert.deepEqual(outcomes, ['confirmed', 'unrouted', 'unrouted', 'confirmed'])
    assert.deepEqual([counts.confirmed, counts.unrouted, counts.unconfirmed], [4, 2, 0])
  })

  it('tells of a message for our own exchange too', async () => {
    const { send, back, confirm } = await lane()
    const own = send(undefined)
    back(own.at)
    confirm(own.at)
    assert.equal(own.outcome(), 'unrouted')
  })
})
