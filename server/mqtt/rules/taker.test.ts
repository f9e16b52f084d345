import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import type { EventDraft } from '#platform/event.ts'
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
        await new Promise((resolve) => setTimeout(resolve, id === 'first' ? 20 : 1))
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
