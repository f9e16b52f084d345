import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decide } from '#conversations/encounters/decide.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { bareEncounter } from '#conversations/encounters/outside.ts'
import { standingAfter, viewOfEncounter } from '#conversations/encounters/pretend.ts'
import { seenAfterDeed, seenAfterEvent } from '#conversations/encounters/seen.ts'
import type { Json } from '#platform/event.ts'

const AT = Date.parse('2026-03-02T12:00:00Z')
const MINUTE = 60_000
const later = new Date(AT + MINUTE).toISOString()
const told = (subtype: string, data: Json = {}, at = AT + MINUTE) => ({
  type: `encounter.${subtype}`,
  data,
  occurredAt: at,
  receivedAt: at,
})
const tagging = (...tags: string[]) => ({ kind: 'tag', tags, id: 'd', at: AT }) as const
const handing = { kind: 'assign', team: 'night', user: null, id: 'd', at: AT } as const
const closing = { kind: 'close', reason: 'done', quietSince: null, id: 'd', at: AT } as const

const deed = fc.constantFrom(
  { kind: 'tag' as const, tags: ['a', 'b'] },
  { kind: 'tag' as const, tags: ['b', 'c'] },
  { kind: 'assign' as const, team: 'night', user: null },
  { kind: 'close' as const, reason: 'done', quietSince: null },
  { kind: 'extend' as const, byMs: MINUTE },
)
const event = fc.constantFrom<[string, Json]>(
  ['message_received', {}],
  ['resumed', {}],
  ['tmipw_expired', { round: 2 }],
  ['tmip_expired', {}],
  ['extended', { given: 'by hand', minutes: 5 }],
  ['message_sent', { from: 'agent' }],
  ['message_sent', { from: 'bot' }],
  ['tagged', { added: ['d'] }],
  ['assigned', { to: 'assigned', team: 'day', user: 'ana' }],
  ['transferred', { queue_id: 'other', patient_id: 'p' }],
  ['returned', {}],
  ['with_bot', {}],
  ['snoozed', { until: AT + 500 * MINUTE }],
  ['closed', { reason: 'over' }],
  ['reopened', {}],
)
const happening = fc.record({ after: fc.integer({ min: 1, max: 90 }), what: fc.oneof(deed, event) })

describe('a conversation that is known as conditions see it', () => {
  it('is seen as real ones are, whatever happens to it', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 15 }), (happenings) => {
        let real: Encounter = { ...bareEncounter({ tenant: '', encounterId: 'e', at: AT }), bare: false }
        let view = viewOfEncounter(real) as unknown as Json
        let at = AT
        for (const { after, what } of happenings) {
          at += after * MINUTE
          if (Array.isArray(what)) {
            const [subtype, data] = what
            real = standingAfter(real, { ...told(subtype, data, at), tenant: '', encounterId: 'e' })
            view = seenAfterEvent(view, told(subtype, data, at), null)
          } else {
            const input = { ...what, id: 'd', at }
            const made = decide(real, input, { rules: null, texts: [], locale: null, lastResort: '' })
            real = made.encounter
            const seen = seenAfterDeed(view, input, null)
            assert.equal(seen.isTold, made.facts.length > 0)
            view = seen.view
          }
          assert.deepEqual(view, viewOfEncounter(real))
        }
      }),
    )
  })

  it('has what somebody wrote down by hand, and besides only what changes', () => {
    const written = { id: 'e', status: 'warned', mood: 'angry', openedAt: 'yesterday', tags: ['a'] }
    assert.deepEqual(seenAfterDeed(written, tagging('vip', 'a'), null).view, { ...written, tags: ['a', 'vip'] })
    assert.deepEqual(seenAfterEvent(written, told('message_received'), null), {
      ...written,
      status: 'open',
      stage: 'tmipw',
      round: 1,
      stageKey: 'e/1',
      lastPatientAt: later,
      warnedAt: null,
    })
    assert.deepEqual(seenAfterDeed({}, closing, null).view, {
      status: 'closed',
      stage: 'none',
      closedAt: new Date(AT).toISOString(),
      closeReason: 'done',
    })
    assert.deepEqual(seenAfterDeed({ tags: 'none' }, tagging('vip'), null).view, { tags: ['vip'] })
    assert.deepEqual(written.tags, ['a'], 'what is known of it is shared')
  })

  it('keeps the key of the silence that a run began with', () => {
    const warned = { id: 'e', status: 'warned', round: 3, stageKey: 'e/3' }
    const handed = seenAfterDeed(warned, handing, 'e/3').view
    assert.partialDeepStrictEqual(handed, { status: 'open', team: 'night', round: 4, stageKey: 'e/3' })
    assert.partialDeepStrictEqual(seenAfterDeed(warned, handing, null).view, { stageKey: 'e/4' })
  })

  it('is the same where nothing changes, and stays unknown where nobody knows it', () => {
    const closed = { id: 'e', status: 'closed', tags: Array.from({ length: 49 }, (_, i) => `t${i}`) }
    assert.equal(seenAfterDeed(closed, handing, null).view, closed)
    assert.equal(seenAfterDeed(closed, closing, null).isTold, false)
    assert.equal(seenAfterEvent(closed, told('message_received', {}, AT), null) === closed, false)
    assert.equal(seenAfterEvent(closed, { ...told('x'), type: 'order.paid' }, null), closed)
    const full = seenAfterDeed(closed, tagging('one', 'two'), null).view as { tags: string[] }
    assert.deepEqual(full.tags.slice(48), ['t48', 'one'], 'no more than a conversation takes')
    assert.deepEqual(seenAfterDeed(null, tagging('vip'), null), { view: null, isTold: true })
    assert.equal(seenAfterEvent(null, told('closed'), null), null)
  })
})
