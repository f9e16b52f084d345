import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Data } from '../graph.ts'
import { aligned, comparisonOf, expectationOf, type Verdict } from './comparison.ts'

const said = (nodeId: string, more: object = {}) => ({
  ...{ nodeId, after: 'PT0S', channel: 'push', template: 'come-back', title: null, text: null, ...more },
})
const verdict = (more: Partial<Verdict>): Verdict => ({
  ...{ name: 'x', passed: false, misses: [], status: 'completed', outcome: 'completed', steps: [], messages: [] },
  ...more,
})
const miss = (path: string) => ({ path, expected: null, actual: null, says: { en: path, es: path } })

describe('what was expected beside what came', () => {
  it('lines up the steps that both have, and pairs what stands in between', () => {
    const pairs = aligned(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'y', 'd'])
    assert.deepEqual(
      pairs.map(({ expected, came }) => `${expected} ${came}`),
      ['a a', 'b x', 'c c', 'null y', 'd d'],
    )
  })

  it('loses no step of either side', () => {
    const steps = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    fc.assert(
      fc.property(steps, steps, (expected, came) => {
        const pairs = aligned(expected, came)
        assert.deepEqual(
          pairs.flatMap((pair) => pair.expected ?? []),
          expected,
        )
        assert.deepEqual(
          pairs.flatMap((pair) => pair.came ?? []),
          came,
        )
        if (JSON.stringify(expected) === JSON.stringify(came))
          assert.ok(pairs.every((pair) => pair.expected === pair.came))
      }),
    )
  })

  it('marks of a message what came otherwise, and what was not said at all', () => {
    const expect: Data = { status: 'completed', messages: [{ node: 'push', after: 'PT2H' }, { node: 'again' }] }
    const { status, messages } = comparisonOf(
      expect,
      verdict({ messages: [said('push')], misses: [miss('/expect/messages/0/after'), miss('/expect/messages/1')] }),
    )
    assert.equal(status.missed, false)
    assert.deepEqual(
      messages.pairs.map(({ came, missed }) => [came?.nodeId ?? null, [...missed]]),
      [
        ['push', ['after']],
        [null, []],
      ],
    )
  })

  it('takes what came as what is expected', () => {
    assert.deepEqual(
      expectationOf(verdict({ outcome: 'recuperada', steps: ['start', 'push'], messages: [said('push')] })),
      {
        status: 'completed',
        outcome: 'recuperada',
        steps: ['start', 'push'],
        messages: [{ node: 'push', after: 'PT0S', channel: 'push', template: 'come-back' }],
      },
    )
    assert.deepEqual(expectationOf(verdict({ status: 'not started', outcome: 'not started' })), {
      status: 'not started',
      messages: [],
    })
  })
})
