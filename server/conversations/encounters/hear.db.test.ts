import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Answer, type Ask, act } from '#conversations/encounters/act.ts'
import { hear, isHeard } from '#conversations/encounters/hear.ts'
import { openConversations } from '#conversations/testing.ts'
import { hashId } from '#platform/ids.ts'
import type { Tx } from '#platform/work.ts'

describe('the short way of a message', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/p', {})
    await c.call('PUT', '/api/v1/queues/q', {})
  })
  after(() => c.close())

  const row = async (id: string) => {
    const [found] = await c.runtime.database.worker.query<Record<string, unknown>>(
      'select * from encounter where encounter_id = $1',
      [id],
    )
    const { encounter_id, version, ...rest } = found ?? {}
    const messages = await c.runtime.database.worker.query(
      'select seq, author, text, created_at from message where encounter_id = $1 order by seq',
      [id],
    )
    await c.settled()
    const told = c.seen
      .filter((event) => event.encounterId === id && event.type !== 'encounter.created')
      .map(({ type, data }) => ({ type, ...(data as object), event_id: '', message_id: '', encounter_id: '' }))
    return { rest, messages, told }
  }

  it('leaves the same rows and events as the long way', async () => {
    const at = c.clock.now() + 1_000
    const ask = (encounterId: string, n: number): Ask => ({
      tenant: 'default',
      encounterId,
      input: { kind: 'message', from: 'patient', text: `n ${n}`, id: hashId(encounterId, String(n)), at: at + n },
      because: { cause: null, hops: 0, traceparent: null },
    })
    const way = async (id: string, write: (tx: Tx, asks: Ask[]) => Promise<(Answer | null)[]>) => {
      await c.call('POST', '/api/v1/encounters', { id, queueId: 'q', contactId: 'p', channel: 'x' })
      await c.runtime.database.transaction((tx) => write(tx, [ask(id, 1), ask(id, 3), ask(id, 2)]))
      return row(id)
    }
    const short = await way('short', (tx, asks) => hear(tx, asks.filter(isHeard)))
    const long = await way('long', (tx, asks) => act(tx, asks, { locale: 'es' }))
    assert.equal(short.messages.length, 3)
    assert.deepEqual(short, long)
  })

  it('leaves alone what is not simply open', async () => {
    for (const id of ['warned', 'closed', 'snoozed']) {
      await c.call('POST', '/api/v1/encounters', { id, queueId: 'q', contactId: 'p', channel: 'x' })
    }
    const until = new Date(c.clock.now() + 200 * 3_600_000).toISOString()
    await c.call('POST', '/api/v1/encounters/snoozed/snooze', { until })
    await c.advance(25 * 3_600_000)
    await c.call('POST', '/api/v1/encounters/closed/close', { reason: 'r' })
    const asks = ['warned', 'closed', 'snoozed', 'unknown'].map(
      (encounterId): Ask => ({
        tenant: 'default',
        encounterId,
        input: { kind: 'message', from: 'patient', text: 'x', id: hashId(encounterId), at: c.clock.now() },
        because: { cause: null, hops: 0, traceparent: null },
      }),
    )
    const answers = await c.runtime.database.transaction((tx) => hear(tx, asks.filter(isHeard)))
    assert.deepEqual(answers, [null, null, null, null])
  })
})
