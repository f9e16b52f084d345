import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageOf } from '#gateway/outgoing.ts'
import { ownMessages } from '#gateway/own.ts'
import { flatEvent } from '../testing.ts'

const here = ownMessages(Buffer.alloc(32, 1))
const elsewhere = ownMessages(Buffer.alloc(32, 2))

test('a message that comes back is known, with the source under which the log has its event', () => {
  const sent = here.marked(messageOf({ ...flatEvent({ id: 'e-1' }), source: 'the pair of both' }))
  assert.equal(here.sourceOf(sent, 'e-1'), 'the pair of both')
})

test('one of another installation, of another id, or without our mark is not ours', () => {
  const sent = here.marked(messageOf(flatEvent({ id: 'e-1' })))
  assert.equal(elsewhere.sourceOf(sent, 'e-1'), null)
  assert.equal(here.sourceOf(sent, 'e-2'), null)
  assert.equal(here.sourceOf({ mark: undefined, id: 'e-1' }, 'e-1'), null)
})
