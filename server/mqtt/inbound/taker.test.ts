import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventDraft } from '#platform/event.ts'
import { type Arrival, appendNamed } from './taker.ts'

describe('a message without an id of its own', () => {
  const log = new Set<string>()
  const append = async ({ id }: EventDraft) => {
    const duplicate = log.has(id)
    log.add(id)
    return { duplicate }
  }
  let fresh = 0
  const take = (arrival: Partial<Arrival>) =>
    appendNamed(
      append,
      { name: 'n', again: false, fresh: new Map(), stillOurs: async () => true, ...arrival } as Arrival,
      (id) => ({ id }) as EventDraft,
      () => `fresh ${++fresh}`,
    )

  it('is taken once when it comes again, and once more when another one has its packet id and content', async () => {
    assert.equal(await take({}), 'taken')
    assert.equal(await take({ again: true }), 'duplicate')
    assert.equal(await take({ again: false }), 'taken')
    assert.deepEqual([...log], ['n', 'fresh 1'])
  })

  it('is the same message when it is tried again because the log was away, also where the name was another one’s', async () => {
    let away = false
    const arrival = { name: 'n', again: false, fresh: new Map(), stillOurs: async () => true } as Arrival
    const attempt = () =>
      appendNamed(
        async (draft) => {
          if (away) throw new Error('the log is away')
          const appended = await append(draft)
          away = true
          return appended
        },
        arrival,
        (id) => ({ id }) as EventDraft,
        () => `fresh ${++fresh}`,
      )
    await assert.rejects(attempt(), /away/)
    arrival.again = true
    away = false
    const before = log.size
    assert.equal(await attempt(), 'taken')
    assert.equal(log.size, before + 1)
  })

  it('is not taken for another one by a node that lost the session meanwhile', async () => {
    await assert.rejects(take({ stillOurs: async () => false }), /another node/)
    assert.equal(log.size, 3)
  })
})
