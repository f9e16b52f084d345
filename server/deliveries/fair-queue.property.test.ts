import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFairQueue } from './fair-queue.ts'

const make = (total = 100, slots = 4, most = 8) => createFairQueue<number, null>(total, slots, most, () => null)

test('tenants take turns, and within a tenant its targets, whoever came first with however much', () => {
  const queue = make()
  const put = (tenant: string, target: string, count: number) => {
    for (let i = 0; i < count; i++) {
      const lane = queue.lane(tenant, target)
      queue.take(lane)
      queue.push(lane, i)
    }
  }
  put('noisy', 'a', 4)
  put('noisy', 'b', 4)
  put('quiet', 'a', 2)
  const turns: string[] = []
  for (let next = queue.next(); next !== undefined; next = queue.next())
    turns.push(`${next.lane.tenant}/${next.lane.target}`)
  assert.deepEqual(turns, [
    'noisy/a',
    'quiet/a',
    'noisy/b',
    'quiet/a',
    ...['noisy/a', 'noisy/b', 'noisy/a', 'noisy/b', 'noisy/a', 'noisy/b'],
  ])
})

test('a lane sends no more than its slots, nothing while it is held, and goes on afterwards', () => {
  const queue = make()
  const lane = queue.lane('t', 'x')
  for (let i = 0; i < 6; i++) {
    queue.take(lane)
    queue.push(lane, i)
  }
  assert.deepEqual(
    [0, 1, 2, 3, 4].map(() => queue.next()?.item),
    [0, 1, 2, 3, undefined],
  )
  lane.held = true
  queue.sent(lane)
  assert.equal(queue.next(), undefined)
  lane.held = false
  queue.changed(lane)
  assert.equal(queue.next()?.item, 4)
})

test('one tenant leaves half the house free, many leave something, and a lane a part of its tenant', () => {
  const queue = make(2_000, 64, 512)
  const fill = (tenant: string) => {
    let taken = 0
    for (let target = 0; target < 50; target++) {
      const lane = queue.lane(tenant, String(target))
      while (queue.room(lane) > 0) {
        queue.take(lane)
        taken += 1
      }
    }
    return taken
  }
  assert.ok(queue.room(queue.lane('first', '0')) === 500)
  const first = fill('first')
  assert.ok(first > 900 && first <= 1_000, String(first))
  assert.ok(fill('second') > 250)
  for (let i = 0; i < 5; i++) assert.ok(fill(`tenant-${i}`) > 0, String(i))
  assert.ok(queue.inHand <= 2_000)
})

type Step = { what: 'put' | 'next' | 'sent' | 'done' | 'hold' | 'free' | 'drain'; tenant: number; target: number }
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('put', 'put', 'next', 'next', 'sent', 'done', 'hold', 'free', 'drain'),
  tenant: fc.nat(3),
  target: fc.nat(3),
})

test('against a plain model: nothing is lost, sent twice, sent while held, or over its slots', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const queue = make(40, 3, 6)
      const waiting = new Set<number>()
      const sending: { lane: ReturnType<typeof queue.lane>; item: number }[] = []
      let marked: ReturnType<typeof queue.lane>[] = []
      let id = 0
      for (const { what, tenant, target } of steps) {
        const lane = queue.lane(`t${tenant}`, `x${target}`)
        if (what === 'put' && queue.room(lane) > 0) {
          queue.take(lane)
          queue.push(lane, id)
          waiting.add(id++)
        } else if (what === 'next') {
          const next = queue.next()
          const could = [...queue.lanes()].some((one) => one.queue.length > 0 && !one.held && one.sending < one.slots)
          if (next === undefined) assert.equal(could, false)
          else {
            assert.ok(waiting.delete(next.item) && !next.lane.held && next.lane.sending <= next.lane.slots)
            sending.push(next)
          }
        } else if (what === 'sent' && sending.length > 0) {
          const [one] = sending.splice(0, 1)
          if (one) {
            queue.sent(one.lane)
            marked.push(one.lane)
          }
        } else if (what === 'done') {
          for (const one of marked) queue.done(one)
          marked = []
        } else if (what === 'hold') lane.held = true
        else if (what === 'free') {
          lane.held = false
          queue.changed(lane)
        } else if (what === 'drain') {
          for (const item of queue.drain(lane)) {
            assert.ok(waiting.delete(item))
            queue.done(lane)
          }
        }
        queue.forget(() => true)
        assert.equal(queue.inHand, waiting.size + sending.length + marked.length)
        assert.equal(queue.sending, sending.length)
        assert.ok(queue.inHand <= 40)
      }
    }),
    { numRuns: 300 },
  )
})
