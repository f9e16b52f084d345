import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { close } from '#conversations/encounters/inactivity.ts'
import { bareEncounter, follow, outsideEvent } from '#conversations/encounters/outside.ts'
import type { Json, LogEvent } from '#platform/event.ts'

const AT = 1_000_000
const AROUND = { rules: null, texts: [], locale: null, lastResort: 'es' }
const logged = (data: Json, more: Partial<LogEvent> = {}): LogEvent => ({
  tenant: 't',
  id: 'i',
  source: 's',
  type: 'encounter.created',
  subject: 'e',
  form: 'flat',
  raw: '',
  data,
  occurredAt: AT,
  receivedAt: AT + 5,
  encounterId: 'e',
  traceparent: null,
  cause: null,
  hops: 0,
  origin: 'rest',
  position: 1,
  shard: 0,
  ...more,
})
const encounter = (more: Partial<Encounter> = {}): Encounter => ({
  ...bareEncounter({ tenant: 't', encounterId: 'e', at: AT }),
  ...more,
})
const said = (subtype: string, at: number, more: { queueId?: string } = {}) => ({
  tenant: 't',
  encounterId: 'e',
  subtype,
  at,
  queueId: null,
  contactId: null,
  brandId: null,
  data: {},
  ...more,
})

describe('an event of another system', () => {
  it('is read from every form, and ours coming back are nothing', () => {
    const flat = outsideEvent(logged({ queue_id: 'q', patient_id: 'p', brand_id: 'b' }), false)
    assert.deepEqual([flat?.queueId, flat?.contactId, flat?.brandId, flat?.at], ['q', 'p', 'b', AT])
    const camel = outsideEvent(logged({ queueId: 'q', patientId: 'p' }, { form: 'enterprise' }), false)
    assert.deepEqual([camel?.queueId, camel?.contactId], ['q', 'p'])
    assert.equal(outsideEvent(logged({}, { origin: 'internal' }), false), null)
    assert.equal(outsideEvent(logged({}, { type: 'order.created' }), false), null)
    assert.equal(outsideEvent(logged({ queue_id: 'x'.repeat(5_000) }), false)?.queueId, null)
  })

  it('counts from the earlier of happening and receipt, on a scaled clock from receipt', () => {
    assert.equal(outsideEvent(logged({}, { occurredAt: AT + 50 }), false)?.at, AT + 5)
    assert.equal(outsideEvent(logged({}), true)?.at, AT + 5)
  })

  it('that happened before a rest began, and comes late, does not end it', () => {
    const until = AT + 60_000
    const resting = follow(encounter(), { ...said('snoozed', AT + 100), data: { until } }, null).encounter
    assert.deepEqual([resting.handling, resting.snoozedUntil], ['snoozed', until])
    for (const subtype of ['message_received', 'resumed', 'transferred', 'with_bot', 'tmipw_expired', 'closed']) {
      const { handling, snoozedUntil, clockFrom, status } = follow(resting, said(subtype, AT + 50), null).encounter
      assert.deepEqual([handling, snoozedUntil, clockFrom, status], ['snoozed', until, until, 'open'], subtype)
      const later = follow(resting, said(subtype, AT + 150), null).encounter
      assert.notDeepEqual([later.handling, later.status], ['snoozed', 'open'], `${subtype} after it began`)
    }
    assert.equal(follow(resting, said('message_received', AT + 50), null).encounter.lastPatientAt, AT + 50)
  })

  it('that the person wrote before a transfer does not take it out of its queue', () => {
    const there = follow(encounter(), said('transferred', AT + 100, { queueId: 'q' }), null).encounter
    assert.equal(there.lastMove, 'transfer')
    assert.equal(follow(there, said('message_received', AT + 50), null).encounter.lastMove, 'transfer')
    assert.equal(follow(there, said('message_received', AT + 150), null).encounter.lastMove, null)
  })

  it('fills in what was not known and leaves what was', () => {
    assert.equal(follow(encounter(), said('created', AT, { queueId: 'q' }), null).encounter.queueId, 'q')
    const known = encounter({ queueId: 'mine' })
    assert.equal(follow(known, said('created', AT, { queueId: 'q' }), null).encounter, known)
  })

  it('warns once for a silence, and not over a later sign of life', () => {
    const warned = follow(encounter(), said('tmipw_expired', AT + 10), null).encounter
    assert.deepEqual([warned.status, warned.warnedAt], ['warned', AT + 10])
    assert.equal(follow(warned, said('tmipw_expired', AT + 20), null).encounter, warned)
    const alive = encounter({ lastPatientAt: AT + 50 })
    assert.equal(follow(alive, said('tmipw_expired', AT + 40), null).encounter, alive)
  })

  it('tells of the return from a warning that is heard of only after it, once', () => {
    const alive = encounter({ bare: false, lastPatientAt: AT + 50 })
    const back = follow(alive, said('tmipw_expired', AT + 40), null)
    assert.deepEqual(
      [back.encounter.status, back.encounter.round, back.facts.map(({ subtype, at }) => [subtype, at])],
      ['open', 1, [['resumed', AT + 50]]],
    )
    for (const at of [AT + 40, AT + 45]) {
      const again = follow(back.encounter, said('tmipw_expired', at), null)
      assert.deepEqual([again.encounter, again.facts], [back.encounter, []])
    }
    assert.equal(follow(back.encounter, said('tmipw_expired', AT + 60), null).encounter.status, 'warned')
    // A warning that ended in a return already is not one more: ours was first, theirs comes late.
    const warned = encounter({ bare: false, status: 'warned', warnedAt: AT + 10 })
    const resumed = follow(warned, said('message_received', AT + 20), null).encounter
    assert.equal(follow(resumed, said('tmipw_expired', AT + 15), null).encounter, resumed)
  })

  it('tells the return once, whoever told it first', () => {
    const warned = encounter({ status: 'warned', warnedAt: AT + 10 })
    const heard = follow(warned, said('message_received', AT + 20), null)
    assert.deepEqual(
      heard.facts.map(({ subtype }) => subtype),
      ['resumed'],
    )
    assert.deepEqual(follow(heard.encounter, said('resumed', AT + 20), null).facts, [])
    const resumed = follow(warned, said('resumed', AT + 20), null)
    assert.deepEqual([resumed.facts, resumed.encounter.status], [[], 'open'])
    assert.deepEqual(follow(resumed.encounter, said('message_received', AT + 20), null).facts, [])
  })

  it('closes and reopens, but not by old news', () => {
    const closed = follow(encounter(), said('closed', AT + 10), null).encounter
    assert.deepEqual([closed.status, closed.closeReason], ['closed', 'outside'])
    const long = { ...said('closed', AT + 10), data: { reason: `x${'😀'.repeat(1_000)}` } }
    const { closeReason } = follow(encounter(), long, null).encounter
    assert.ok(closeReason?.isWellFormed(), 'the database takes no half characters')
    assert.equal(follow(closed, said('reopened', AT + 5), null).encounter, closed)
    const open = follow(closed, said('reopened', AT + 20), null).encounter
    assert.deepEqual([open.status, open.round], ['open', 1])
    assert.equal(follow(open, said('closed', AT + 15), null).encounter, open)
  })

  it('reopens in the moment of the close: of a batch without times the order of the log tells', () => {
    const closed = follow(encounter(), said('closed', AT + 10), null).encounter
    const open = follow(closed, said('reopened', AT + 10), null).encounter
    assert.deepEqual([open.status, open.round], ['open', 1])
    assert.equal(follow(open, said('tmipw_expired', AT + 10), null).encounter.status, 'warned')
  })

  for (const back of ['message_received', 'resumed']) {
    it(`comes back (${back}) in the moment of the warning, whatever was said in that moment before it`, () => {
      const steps = ['message_received', 'tmipw_expired', back, 'tmipw_expired', back]
      let known = encounter()
      const statuses = steps.map((subtype) => {
        known = follow(known, said(subtype, AT + 10), null).encounter
        return known.status
      })
      assert.deepEqual(statuses, ['open', 'warned', 'open', 'warned', 'open'])
      assert.deepEqual(follow(known, said(back, AT + 10), null), { encounter: known, messages: [], facts: [] })
      // What a flow meant for the silence of that warning is called off; that of one which stands is not.
      const closing = { reason: 'abandoned', at: AT + 9_000, quietSince: AT + 10 }
      assert.equal(close(known, AROUND, closing).encounter.status, 'open')
      const warned = follow(known, said('tmipw_expired', AT + 10), null).encounter
      assert.equal(close(warned, AROUND, closing).encounter.status, 'closed')
    })
  }

  it('that somebody gave more time counts as given here; one of a flow or a queue there does not', () => {
    const warned = encounter({ status: 'warned', warnedAt: AT + 10 })
    const extended = (data: { [name: string]: Json }, at = AT + 20) =>
      follow(warned, { ...said('extended', at), data }, null).encounter
    assert.partialDeepStrictEqual(extended({ given: 'by hand', minutes: 5 }), { extraMs: 300_000, grantedAt: AT + 20 })
    for (const minutes of ['5', -5, 0.5, 1e9]) assert.equal(extended({ given: 'by hand', minutes }).extraMs, 0)
    assert.equal(extended({ minutes: 5 }), warned)
    assert.equal(extended({ given: 'by hand', minutes: 5 }, AT - 1), warned, 'older than what is known')
    const closed = (data: { [name: string]: Json }, quietSince: number | null) =>
      close(extended(data), AROUND, { reason: 'r', at: AT + 30, quietSince }).encounter.status
    assert.equal(closed({ given: 'by hand' }, AT + 10), 'warned')
    assert.equal(closed({ given: 'by hand' }, AT + 25), 'closed', 'given for a warning before this one')
    assert.equal(closed({ given: 'by hand' }, null), 'closed', 'a close that is not because of the silence')
    assert.equal(closed({ minutes: 5 }, AT + 10), 'closed')
  })
})
