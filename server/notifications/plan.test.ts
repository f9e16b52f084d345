import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facts } from './gate.ts'
import {
  type Plan,
  planCalledOff,
  planCancelled,
  planFailed,
  planHeld,
  planNew,
  planSent,
  planSentAfterAll,
  planSuppressed,
  wakeOf,
} from './plan.ts'
import type { ChannelName, NotifyRequest } from './request.ts'
import type { OpenNotification } from './store.ts'

const request: NotifyRequest = {
  tenant: 't',
  id: '00000000-0000-8000-a000-000000000001',
  to: { contactId: 'c-1' },
  content: { format: 'plain', body: 'Hola' },
  channels: ['push', 'email', 'inbox'],
  dedupeKey: 'k',
  notifyOn: { kind: 'flow.wake', key: 'run/node', payload: { node: 'push' } },
}

const facts = (change: Partial<Facts> = {}): Facts => ({
  person: {
    kind: 'contact',
    id: 'c-1',
    name: null,
    locale: null,
    timeZone: null,
    attributes: {},
    addresses: { email: 'c@example.com', push: 'device' },
    bare: false,
  },
  versions: [],
  compiled: () => undefined,
  configured: new Set<ChannelName>(['inbox', 'push', 'email']),
  duplicateOf: null,
  encounter: null,
  link: null,
  linkOf: null,
  fallbackLocale: 'es',
  rules: null,
  pace: null,
  ...change,
})

const reopened = ({ row }: Plan): OpenNotification => ({
  tenant: row.tenant,
  id: row.id,
  status: row.status,
  channel: row.channel,
  address: row.address,
  tried: row.tried,
  templateVersion: row.templateVersion,
  locale: row.locale,
  payload: row.payload,
  request: row.request ?? request,
  dedupeKey: row.dedupeKey,
  reason: row.reason,
  sendAt: row.sendAt,
  createdAt: 1,
})

const told = (plan: Plan) => plan.states.map(({ status, channel }) => `${status}:${channel}`)

test('from channel to channel until one takes it, each step in the history', () => {
  const first = planNew(request, facts(), 1)
  assert.deepEqual([first.handover, first.row.status, told(first)], ['push', 'queued', ['queued:push']])

  const second = planFailed(reopened(first), facts(), 'the provider answered 503', 2)
  assert.deepEqual(
    [second.handover, second.row.tried, told(second)],
    ['email', 1, ['channel_failed:push', 'queued:email']],
  )
  assert.equal(second.states[0]?.payload?.body, 'Hola')
  assert.equal(second.row.address, 'c@example.com')

  const third = planFailed(reopened(second), facts(), '550 5.1.1', 3)
  assert.deepEqual([third.handover, third.row.status, third.outcome], [null, 'sent', 'sent'])
  assert.deepEqual(told(third), ['channel_failed:email', 'sent:inbox'])
  assert.equal(third.row.request, null)
})

test('when no channel is left it failed, with the last reason, and can still be sent again by hand', () => {
  const one = { ...request, channels: ['push' as const] }
  const failed = planFailed(reopened(planNew(one, facts(), 1)), facts(), '410', 2)
  assert.deepEqual([failed.row.status, failed.row.reason, failed.outcome], ['failed', '410', 'failed'])
  assert.notEqual(failed.row.request, null)
  const later = planSent({ ...reopened(failed), request: one }, 3)
  assert.equal(later.row.status, 'sent')
})

test('a held one is judged when its time has come', () => {
  const held = planNew({ ...request, sendAt: 100 }, facts(), 1)
  assert.deepEqual([held.row.status, held.holdUntil, held.outcome], ['held', 100, null])
  const open = reopened(held)
  assert.equal(planHeld(open, facts(), 100).handover, 'push')
  const still = {
    ...open,
    request: { ...open.request, stillTrue: { encounterId: 'e', statuses: ['warned' as const] } },
  }
  const late = planHeld(still, facts({ encounter: { status: 'open', lastPatientAt: 50, renewedAt: null } }), 100)
  assert.deepEqual([late.row.status, late.row.reason], ['suppressed', 'the person came back'])
})

test('what was called off with its channel and was taken all the same counts for its caps, and nothing goes on from it', () => {
  const contact = { ...request, to: { contactId: 'c' }, escalateAfterMs: 5 }
  const cap = { name: 'Day', most: 1, per: 'P1D', action: 'hold' as const }
  const rules = { timeZone: 'UTC', quietHours: [], caps: [cap] }
  const pace = { tenant: 't', person: 'contact:c', version: 1, left: [] }
  const handed = planNew(contact, facts({ rules, pace }), 1)
  const off = planCalledOff(reopened(handed), { pace: handed.pace }, 'went on', 2, false)
  assert.deepEqual(
    [off.row.status, off.outcome, off.pace?.left, told(off)],
    ['suppressed', 'suppressed', [], ['suppressed:push']],
  )
  const taken = planSentAfterAll(reopened(off), facts({ rules, pace: off.pace }), 3)
  assert.deepEqual([taken.row.status, taken.pace?.left.length, taken.escalation], ['sent', 1, null])
})

