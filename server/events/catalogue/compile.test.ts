import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#platform/event.ts'
import { compileSchema, schemaFaults } from './compile.ts'

const paths = (schema: Json) => schemaFaults(schema).map(({ path }) => path)
const nested = (depth: number): Json => (depth === 0 ? {} : { not: nested(depth - 1) })
const bomb = (): Json => {
  const $defs: { [name: string]: Json } = { d30: { type: 'string' } }
  for (let i = 0; i < 30; i++)
    $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }
  return { $ref: '#/$defs/d0', $defs }
}

test('a schema is taken as JSON Schema 2020-12, with references into itself', () => {
  const checker = compileSchema({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://schemas.example.org/order',
    type: 'object',
    required: ['total'],
    properties: {
      total: { $ref: '#/$defs/money' },
      tags: { type: 'array', prefixItems: [{ const: 'a' }], uniqueItems: true, maxItems: 5 },
      'odd/name': { type: 'string', format: 'made-up', pattern: '^\\p{Lu}\\u00e9?\\d+$' },
    },
    $defs: { money: { type: 'number', minimum: 0 } },
    unevaluatedProperties: false,
  })
  assert.equal(checker.check({ total: 1, tags: ['a'], 'odd/name': 'É1' }), null)
  assert.equal(checker.check({ total: 1, 'odd/name': 'Xé12' }), null)
  assert.deepEqual(checker.check({ total: -1 }), { path: '/total', message: 'must be at least 0' })
  assert.deepEqual(checker.check({}), { path: '/total', message: 'is required' })
  assert.deepEqual(checker.check({ total: 1, more: 1 }), { path: '/more', message: 'is not a known field' })
})

test('two schemas of the same name, and the same schema twice, do not meet', () => {
  const one = compileSchema({ $id: 'urn:x', type: 'string' })
  const other = compileSchema({ $id: 'urn:x', type: 'number' })
  assert.equal(one.check('a'), null)
  assert.equal(other.check(1), null)
  assert.equal(compileSchema(true).check(1), null)
  assert.notEqual(compileSchema(false).check(1), null)
  const same = { type: 'string' }
  assert.notEqual(compileSchema(same), compileSchema(same))
})

test('what could stop the program, or reach out of the schema, is refused, naming the place', () => {
  const cases: [Json, string[]][] = [
    ['x', ['/schema']],
    [null, ['/schema']],
    [[], ['/schema']],
    [{ type: 'strin' }, ['/schema/type', '/schema/type']],
    [{ properties: { a: [] } }, ['/schema/properties/a']],
    [{ $ref: 'https://example.org/x.json' }, ['/schema/$ref']],
    [{ $ref: 'other.json#/a' }, ['/schema/$ref']],
    [{ $ref: '#/$defs/none' }, ['/schema/$ref']],
    [{ $ref: '#/__proto__' }, ['/schema/$ref']],
    [{ $ref: '#' }, ['/schema/$ref']],
    [
      { $defs: { a: { properties: { b: { $ref: '#/$defs/a' } } } }, $ref: '#/$defs/a' },
      ['/schema/$defs/a/properties/b/$ref'],
    ],
    [{ $dynamicRef: '#x' }, ['/schema/$dynamicRef']],
    [{ $anchor: 'x' }, ['/schema/$anchor']],
    [{ items: { $id: 'urn:x' } }, ['/schema/items/$id']],
    [{ $schema: 'http://json-schema.org/draft-07/schema#' }, ['/schema/$schema']],
    [{ pattern: '(a)\\1' }, ['/schema/pattern']],
    [{ pattern: '(?=a)' }, ['/schema/pattern']],
    [{ pattern: '(' }, ['/schema/pattern']],
    [{ patternProperties: { '(?<=a)': true } }, ['/schema/patternProperties/(?<=a)']],
    [{ propertyNames: { pattern: `a{600}${'b'.repeat(10)}` }, pattern: 'a{600}' }, ['/schema/pattern']],
    [{ uniqueItems: true }, ['/schema/uniqueItems']],
    [{ enum: [] }, ['/schema/enum']],
    [{ $schema: { toString: 1 } }, ['/schema/$schema']],
    [{ enum: Array.from({ length: 501 }, (_, i) => i) }, ['/schema/enum']],
    [nested(33), ['/schema']],
    [bomb(), ['/schema']],
    [{ description: 'x'.repeat(70_000) }, ['/schema']],
  ]
  for (const [schema, expected] of cases)
    assert.deepEqual(paths(schema), expected, JSON.stringify(schema).slice(0, 100))
})

test('a pattern that would run for ever elsewhere takes time in proportion to the text', () => {
  const { check } = compileSchema({ type: 'string', pattern: '^(a+)+$' })
  const began = performance.now()
  assert.notEqual(check(`${'a'.repeat(50_000)}!`), null)
  assert.ok(performance.now() - began < 1_000)
})
