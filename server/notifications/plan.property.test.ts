import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Facts } from './gate.ts'
import { type Plan, planFailed, planNew, planSent, planSuppressed, wakeOf } from './plan.ts'
import { CHANNELS, type ChannelName, type NotifyRequest } from './request.ts'
import type { OpenNotification } from './store.ts'

const some = fc.subarray([...CHANNELS])
const world = fc.record({
  channels: fc.shuffledSubarray([...CHANNELS], { minLength: 1 }),
  configured: some,
  email: fc.boolean(),
  device: fc.boolean(),
  bare: fc.boolean(),
  ends: fc.array(fc.constantFrom('delivered', 'failed', 'cancelled'), { minLength: 3, maxLength: 3 }),
})

const open = ({ row }: Plan): OpenNotification => ({
  ...row,
  request: row.request as NotifyRequest,
  createdAt: row.at,
})

test('whatever channels do, a notification ends once, tries each channel once and in order, and says why', () => {
  fc.assert(
    fc.property(world, ({ channels, configured, email, device, bare, ends }) => {
      const request: NotifyRequest = {
        tenant: 't',
        id: '00000000-0000-8000-a000-000000000001',
        to: { contactId: 'c' },
        content: { format: 'plain', body: 'x' },
        channels,
        notifyOn: { kind: 'wake', key: 'k', payload: {} },
      }
      const facts: Facts = {
        person: {
          kind: 'contact',
          id: 'c',
          name: null,
          locale: null,
          timeZone: null,
          attributes: {},
          addresses: { ...(email ? { email: 'c@example.com' } : {}), ...(device ? { push: 'd' } : {}) },
          bare,
        },
        versions: [],
        compiled: () => undefined,
        configured: new Set(configured),
        duplicateOf: null,
        encounter: null,
        link: null,
        linkOf: null,
        fallbackLocale: 'es',
        rules: null,
        pace: null,
      }
      const reached = { inbox: true, email, push: device || bare }
      const usable = channels.filter((name) => configured.includes(name) && reached[name])
      const plans = [planNew(request, facts, 1)]
      const handed: ChannelName[] = []
      for (let plan = plans[0]; plan?.handover != null; plan = plans.at(-1)) {
        handed.push(plan.handover)
        const end = ends[handed.length - 1]
        const now = handed.length + 1
        if (end === 'delivered') plans.push(planSent(open(plan), now))
        else if (end === 'cancelled') plans.push(planSuppressed(open(plan), facts, 'came back', now))
        else plans.push(planFailed(open(plan), facts, 'no', now))
        assert.ok(handed.length <= 3)
      }
      const wakes = plans.map((plan) => wakeOf(plan, request, 9)).filter((wake) => wake !== null)
      assert.equal(wakes.length, 1)
      const last = plans.at(-1) as Plan
      const asked = last.row.channel === 'inbox' && last.outcome === 'sent' ? [...handed, 'inbox'] : handed
      assert.deepEqual(asked, usable.slice(0, asked.length))
      if (last.outcome === 'failed') {
        assert.equal(asked.length, usable.length)
        assert.ok(last.row.reason)
      }
      const named = plans.flatMap((plan) => plan.states).filter(({ status }) => status === 'skipped')
      assert.equal(new Set(named.map(({ channel }) => channel)).size, named.length)
    }),
    { numRuns: 500 },
  )
})
