import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePattern, topicIndex } from '#events/topic.ts'

/** The definition, word by word, without a thought for cost. */
function naive(pattern: readonly string[], words: readonly string[]): boolean {
  const [part, ...rest] = pattern
  if (part === undefined) return words.length === 0
  if (part === '#') return naive(rest, words) || (words.length > 0 && naive(pattern, words.slice(1)))
  return words.length > 0 && (part === '*' || part === words[0]) && naive(rest, words.slice(1))
}

const split = (text: string) => (text === '' ? [] : text.split('.'))
const word = fc.constantFrom('a', 'b', '')
const pattern = fc.array(fc.oneof(word, fc.constantFrom('*', '#')), { maxLength: 6 }).map((words) => words.join('.'))
const key = fc.array(word, { maxLength: 6 }).map((words) => words.join('.'))

test('matcher and index agree with the definition', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 8 }),
      fc.array(key, { minLength: 1, maxLength: 6 }),
      (patterns, keys) => {
        const index = topicIndex(patterns.map((text, at) => [text, at] as const))
        for (const text of [...keys, ...keys]) {
          const expected = patterns.flatMap((each, at) => (naive(split(each), split(text)) ? [at] : []))
          assert.deepEqual(index.match(text), expected)
          patterns.forEach((each, at) => {
            assert.equal(compilePattern(each)(text), expected.includes(at), `${each} against ${text}`)
          })
        }
      },
    ),
    { numRuns: 2000 },
  )
})
