import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silenceOf } from '#conversations/encounters/silence-key.ts'

/** A log of `subtype at`, and who spoke; positions counted from 1. */
const log = (...told: readonly string[]) =>
  told.map((line, i) => {
    const [subtype, at, from = null] = line.split(' ')
    const type = `encounter.${subtype}`
    return { origin: 'rest' as const, type, position: i + 1, occurredAt: Number(at), receivedAt: 1_000, data: { from } }
  })
const key = (...told: readonly string[]) => silenceOf('e', log(...told), false).key

describe('the name of a silence', () => {
  it('is one for all warnings between two signs of life', () => {
    const first = key('message_received 10')
    assert.equal(key('message_received 10', 'tmipw_expired 20'), first)
    assert.equal(key('message_received 10', 'tmipw_expired 20', 'tmipw_expired 25'), first)
    assert.equal(key(), key('tmipw_expired 20'), 'an encounter that nothing else tells of')
  })

  it('is another one after each sign of life, also one that was told once more as a return', () => {
    const first = key('message_received 10', 'tmipw_expired 20')
    const second = key('message_received 10', 'tmipw_expired 20', 'message_received 30')
    const third = key('message_received 10', 'tmipw_expired 20', 'message_received 30', 'resumed 30')
    const reopened = key('tmipw_expired 20', 'reopened 40')
    assert.equal(new Set([first, second, third, reopened]).size, 4)
  })

  it('is another one after a warning was taken back, and the same whatever else we say', () => {
    const first = key('message_received 10')
    assert.equal(key('message_received 10', 'message_sent 15 agent', 'assigned 16'), first)
    assert.equal(key('message_received 10', 'tmipw_expired 20', 'message_sent 21 bot', 'message_sent 22 system'), first)
    const again = ['message_received 10', 'tmipw_expired 20', 'message_sent 30']
    assert.notEqual(key(...again), first)
    assert.equal(key(...again), key(...again, 'message_sent 31 agent', 'tmipw_expired 40'))
    assert.notEqual(key('message_received 10', 'tmipw_expired 20', 'transferred 30'), first)
    assert.equal(key('message_received 10', 'tmipw_expired 20', 'assigned 15'), first, 'older than the warning')
  })

  it('is not changed by a word that is older than the warning and came late', () => {
    const first = key('tmipw_expired 20')
    assert.equal(key('tmipw_expired 20', 'message_received 15'), first)
    assert.notEqual(key('tmipw_expired 20', 'message_received 21'), first)
  })
})
