import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editedDraft } from '#events/edit.ts'
import { readEvents } from '#events/forms.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Problem } from '#platform/problem.ts'

const NOW = 1_790_000_000_000

/** An event as the log has it, a moment after it came. */
function logged(event: object, more: Partial<LogEvent> = {}): LogEvent {
  const [draft] = readEvents(
    { contentType: 'application/cloudevents+json', headers: {}, body: JSON.stringify(event) },
    { tenant: 'default', now: NOW, origin: 'rest', traceparent: null, defaultSource: 'cauce:events' },
  )
  return { ...(draft as LogEvent), position: 1, shard: 0, receivedAt: NOW + 7, ...more }
}

const EVENT = {
  specversion: '1.0',
  id: 'e-1',
  source: '/old',
  type: 'order.placed',
  subject: 'c',
  data: { total: '4' },
}

test('a CloudEvent can be put right, whether it says when it occurred or not', () => {
  for (const event of [EVENT, { ...EVENT, time: '2026-09-20T10:00:00Z' }, { ...EVENT, time: '2026-09-22T10:00:00Z' }]) {
    assert.deepEqual(JSON.parse(editedDraft(logged(event), { total: 4 }).raw), { ...event, data: { total: 4 } })
  }
})

test('so can one of a pair that has a namespace of its own', () => {
  const event = logged(EVENT, { source: 'cauce:events' })
  assert.deepEqual(JSON.parse(editedDraft(event, { total: 4 }).raw), { ...EVENT, data: { total: 4 } })
})

test('what makes it another event stays', () => {
  const refusal = (event: object, data: object) => {
    try {
      editedDraft(logged(event), data as never)
      return []
    } catch (error) {
      return (error as Problem).faults.map(({ message }) => message)
    }
  }
  const about = { ...EVENT, data: { encounter_id: 'a' } }
  assert.deepEqual(refusal(about, { encounter_id: 'b' }), ['must leave the encounterId of the event as it is'])
})
