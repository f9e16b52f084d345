import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { prefetchBudget } from '#platform/brokers/rabbitmq/budget.ts'

const MIB = 1_048_576

describe('what may be in hand of a queue', () => {
  it('is the number that was set while messages are small', () => {
    const budget = prefetchBudget(2_000)
    for (let i = 0; i < 2_000; i++) budget.delivered(1_000)
    assert.equal(budget.outgrown, null)
    assert.equal(budget.allowed, 2_000)
  })

  it('becomes less when messages are large, before they fill the memory', () => {
    const budget = prefetchBudget(2_000)
    let held = 0
    while (budget.outgrown === null) {
      budget.delivered(MIB)
      held += 1
    }
    assert.equal(budget.outgrown, 'too large')
    assert.equal(held, 65)
    budget.begin()
    assert.equal(budget.outgrown, null)
    assert.ok(budget.allowed < 65)
    for (let i = 0; i < budget.allowed; i++) budget.delivered(MIB)
    assert.equal(budget.outgrown, null, 'that many fit')
  })

  it('grows again when they become small', () => {
    const budget = prefetchBudget(2_000)
    for (let i = 0; i < 200; i++) budget.delivered(MIB)
    budget.begin()
    for (let i = 0; i < 2_000 && budget.outgrown === null; i++) {
      budget.delivered(500)
      budget.settled(500)
    }
    assert.equal(budget.outgrown, 'too small')
  })

  it('is one at least, however large a message is', () => {
    const budget = prefetchBudget(10)
    for (let i = 0; i < 500; i++) budget.delivered(128 * MIB)
    assert.equal(budget.allowed, 1)
    budget.begin()
    budget.delivered(128 * MIB)
    assert.equal(budget.outgrown, null, 'there is nothing less than one')
  })
})
