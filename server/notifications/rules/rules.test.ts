import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelName } from '../request.ts'
import {
  type Cap,
  judge,
  type Leaving,
  type Left,
  outsideOf,
  type QuietHours,
  type SendingRules,
  stillCounts,
} from './rules.ts'

const at = (time: string): number => Date.parse(time)
const NIGHT: QuietHours = { name: 'Night', from: '21:00', to: '08:00', action: 'hold' }
const rules = (change: Partial<SendingRules> = {}): SendingRules => ({
  timeZone: 'America/Guayaquil',
  quietHours: [],
  caps: [],
  ...change,
})
const message = (change: Partial<Leaving> = {}): Leaving => ({
  id: 'new',
  channel: 'push',
  category: null,
  critical: false,
  timeZone: null,
  ...change,
})
const DAY = 86_400_000
const NOON = at('2026-03-02T12:00:00Z')

/** When a message may leave, or why not. */
function leaves(given: SendingRules, left: readonly Left[], now: number, change: Partial<Leaving> = {}): string {
  const verdict = judge(given, left, message(change), now)
  if (verdict === null) return 'now'
  return verdict.kind === 'drop' ? verdict.reason : new Date(verdict.until).toISOString()
}

test('quiet hours hold until they end where the person is', () => {
  const quiet = rules({ quietHours: [NIGHT] })
  // Guayaquil is five hours behind UTC.
  assert.equal(leaves(quiet, [], at('2026-03-03T01:59:59.999Z')), 'now')
  assert.equal(leaves(quiet, [], at('2026-03-03T02:00:00Z')), '2026-03-03T13:00:00.000Z')
  assert.equal(leaves(quiet, [], at('2026-03-03T12:59:59.999Z')), '2026-03-03T13:00:00.000Z')
  assert.equal(leaves(quiet, [], at('2026-03-03T13:00:00Z')), 'now')
  assert.equal(leaves(quiet, [], at('2026-03-03T02:00:00Z'), { timeZone: 'Asia/Tokyo' }), 'now')
  assert.equal(leaves(quiet, [], at('2026-03-03T02:00:00Z'), { timeZone: 'nowhere' }), '2026-03-03T13:00:00.000Z')
  assert.equal(leaves(quiet, [], at('2026-03-03T02:00:00Z'), { critical: true }), 'now')
  assert.equal(leaves(quiet, [], at('2026-03-03T02:00:00Z'), { channel: 'inbox' }), 'now')
})

test('quiet hours are right when the clock changes', () => {
  const quiet = rules({ quietHours: [NIGHT], timeZone: 'Europe/Madrid' })
  // On 29 March 2026 two o’clock becomes three, on 25 October three becomes two.
  assert.equal(leaves(quiet, [], at('2026-03-28T20:00:00Z')), '2026-03-29T06:00:00.000Z')
  assert.equal(leaves(quiet, [], at('2026-10-24T19:00:00Z')), '2026-10-25T07:00:00.000Z')
  const gap = rules({ quietHours: [{ ...NIGHT, from: '01:00', to: '02:30' }], timeZone: 'Europe/Madrid' })
  assert.equal(leaves(gap, [], at('2026-03-29T00:30:00Z')), '2026-03-29T01:00:00.000Z')
  // The hour that is there twice is quiet twice.
  const twice = rules({ quietHours: [{ ...NIGHT, from: '02:00', to: '03:00' }], timeZone: 'Europe/Madrid' })
  assert.equal(leaves(twice, [], at('2026-10-25T00:30:00Z')), '2026-10-25T02:00:00.000Z')
})

test('days are those on which quiet hours begin, and a week may end in them', () => {
  const sunday = rules({ quietHours: [{ ...NIGHT, days: ['sun'] }], timeZone: 'UTC' })
  assert.equal(leaves(sunday, [], at('2026-03-01T22:00:00Z')), '2026-03-02T08:00:00.000Z')
  assert.equal(leaves(sunday, [], at('2026-03-02T07:00:00Z')), '2026-03-02T08:00:00.000Z')
  assert.equal(leaves(sunday, [], at('2026-03-02T22:00:00Z')), 'now')
  assert.deepEqual(outsideOf([{ from: '08:00', to: '07:59' }]).mon, [{ from: '07:59', to: '08:00' }])
  assert.deepEqual(outsideOf([{ from: '00:00', to: '24:00' }]), {})
  const all = [{ from: '00:00', to: '24:00', days: ['mon'] as const }]
  assert.deepEqual(outsideOf(all).mon, undefined)
  assert.deepEqual(outsideOf(all).tue, [{ from: '00:00', to: '24:00' }])
})

