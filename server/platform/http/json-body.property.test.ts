import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonBody } from '#platform/http/json-body.ts'
import { MAX_DEPTH } from '#platform/json-text.ts'

const depthOf = (value: unknown): number =>
  typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf))

test('what nests too deep is refused by the depth of its value, whatever its strings hold', () => {
  const strings = fc.oneof(fc.string(), fc.constantFrom('[', '{{', '\\"[', '"', '\\', '\\\\"{'))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'large', maxDepth: 12 },
      strings,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(strings, tie('tree'), { maxKeys: 3 }),
    ),
  }))
  fc.assert(
    fc.property(tree, fc.integer({ min: MAX_DEPTH - 10, max: MAX_DEPTH }), (value, more) => {
      const text = Buffer.from('['.repeat(more) + JSON.stringify(value) + ']'.repeat(more))
      if (more + depthOf(value) <= MAX_DEPTH) parseJsonBody(text)
      else assert.throws(() => parseJsonBody(text), /deeper than 64/)
    }),
    { numRuns: 500 },
  )
})

test('any bytes are read or refused with a 400', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      (bytes) => {
        try {
          parseJsonBody(Buffer.from(bytes))
        } catch (error) {
          assert.equal((error as { status?: number }).status, 400)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('64 levels pass, 65 do not', () => {
  const nested = (levels: number) => Buffer.from('['.repeat(levels) + ']'.repeat(levels))
  parseJsonBody(nested(64))
  assert.throws(() => parseJsonBody(nested(65)), /deeper than 64/)
})

test('a whole number that would be stored as another is refused with its place, unless near is near enough', () => {
  const refusedAt = (text: string) => {
    try {
      parseJsonBody(Buffer.from(text))
    } catch (error) {
      return (error as { faults: { path: string }[] }).faults.map(({ path }) => path)
    }
    return []
  }
  assert.deepEqual(refusedAt('{"attributes":{"a/b":[1,9007199254740993]},"n":-12345678901234567890}'), [
    '/attributes/a~1b/1',
    '/n',
  ])
  for (const text of [
    '9007199254740992',
    '12345678901234567000',
    '1e300',
    '0.12345678901234567',
    '"9007199254740993"',
  ]) {
    assert.deepEqual(refusedAt(`{"n":${text}}`), [], text)
  }
  assert.deepEqual(parseJsonBody(Buffer.from('{"maximum":9223372036854775807}'), true), { maximum: 2 ** 63 })
})
