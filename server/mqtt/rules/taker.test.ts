import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { MqttAway, type MqttMessage } from '#platform/brokers/mqtt/index.ts'
import type { EventDraft } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import type { Arrival } from '../inbound/taker.ts'
import { type CompiledRule, compileRule } from './rule.ts'
import { ruleTaker } from './taker.ts'

const rule = (id: string): CompiledRule => {
  const made = compileRule({ id, name: id, enabled: true, topic: 'a', event: { type: '"x.y"', id: 'payload' } })
  assert.ok(made.rule, JSON.stringify(made.faults))
  return made.rule
}

const arrival = (payload: string): Arrival => ({
  message: {
    topic: 'a',
    payload: Buffer.from(payload),
    qos: 1,
    retained: false,
    redelivered: false,
    packetId: 1,
    userProperties: new Map(),
  } satisfies MqttMessage,
  name: payload,
  again: false,
  fresh: new Map(),
  stillOurs: async () => true,
})

it('events of each rule are begun in the order of their messages, whichever commit ends first', async () => {
  const begun: string[] = []
  const taker = ruleTaker(
    {
      clock: { now: () => 0, wall: () => 0 },
      // The first message's commit takes longer than that of the one after it.
      async appendEvent({ source, id }: EventDraft) {
        begun.push(`${source.at(-1)} ${id}`)
        await setTimeout(id === 'first' ? 20 : 1)
        return { duplicate: false, published: true }
      },
    } as never,
    {
      tenant: 't',
      book: { rules: () => ['1', '2'].map(rule), filters: () => ['a'], refresh: async () => false },
      link: () => null,
      publish: async () => ({ heard: true }),
      ours: () => [],
      mayReply: () => false,
    },
  )
  const taken = await Promise.all([taker.take(arrival('"first"')), taker.take(arrival('"second"'))])
  assert.deepEqual(taken, ['taken', 'taken'])
  assert.deepEqual(begun, ['1 first', '2 first', '1 second', '2 second'])
})

describe('what leaves', () => {
  const forward = (): CompiledRule => {
    const made = compileRule({
      id: 'forward',
      name: 'forward',
      enabled: true,
      topic: 'a',
      event: { type: '"x.y"', id: 'payload' },
      republish: { topic: '"b"' },
    })
    assert.ok(made.rule, JSON.stringify(made.faults))
    return made.rule
  }

  /**
   * @param append what becomes of the event of that id
   * @param publish what becomes of what leaves
   */
  function forwarding(append: (id: string) => Promise<void>, publish = async (_payload: string) => {}) {
    const left: string[] = []
    const taker = ruleTaker(
      {
        clock: { now: () => 0, wall: () => 0 },
        async appendEvent({ id }: EventDraft) {
          await append(id)
          return { duplicate: false, published: true }
        },
      } as never,
      {
        tenant: 't',
        book: { rules: () => [forward()], filters: () => ['a'], refresh: async () => false },
        link: () => null,
        async publish(_kind, { payload }) {
          await publish(String(payload))
          left.push(String(payload))
          return { heard: true }
        },
        ours: () => [],
        mayReply: () => false,
      },
    )
    return { taker, left }
  }

  it('keeps the order of its messages, whichever commit ends first', async () => {
    const { taker, left } = forwarding((id) => setTimeout(id === 'first' ? 20 : 1))
    await Promise.all(['"first"', '"second"'].map((payload) => taker.take(arrival(payload))))
    assert.deepEqual(left, ['"first"', '"second"'])
  })

  it('keeps it also past a message that is refused at once', async () => {
    const { taker, left } = forwarding(async (id) => {
      if (id === 'second') throw new Problem(422, 'not-storable', 'It cannot be kept')
      await setTimeout(id === 'first' ? 20 : 1)
    })
    await Promise.allSettled(['"first"', '"second"', '"third"'].map((payload) => taker.take(arrival(payload))))
    assert.deepEqual(left, ['"first"', '"third"'])
  })

  it('waits for a message that the broker did not confirm, also when it was to leave later', async () => {
    const away = [new MqttAway('away')]
    const { taker, left } = forwarding(
      (id) => setTimeout(id === 'second' ? 20 : 1),
      async () => {
        const fault = away.pop()
        if (fault !== undefined) throw fault
      },
    )
    const both = () => Promise.allSettled(['"first"', '"second"'].map((payload) => taker.take(arrival(payload))))
    assert.deepEqual(
      (await both()).map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    await both()
    assert.deepEqual(left, ['"first"', '"second"'])
  })

  it('waits for a message that is tried again, and not for one that is refused', async () => {
    const faults = [new MqttAway('away'), new Problem(422, 'not-storable', 'It cannot be kept')]
    const { taker, left } = forwarding(async (id) => {
      const fault = id === 'first' ? faults.shift() : undefined
      if (fault !== undefined) throw fault
    })
    const both = () => Promise.allSettled(['"first"', '"second"'].map((payload) => taker.take(arrival(payload))))
    assert.deepEqual(
      (await both()).map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.deepEqual(left, [])
    assert.deepEqual(
      (await both()).map(({ status }) => status),
      ['rejected', 'fulfilled'],
    )
    assert.deepEqual(left, ['"second"'])
    await both()
    assert.deepEqual(left.slice(1), ['"first"', '"second"'])
  })
})
