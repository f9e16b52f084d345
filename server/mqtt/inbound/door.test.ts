import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import type { EventDraft } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import type { MqttMetrics } from '../metrics.ts'
import { createDoor } from './door.ts'
import { appendNamed, type Taker } from './taker.ts'

const metrics = {
  consumed: { inc() {} },
  latency: { startTimer: () => () => {} },
} as unknown as MqttMetrics

/** A door whose only taker, unless told otherwise, makes an event of each message, and a log that can be away. */
function rig(takers?: Taker[]) {
  const log = new Set<string>()
  const state = { away: 0, broken: false, full: false }
  const kept: unknown[][] = []
  let fresh = 0
  const taker: Taker = {
    kind: 'rule',
    filters: () => ['#'],
    take: (arrival) =>
      appendNamed(
        async ({ id }) => {
          if (state.away-- > 0) throw new Problem(503, 'database-away', 'the log is away')
          if (state.broken) throw new TypeError('it has no such member')
          const duplicate = log.has(id)
          log.add(id)
          return { duplicate }
        },
        arrival,
        (id) => ({ id }) as EventDraft,
        () => `fresh ${++fresh}`,
      ),
  }
  const query = async (sql: string, values: unknown[]) => {
    if (state.full) throw new Error('it cannot be kept')
    if (sql.includes('insert into mqtt_refused')) kept.push(values)
    return []
  }
  const runtime = {
    database: { worker: { query } },
    clock: { wall: Date.now },
    logger: pino({ level: 'silent' }),
    overload: () => null,
  }
  const door = createDoor(runtime as never, { tenant: 'default', takers: takers ?? [taker], metrics })
  const session = door.session(1, async () => true)
  const message = (more: Partial<MqttMessage>): MqttMessage => ({
    topic: 'door/front',
    payload: Buffer.from('open'),
    qos: 0,
    retained: false,
    redelivered: false,
    packetId: 0,
    userProperties: new Map(),
    ...more,
  })
  return { log, kept, state, take: (more: Partial<MqttMessage> = {}) => session.take(message(more)) }
}

describe('messages of one topic with the same content', () => {
  it('are each taken at QoS 0, also while the log is away', async () => {
    const { log, state, take } = rig()
    await take()
    await take()
    assert.equal(log.size, 2)
    state.away = 1
    await Promise.all([take(), take()])
    assert.equal(log.size, 4)
  })

  it('are taken once at QoS 1 when the broker sends one again', async () => {
    const { log, take } = rig()
    await take({ qos: 1, packetId: 7 })
    await take({ qos: 1, packetId: 7, redelivered: true })
    await take({ qos: 1, packetId: 8 })
    assert.equal(log.size, 2)
  })
})

it('of one topic each taker begins messages in their order, whichever the taker before is done with first', async () => {
  const begun: string[] = []
  const failing = new Set(['refused'])
  const slow: Taker = {
    kind: 'event',
    filters: () => ['#'],
    async take({ message }) {
      const text = String(message.payload)
      if (text === 'slow') await setTimeout(20)
      if (failing.delete(text)) throw new Problem(400, 'invalid', 'It is no event')
      if (failing.delete(`${text} later`)) throw new Problem(503, 'database-away', 'the log is away')
      return 'taken'
    },
  }
  const second: Taker = {
    kind: 'rule',
    filters: () => ['#'],
    async take({ message }) {
      begun.push(String(message.payload))
      return 'taken'
    },
  }
  const { take } = rig([slow, second])
  const all = (texts: string[]) => Promise.all(texts.map((text) => take({ qos: 1, payload: Buffer.from(text) })))
  await all(['slow', 'refused', 'fast'])
  assert.deepEqual(begun.splice(0), ['slow', 'refused', 'fast'])
  failing.add('slow later')
  await all(['slow', 'fast'])
  assert.deepEqual(begun, ['slow', 'fast'])
})

describe('a message that fails for a reason of its own', () => {
  it('is kept with the refused ones, and what came after it is taken', async () => {
    const { log, kept, state, take } = rig()
    state.broken = true
    await take({ qos: 1, packetId: 1 })
    assert.equal(kept.length, 1)
    assert.match(String(kept[0]), /It cannot be taken: it has no such member/)
    state.broken = false
    await take({ qos: 1, packetId: 2 })
    assert.equal(log.size, 1)
  })

  it('is let go when it cannot even be kept', async () => {
    const { log, state, take } = rig()
    state.broken = true
    state.full = true
    await take({ qos: 1, packetId: 1 })
    state.broken = false
    await take({ qos: 1, packetId: 2 })
    assert.equal(log.size, 1)
  })
})