test('what rules hold for long is judged again each day, by the rules of then, and told when something changed', () => {
  const DAY = 86_400_000
  const contact = { ...request, to: { contactId: 'c' } }
  const cap = { name: 'Week', most: 1, per: 'P7D', action: 'hold' as const }
  const rules = { timeZone: 'UTC', quietHours: [], caps: [cap] }
  const pace = { tenant: 't', person: 'contact:c', version: 1, left: [['before', 0, 'push', null]] as const }
  const held = planNew(contact, facts({ rules, pace }), 1)
  assert.deepEqual([held.row.sendAt, held.holdUntil], [7 * DAY, DAY + 1])
  const again = planHeld(reopened(held), facts({ rules, pace }), DAY + 1)
  assert.deepEqual([again.row.status, again.holdUntil, told(again)], ['held', 2 * DAY + 1, []])
  const others = planHeld(
    reopened(again),
    facts({ rules: { ...rules, caps: [{ ...cap, per: 'P3D' }] }, pace }),
    2 * DAY,
  )
  assert.deepEqual([others.row.sendAt, told(others)], [3 * DAY, ['held:null']])
  assert.equal(planHeld(reopened(again), facts({ pace }), 2 * DAY).handover, 'push')
})

test('a repeat of a dedupe key is written without the key and tells its own asker', () => {
  const repeat = planNew(request, facts({ duplicateOf: 'first' }), 1)
  assert.deepEqual([repeat.row.status, repeat.row.dedupeKey, repeat.handover], ['suppressed', null, null])
  assert.equal(wakeOf(repeat, request, 1)?.key, 'run/node')
})

test('whoever asked is told once it is over, and not before', () => {
  const plan = planNew(request, facts(), 1)
  assert.equal(wakeOf(plan, request, 1), null)
  assert.deepEqual(wakeOf(planSent(reopened(plan), 5), request, 5), {
    kind: 'flow.wake',
    tenant: 't',
    key: 'run/node',
    dueAt: 5,
    payload: { node: 'push', outcome: 'sent', notificationId: request.id, channel: 'push', reason: null },
  })
  const suppressed = wakeOf(planSuppressed(reopened(plan), facts(), 'came back', 5), request, 5)
  assert.deepEqual(suppressed?.payload, {
    node: 'push',
    outcome: 'suppressed',
    notificationId: request.id,
    channel: null,
    reason: 'came back',
  })
  const cancelled = planCancelled(reopened(plan), facts(), 'by hand', 5)
  assert.deepEqual(
    [cancelled.row.status, told(cancelled), cancelled.outcome],
    ['cancelled', ['cancelled:push'], 'suppressed'],
  )
})

test('what told nobody anything holds no dedupe key; what may still tell, or has told, does', () => {
  const closed = { status: 'closed', lastPatientAt: null, renewedAt: null } as const
  const about = { ...request, stillTrue: { encounterId: 'e', statuses: ['open', 'warned'] as const } }
  const first = planNew(request, facts(), 1)
  const held = planNew({ ...request, sendAt: 50 }, facts(), 1)
  const lone = { ...request, channels: ['push'] as const }
  const refused = planFailed(reopened(planNew(lone, facts(), 1)), undefined, 'no device', 2)
  const keys = (...plans: Plan[]) => plans.map(({ row }) => row.dedupeKey)
  assert.deepEqual(keys(first, held, planSent(reopened(first), 2)), ['k', 'k', 'k'])
  assert.deepEqual(
    keys(
      planNew(about, facts({ encounter: closed }), 1),
      planHeld(reopened(held), facts({ duplicateOf: 'x' }), 50),
      planSuppressed(reopened(first), facts(), 'the person came back', 2),
      planCancelled(reopened(first), facts(), 'called off', 2),
      planNew(lone, facts({ configured: new Set() }), 1),
      refused,
    ),
    [null, null, null, null, null, null],
  )
  // An operator has it sent again: now it has told, and takes its key back.
  assert.deepEqual(keys(planSent(reopened(refused), 3)), ['k'])
})

test('what is handed over counts, once for each notification, and not when it told nobody anything', () => {
  const before = {
    tenant: 't',
    person: 'contact:c-1',
    version: 3,
    left: [['old', -31 * 86_400_000, 'push', null]] as const,
  }
  const rules = {
    timeZone: 'UTC',
    quietHours: [],
    caps: [{ name: 'C', most: 9, per: 'P31D', action: 'drop' }],
  } as const
  const known = facts({ pace: before, rules })
  const first = planNew({ ...request, category: 'offers' }, known, 1)
  assert.deepEqual(first.pace, { ...before, left: [[request.id, 1, 'push', 'offers']] })
  const then = facts({ pace: first.pace, rules })
  const second = planFailed(reopened(first), then, 'no device', 2)
  assert.deepEqual(second.pace?.left, [[request.id, 2, 'email', 'offers']])
  assert.equal(planSent(reopened(first), 2).pace, null)
  for (const plan of [
    planSuppressed(reopened(first), then, 'the person came back', 2),
    planCancelled(reopened(first), then, 'called off', 2),
    planFailed({ ...reopened(first), tried: 2 }, then, 'no inbox', 2),
  ])
    assert.deepEqual(plan.pace?.left, [])
  assert.equal(planNew({ ...request, sendAt: 50 }, known, 1).pace, null)
})
