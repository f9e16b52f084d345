import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Data } from '../graph.ts'
import { eventLike, eventOf, partsOf } from './event.ts'

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const data = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minKeys: 1, maxKeys: 4 })
const at = fc.integer({ min: 0, max: 4_000_000_000_000 })
const iso = at.map((ms) => new Date(ms).toISOString())

const flat = fc
  .record(
    { type: word, subtype: word, datetime: at, encounter_id: word, more: data },
    { requiredKeys: ['type', 'subtype', 'encounter_id', 'more'] },
  )
  .map(({ more, ...event }) => ({ ...more, ...event }))
const enterprise = fc.record(
  { eventType: word, eventId: word, occurredAt: iso, payload: data, tenantId: word },
  { requiredKeys: ['eventType', 'eventId'] },
)
const short = fc.record({ type: word, subject: word, time: iso, data }, { requiredKeys: ['type'] })

describe('an event of a case', () => {
  it('is the same after it was taken apart, in whatever form it is written', () => {
    fc.assert(
      fc.property(fc.oneof(flat, enterprise, short), (event) => {
        const parts = partsOf(event as Data)
        assert.ok(parts !== null)
        assert.deepEqual(JSON.parse(JSON.stringify(eventOf(parts))), JSON.parse(JSON.stringify(event)))
      }),
    )
  })

  it('is known by its type, what it says and when', () => {
    const written = { type: 'encounter', subtype: 'closed', encounter_id: 'e1', datetime: 1_772_478_000_000 }
    const parts = partsOf(written)
    assert.deepEqual(
      [parts?.type, parts?.data, parts?.time],
      ['encounter.closed', { encounter_id: 'e1' }, '2026-03-02T19:00:00.000Z'],
    )
    assert.equal(partsOf({ type: 'a', data: [1] }), null, 'no form shows a list')
  })

  it('starts from the example of its type, about the same things as the first', () => {
    const first = { leadId: 'ld-9', contactId: 'maria' }
    const changed = eventLike('LeadStatusChanged', { leadId: 'ld-4', from: 'new', to: 'won', note: null }, first)
    assert.deepEqual(eventOf(changed), {
      type: 'LeadStatusChanged',
      data: { leadId: 'ld-9', from: 'new', to: 'won' },
    })
    const example = {
      event_id: 'x',
      type: 'encounter',
      subtype: 'closed',
      encounter_id: 'enc-456',
      datetime: 1,
      reason: 'solved',
    }
    assert.deepEqual(eventOf(eventLike('encounter.closed', example, { encounter_id: 'e7', patient_id: 'ana' })), {
      ...{ type: 'encounter', subtype: 'closed', encounter_id: 'e7', patient_id: 'ana', reason: 'solved' },
    })
  })
})
