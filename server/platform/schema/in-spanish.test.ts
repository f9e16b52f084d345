import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { exactCheck } from '#platform/schema/check.ts'
import { faultInSpanish } from '#platform/schema/in-spanish.ts'

test('whatever a schema says of a value is known again in Spanish', () => {
  const schema = Type.Object({
    text: Type.String({ minLength: 1, maxLength: 3 }),
    long: Type.String({ minLength: 5 }),
    number: Type.Number({ minimum: -1.5, maximum: 10 }),
    between: Type.Number({ exclusiveMinimum: 1, exclusiveMaximum: 7 }),
    steps: Type.Integer({ multipleOf: 5 }),
    list: Type.Array(Type.String(), { minItems: 1, maxItems: 2, uniqueItems: true }),
    map: Type.Object({}, { minProperties: 2, additionalProperties: true }),
    names: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.String()),
    choice: Type.Union([Type.Literal('a or b'), Type.Literal('c')]),
    either: Type.Union([Type.String(), Type.Null(), Type.Object({ id: Type.String() })]),
    only: Type.Literal(3),
    at: Type.String({ format: 'date-time' }),
    mail: Type.String({ format: 'email' }),
    hour: Type.String({ pattern: '^x$', description: 'HH:MM' }),
    code: Type.String({ pattern: '^x$' }),
    flag: Type.Boolean(),
    there: Type.String(),
  })
  const values: unknown[] = [
    { text: '', long: 'x', number: 'x', between: 1, steps: 3, list: [], map: {}, names: { A: 'x' }, choice: 3 },
    { text: 'xxxx', number: 11, between: 7, steps: 'x', list: ['x', 'x', 'x'], map: { a: 1 }, names: 3, choice: 'd' },
    { text: 3, number: -2, list: 'x', either: 3, only: 4, at: 'x', mail: 'x', hour: 'y', code: 'y', flag: 'x', no: 1 },
  ]
  const faults = values.flatMap((value) => exactCheck(schema)(value) ?? [])
  assert.ok(new Set(faults.map(({ says }) => says.en)).size > 25, `${faults.length} faults`)
  for (const { path, says } of faults) assert.equal(faultInSpanish(`${path} ${says.en}`), `${path} ${says.es}`)
})

test('what is no sentence of a schema stays as it is', () => {
  for (const said of ['must be equal to nothing', 'something of a library', '/data/x it broke']) {
    assert.equal(faultInSpanish(said), said)
  }
})
