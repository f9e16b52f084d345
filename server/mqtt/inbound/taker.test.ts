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
      { name: 'n', again: false, stillOurs: async () => true, ...arrival } as Arrival,
      (id) => ({ id }) as EventDraft,
      () => `fresh ${++fresh}`,
    )

  it('is taken once when it comes again, and once more when another one has its packet id and content', async () => {
    assert.equal(await take({}), 'taken')
    assert.equal(await take({ again: true }), 'duplicate')
    assert.equal(await take({ again: false }), 'taken')
    assert.deepEqual([...log], ['n', 'fresh 1'])
  })

  it('is not taken for another one by a node that lost the session meanwhile', async () => {
    await assert.rejects(take({ stillOurs: async () => false }), /another node/)
    assert.equal(log.size, 2)
  })
})
