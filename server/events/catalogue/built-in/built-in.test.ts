import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#platform/event.ts'
import { compileSchema, schemaFaults } from '../compile.ts'
import { isPastTense } from '../past-tense.ts'
import { builtInTypes } from './index.ts'

const SOURCE_TYPES = `TenantCreated TenantVerified BranchUpdated ListingPublished ListingFlagged ListingViewed
  WhatsAppClicked TicketCreated TicketAssigned QuoteSent QuoteApproved TicketClosed LeadCreated LeadStatusChanged
  SubscriptionStarted PaymentCaptured PerformanceChargeCreated ChargeDisputed TenantAttributed CommissionCalculated
  PayoutCycleClosed ReviewCreated ModerationActionTaken`.split(/\s+/)

test('the 23 types of the marketplace come registered, in eight families', () => {
  const found = SOURCE_TYPES.map((name) => builtInTypes.get(name)?.family)
  assert.equal(found.length, 23)
  assert.ok(!found.includes(undefined))
  assert.equal(new Set(found).size, 8)
})

test('all that can happen to a conversation comes registered', () => {
  const names = [...builtInTypes.keys()].filter((name) => name.startsWith('encounter.')).sort()
  assert.deepEqual(
    names,
    'assigned closed created extended link_followed message_received message_sent reopened resumed tagged tmip_expired tmipw_expired'
      .split(' ')
      .map((subtype) => `encounter.${subtype}`),
  )
})

/** A state that goes on has no past tense. */
const GOING_ON = new Set(['subscription.failing'])

for (const { name, schema, examples } of builtInTypes.values()) {
  test(`${name} is named as events are; its schema is sound, takes its examples and refuses what lacks a field`, () => {
    assert.notEqual(isPastTense(name), GOING_ON.has(name))
    assert.deepEqual(schemaFaults(schema as Json), [])
    const { check } = compileSchema(schema)
    assert.ok(examples.length > 0)
    for (const example of examples) {
      assert.equal(check(example), null)
      for (const field of (schema as { required: string[] }).required) {
        const { [field]: _, ...without } = example as { [name: string]: Json }
        assert.deepEqual(check(without), { path: `/${field}`, message: 'is required' })
      }
    }
    assert.notEqual(check('no object'), null)
  })
}