test('rules concern channels and categories, and what is exempt passes', () => {
  const offers = { ...NIGHT, categories: ['offers'], timeZone: 'UTC' }
  const night = at('2026-03-02T23:00:00Z')
  const of = (quiet: QuietHours, change: Partial<Leaving>) =>
    leaves(rules({ quietHours: [quiet], timeZone: 'UTC' }), [], night, change)
  assert.notEqual(of(offers, { category: 'offers' }), 'now')
  assert.equal(of(offers, { category: 'visits' }), 'now')
  assert.equal(of(offers, {}), 'now')
  const others = { ...NIGHT, exceptCategories: ['visits'] }
  assert.equal(of(others, { category: 'visits' }), 'now')
  assert.notEqual(of(others, {}), 'now')
  const push: QuietHours = { ...NIGHT, channels: ['push'] }
  assert.equal(of(push, { channel: 'email' }), 'now')
  assert.equal(of({ ...NIGHT, action: 'drop' }, {}), 'quiet hours: Night')
})

const told = (...hours: number[]): Left[] => hours.map((hour, i) => [`n${i}`, NOON + hour * 3_600_000, 'push', null])
const DAILY: Cap = { name: 'Daily', most: 2, per: 'P1D', action: 'hold' }

test('a cap holds until there is room, counting any stretch of its length', () => {
  const capped = rules({ caps: [DAILY] })
  assert.equal(leaves(capped, told(-1), NOON), 'now')
  assert.equal(leaves(capped, told(-23, -1), NOON), '2026-03-02T13:00:00.000Z')
  assert.equal(leaves(capped, told(-24, -1), NOON), 'now')
  assert.equal(leaves(capped, told(-23, -22, -1), NOON), '2026-03-02T14:00:00.000Z')
  assert.equal(
    leaves(rules({ caps: [{ ...DAILY, action: 'drop' }] }), told(-23, -1), NOON),
    'cap reached: Daily (2 in P1D)',
  )
  assert.equal(leaves(capped, told(-23, -1), NOON, { critical: true }), 'now')
})

test('a cap counts what its channels and categories carried, also what was exempt, and never itself', () => {
  const left = (channel: ChannelName, category: string | null): Left[] => [['a', NOON - 1, channel, category]]
  const one = { ...DAILY, most: 1 }
  assert.equal(leaves(rules({ caps: [one] }), left('inbox', null), NOON), 'now')
  assert.notEqual(
    leaves(rules({ caps: [{ ...one, exceptCategories: ['visits'] }] }), left('push', 'visits'), NOON),
    'now',
  )
  const offers = rules({ caps: [{ ...one, categories: ['offers'] }] })
  assert.equal(leaves(offers, left('push', 'visits'), NOON, { category: 'offers' }), 'now')
  assert.notEqual(leaves(offers, left('email', 'offers'), NOON, { category: 'offers' }), 'now')
  assert.equal(leaves(rules({ caps: [one] }), [['new', NOON - 1, 'push', null]], NOON, { channel: 'email' }), 'now')
})

test('what is kept of a person is what a cap may count, and no more', () => {
  const caps: Cap[] = [DAILY, { ...DAILY, name: 'Offers', categories: ['offers'] }]
  const left: Left[] = [
    ['old', NOON - 31 * DAY, 'push', null],
    ['inbox', NOON - 1, 'inbox', null],
    ...Array.from({ length: 150 }, (_, i): Left => [`offer${i}`, NOON - 20_000 + i, 'email', 'offers']),
    ...Array.from({ length: 150 }, (_, i): Left => [`n${i}`, NOON - 10_000 + i, 'push', null]),
  ]
  const kept = stillCounts(caps, left, NOON).map(([id]) => id)
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [200, 'offer50', 'n149'])
})

test('of those that wait for room the first categories go first', () => {
  const capped = rules({ caps: [{ ...DAILY, most: 1, first: ['visits', 'results'] }] })
  const from = (category: string | null) => at(leaves(capped, told(-1), NOON, { category })) - (NOON + 23 * 3_600_000)
  assert.deepEqual([from('visits'), from('results'), from('offers'), from(null)], [0, 1, 2, 2])
})

test('quiet hours and caps put a message off together, and what finds no moment is dropped', () => {
  const both = rules({ timeZone: 'UTC', quietHours: [NIGHT], caps: [{ ...DAILY, most: 1 }] })
  assert.equal(leaves(both, told(11), NOON + 10 * 3_600_000), '2026-03-04T08:00:00.000Z')
  const never = rules({
    timeZone: 'UTC',
    quietHours: [
      { ...NIGHT, from: '00:00', to: '12:00' },
      { ...NIGHT, name: 'Afternoon', from: '12:00', to: '24:00' },
    ],
  })
  assert.match(leaves(never, [], NOON), /^no time left: quiet hours: /)
  const late = judge(rules({ caps: [{ ...DAILY, most: 1 }] }), told(-1), message(), NOON, NOON - 40 * DAY)
  assert.deepEqual(late, { kind: 'drop', reason: 'no time left: cap reached: Daily (1 in P1D)' })
  const month = rules({ caps: [{ ...DAILY, most: 1, per: 'P31D' }] })
  assert.equal(leaves(month, [['a', NOON, 'push', null]], NOON), new Date(NOON + 31 * DAY).toISOString())
})
