import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import type { Connection } from '#platform/brokers/mqtt/index.ts'
import { createSubscriptions } from './session.ts'

function rig(options: {
  slot?: number
  sessions?: number
  stored?: string[]
  shared?: boolean
  refuse?(filter: string): number | null
}) {
  const asked: string[] = []
  const wanted = { filters: ['a/#', 'b'] }
  const connection = {
    sharedAvailable: options.shared ?? true,
    async subscribe(filters: readonly string[]) {
      asked.push(`subscribe ${filters.join()}`)
      return filters.map((filter) => ({ filter, refused: options.refuse?.(filter) ?? null }))
    },
    async unsubscribe(filters: readonly string[]) {
      if (filters.length > 0) asked.push(`unsubscribe ${filters.join()}`)
    },
  } as unknown as Connection
  const subscriptions = createSubscriptions({
    slot: options.slot ?? 1,
    sessions: options.sessions ?? 1,
    group: 'g',
    stored: options.stored ?? [],
    wanted: () => wanted.filters,
    save: async (filters) => void asked.push(`save ${filters.join()}`),
    logger: pino({ level: 'silent' }),
  })
  return { subscriptions, connection, asked, wanted }
}

describe('what a session is subscribed to', () => {
  it('is noted before it is asked for, and what is no longer wanted is given back', async () => {
    const { subscriptions, connection, asked, wanted } = rig({ stored: ['old'] })
    await subscriptions.apply(connection)
    assert.deepEqual(asked, ['save old,a/#,b', 'subscribe a/#,b', 'unsubscribe old', 'save a/#,b'])
    asked.length = 0
    wanted.filters = ['b']
    await subscriptions.apply(connection)
    assert.deepEqual(asked, ['subscribe b', 'unsubscribe a/#', 'save b'])
  })

  it('is shared among several sessions', async () => {
    for (const slot of [1, 2]) {
      const { subscriptions, connection, asked } = rig({ slot, sessions: 2 })
      await subscriptions.apply(connection)
      assert.equal(asked[1], 'subscribe $share/g/a/#,$share/g/b')
      assert.equal(subscriptions.shared(), true)
    }
  })

  it('is the first session’s alone where the broker cannot share, or refuses to', async () => {
    for (const options of [
      { shared: false },
      { refuse: (filter: string) => (filter.startsWith('$share') ? 158 : null) },
    ]) {
      const first = rig({ slot: 1, sessions: 2, ...options })
      await first.subscriptions.apply(first.connection)
      assert.deepEqual(first.subscriptions.filters(), ['a/#', 'b'])
      const second = rig({ slot: 2, sessions: 2, ...options })
      await second.subscriptions.apply(second.connection)
      assert.deepEqual(second.subscriptions.filters(), [])
    }
  })

  it('tells of filters that the broker refuses', async () => {
    const { subscriptions, connection } = rig({ refuse: (filter) => (filter === 'b' ? 135 : null) })
    await subscriptions.apply(connection)
    assert.deepEqual(subscriptions.refused(), [{ filter: 'b', reason: 'not authorised (135)' }])
  })
})
