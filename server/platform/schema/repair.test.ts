import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { exactCheck } from '#platform/schema/check.ts'
import { FILLER, repaired } from '#platform/schema/repair.ts'

const schema = Type.Object({
  to: Type.Optional(Type.Union([Type.String(), Type.Object({ id: Type.String() })])),
  kind: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  n: Type.Integer({ minimum: 3 }),
  on: Type.Boolean(),
  'a/b': Type.Optional(Type.String()),
  list: Type.Array(Type.Object({ name: Type.String(), when: Type.Optional(Type.String()) }), { minItems: 1 }),
  vars: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.String(), { additionalProperties: false }),
})
const check = exactCheck(schema)
const mend = (value: unknown) => repaired(value, check(value) ?? [])

test('what is of the wrong kind is replaced, what is well stays, what is too much goes', () => {
  const given = {
    to: 5,
    kind: 'c',
    on: true,
    'a/b': 1,
    list: [{ name: 'x', when: 'y' }, { when: 7, more: 1 }, 3],
    vars: { ok: 'v', NO: 'v', bad: 1 },
    extra: {},
  }
  const before = structuredClone(given)
  assert.deepEqual(mend(given), {
    to: FILLER,
    kind: 'a',
    n: 3,
    on: true,
    'a/b': FILLER,
    list: [{ name: 'x', when: 'y' }, { name: FILLER, when: FILLER }, { name: FILLER }],
    vars: { ok: 'v', bad: FILLER },
  })
  assert.deepEqual(given, before, 'the value itself is left alone')
  assert.deepEqual(mend(null), { kind: 'a', n: 3, on: false, list: [{ name: FILLER }], vars: {} })
})

test('whatever comes, the repaired value is of the right kind', () => {
  const scrambled = fc.record(
    {
      to: fc.jsonValue(),
      kind: fc.jsonValue(),
      n: fc.jsonValue(),
      on: fc.jsonValue(),
      'a/b': fc.jsonValue(),
      list: fc.oneof(
        fc.array(fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue(), x: fc.jsonValue() }))),
        fc.jsonValue(),
      ),
      vars: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(scrambled, fc.jsonValue()), (value) => {
      const left = (check(mend(value)) ?? []).filter(({ wanted }) => wanted !== undefined)
      assert.deepEqual(left, [])
    }),
    { numRuns: 2_000 },
  )
})
