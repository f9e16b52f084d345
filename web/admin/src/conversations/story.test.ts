import assert from 'node:assert/strict'
import { it } from 'node:test'
import { eventWords, type Message, type Note, type Run, type StoryEvent, storyOf } from './story.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 12, minute)).toISOString()
const message = (id: string, minute: number, from: Message['from'] = 'patient'): Message => ({
  id,
  from,
  text: id,
  createdAt: at(minute),
  writtenBy: null,
})
const event = (id: string, minute: number, type: string, data?: unknown): StoryEvent => ({
  id,
  type,
  time: at(minute),
  data,
})
const note = (id: string, minute: number) => ({ id, createdAt: at(minute) }) as Note
const keys = (parts: Parameters<typeof storyOf>[0]) => storyOf(parts).map(({ key }) => key)

it('makes one story of four lists, the oldest first', () => {
  assert.deepEqual(
    keys({
      messages: { items: [message('c', 9), message('a', 1)], more: false },
      events: {
        items: [
          event('back', 9, 'encounter.resumed'),
          event('told', 9, 'encounter.message_received'),
          event('made', 0, 'encounter.created'),
        ],
        more: false,
      },
      notes: { items: [note('push', 5)], more: false },
      runs: { items: [{ id: 'run', startedAt: at(4) } as Run], more: false },
    }),
    ['made', 'a', 'run', 'push', 'c', 'back'],
  )
})

it('shows nothing before the oldest of a list that goes on', () => {
  assert.deepEqual(
    keys({
      messages: { items: [message('c', 9), message('b', 6)], more: true },
      events: { items: [event('made', 0, 'encounter.created')], more: false },
      notes: { items: [note('push', 5), note('late', 7)].reverse(), more: false },
      runs: { items: [], more: false },
    }),
    ['b', 'late', 'c'],
  )
})

it('says in words what an event tells', () => {
  const key = (type: string, data?: unknown) => eventWords(event('x', 0, type, data)).key
  assert.equal(key('encounter.assigned', { to: 'queued', from_queue_id: 'a', queue_id: 'b' }), 'ev_transferred')
  assert.equal(key('encounter.assigned', { to: 'queued' }), 'ev_returned')
  assert.equal(key('encounter.assigned', { to: 'bot' }), 'ev_bot')
  assert.equal(key('encounter.assigned', { to: 'snoozed', until: at(3) }), 'ev_snoozed')
  assert.equal(eventWords(event('x', 0, 'encounter.assigned', { to: 'assigned', user: 'ana' })).user, 'ana')
  assert.deepEqual(eventWords(event('x', 0, 'encounter.resumed', { how: 'drum' })).values, { how: 'sign' })
  assert.equal(eventWords(event('x', 0, 'encounter.extended', { minutes: 90 })).minutes, 90)
  assert.equal(key('encounter.closed', null), 'ev_closed')
  assert.equal(key('appointment.missed', { to: 'bot' }), 'ev_unknown')
})
