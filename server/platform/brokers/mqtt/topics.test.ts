import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { coversFilter, filterFault, matchesFilter, topicFault, widestFilters } from './topics.ts'

describe('filters of MQTT', () => {
  const TABLE: readonly [filter: string, matching: string[], others: string[]][] = [
    ['a/#', ['a', 'a/b', 'a/', 'a/b/c'], ['ab', '/a']],
    ['a/+', ['a/b', 'a/'], ['a', 'a/b/c']],
    ['+/b', ['a/b', '/b'], ['b', 'a/c/b']],
    ['+', ['a'], ['/a', '$SYS']],
    ['/+', ['/a'], ['a']],
    ['#', ['a', '/', 'a/b'], ['$SYS/x']],
    ['$SYS/#', ['$SYS/x'], ['a']],
    ['+/+', ['/'], ['$SYS/x']],
    ['a//b', ['a//b'], ['a/b']],
    ['A', ['A'], ['a']],
  ]
  for (const [filter, matching, others] of TABLE) {
    it(`${filter} matches what it should and nothing else`, () => {
      assert.equal(filterFault(filter), null)
      for (const topic of matching) assert.equal(matchesFilter(filter, topic), true, topic)
      for (const topic of others) assert.equal(matchesFilter(filter, topic), false, topic)
    })
  }

  it('are refused when a wildcard stands where it may not', () => {
    for (const filter of ['a/#/b', 'a+', 'a/b#', '#/a', '', 'a\u0000b', 'x'.repeat(65_536)]) {
      assert.notEqual(filterFault(filter), null, filter.slice(0, 20))
    }
  })

  it('are no topics when they hold wildcards', () => {
    assert.equal(topicFault('a/b'), null)
    for (const topic of ['a/#', 'a/+', '', 7]) assert.notEqual(topicFault(topic), null)
  })
})

const LEVEL = fc.constantFrom('a', 'b', '', '+', '$x')
const TOPIC = fc.array(fc.constantFrom('a', 'b', '', '$x'), { minLength: 1, maxLength: 4 }).map((all) => all.join('/'))
const FILTER = fc
  .tuple(fc.array(LEVEL, { maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'))
  .filter((filter) => filterFault(filter) === null)

describe('filters that cover others', () => {
  it('match whatever the others match', () => {
    fc.assert(
      fc.property(FILTER, FILTER, TOPIC, (wide, narrow, topic) => {
        if (coversFilter(wide, narrow) && matchesFilter(narrow, topic)) assert.equal(matchesFilter(wide, topic), true)
      }),
      { numRuns: 5_000 },
    )
  })

  it('make the others needless, and no topic is lost by leaving those out', () => {
    fc.assert(
      fc.property(fc.array(FILTER, { maxLength: 6 }), TOPIC, (filters, topic) => {
        const kept = widestFilters(filters)
        assert.equal(
          kept.some((filter) => matchesFilter(filter, topic)),
          filters.some((filter) => matchesFilter(filter, topic)),
        )
      }),
      { numRuns: 3_000 },
    )
    assert.deepEqual(widestFilters(['a/b', 'a/#', 'c', 'a/+/c', 'c']), ['a/#', 'c'])
    assert.deepEqual(widestFilters(['a/+', '+/b']), ['+/b', 'a/+'])
  })
})
