import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nextOf, type Standing, stateOf } from './standing.ts'

const at = '2026-03-10T12:00:00.000Z'
const open: Standing = {
  status: 'open',
  handling: 'queued',
  nextAction: { what: 'warn', at },
  closeReason: null,
  snoozedUntil: null,
  warnedAt: null,
  closedAt: null,
}

it('says the state that matters most', () => {
  assert.deepEqual(stateOf(open), { key: 'open', tone: 'current' })
  assert.deepEqual(stateOf({ ...open, handling: 'bot' }), { key: 'withBot', tone: 'current' })
  assert.deepEqual(stateOf({ ...open, status: 'warned', handling: 'bot' }), { key: 'warned', tone: 'warm' })
  assert.equal(stateOf({ ...open, status: 'warned', handling: 'snoozed' }).key, 'snoozed')
  assert.equal(stateOf({ ...open, status: 'closed', closeReason: 'inactivity' }).key, 'closedBySilence')
  assert.equal(stateOf({ ...open, status: 'closed', closeReason: 'solved' }).tone, 'quiet')
})

it('says what follows, and when', () => {
  assert.deepEqual(nextOf(open), { key: 'nextWarn', short: 'shortWarn', at })
  assert.deepEqual(nextOf({ ...open, status: 'warned', nextAction: { what: 'expire', at } }), {
    key: 'nextExpire',
    short: 'shortExpire',
    at,
  })
  assert.equal(nextOf({ ...open, nextAction: null }).key, 'nextNone')
  assert.equal(nextOf({ ...open, status: 'warned', nextAction: null }).key, 'nextNoneWarned')
  assert.equal(nextOf({ ...open, handling: 'snoozed', snoozedUntil: at }).short, 'shortSnoozed')
  assert.deepEqual(nextOf({ ...open, status: 'closed', closedAt: at }), { key: 'nextClosed', short: 'shortClosed', at })
})
