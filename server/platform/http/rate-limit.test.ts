import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter } from '#platform/http/rate-limit.ts'

test('a window opens with its first request, holds its quota and ends', () => {
  const limiter = createRateLimiter(2, 1000)
  assert.deepEqual(limiter.take('a', 5), { allowed: true, remaining: 1, resetS: 1 })
  assert.deepEqual(limiter.take('a', 500), { allowed: true, remaining: 0, resetS: 1 })
  assert.equal(limiter.take('a', 1004).allowed, false)
  assert.equal(limiter.take('b', 1004).allowed, true)
  assert.deepEqual(limiter.take('a', 1005), { allowed: true, remaining: 1, resetS: 1 })
})

test('what is refused is not counted, what is refunded is free again', () => {
  const limiter = createRateLimiter(1, 1000)
  limiter.take('a', 0)
  assert.equal(limiter.take('a', 1).allowed, false)
  limiter.refund('a')
  assert.equal(limiter.take('a', 2).allowed, true)
  assert.equal(limiter.take('a', 3).allowed, false)
})

test('names without end do not fill the memory, and those in use stay counted after a sweep of the old', () => {
  const limiter = createRateLimiter(1, 1000)
  for (let i = 0; i < 60_000; i++) limiter.take(`old${i}`, 0)
  limiter.take('mine', 999)
  for (let i = 0; i < 40_000; i++) limiter.take(`new${i}`, 1500)
  assert.equal(limiter.take('mine', 1600).allowed, false)
})
