import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '#platform/event.ts'
import { differenceOf } from './breaking.ts'
import { compileSchema } from './compile.ts'
import type { Schema } from './schema-guard.ts'

const before: Schema = {
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string', maxLength: 40 },
    status: { enum: ['open', 'closed'] },
    note: { type: ['string', 'null'] },
    lines: { type: 'array', items: { $ref: '#/$defs/line' } },
  },
  $defs: {
    line: {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string' }, count: { type: 'integer', minimum: 1 } },
    },
  },
}

/** The schema with a change somewhere inside it. */
function changed(change: (schema: Record<string, Record<string, Record<string, Json>>>) => void): Schema {
  const copy = structuredClone(before)
  change(copy as never)
  return copy
}

const breaks = (after: Schema) => differenceOf(before, after).breaking.map(({ path, message }) => `${path} ${message}`)

test('every change that breaks somebody is listed, each with its place', () => {
  const after = changed((schema) => {
    delete schema.properties?.note
    schema.required = ['id', 'lines'] as never
    Object.assign(schema.properties?.status as object, { enum: ['open'] })
    Object.assign(schema.properties?.id as object, { type: 'integer' })
    const line = schema.$defs?.line as unknown as { required: string[]; properties: Record<string, object> }
    line.required = ['sku', 'count']
    line.properties.count = { type: 'integer', minimum: 2 }
  })
  assert.deepEqual(breaks(after).sort(), [
    '/id changed its type from string to integer',
    '/lines became required',
    '/lines/[]/count became required',
    '/lines/[]/count has minimum 2 in place of 1',
    '/note was removed',
    '/status may be absent now: consumers rely on it',
    '/status no longer takes "closed"',
  ])
})

test('what only adds breaks nobody, and is told', () => {
  const after = changed((schema) => {
    Object.assign(schema.properties as object, { colour: { type: 'string' } })
    Object.assign(schema.properties?.status as object, { enum: ['open', 'closed', 'paused'] })
    Object.assign(schema.properties?.id as object, { maxLength: 80, description: 'its number' })
    schema.title = 'An order' as never
  })
  const { breaking, notable } = differenceOf(before, after)
  assert.deepEqual(breaking, [])
  assert.deepEqual(notable.map(({ path }) => path).sort(), ['/colour', '/id', '/status'])
})

test('one change at a time is told by its own words', () => {
  const cases: [Schema, Schema, string[]][] = [
    [{ type: 'string' }, { type: ['string', 'null'] }, [' changed its type from string to null or string']],
    [{}, { type: 'string' }, [' changed its type from anything to string']],
    [{ const: 1 }, { const: 2 }, [' no longer takes 1']],
    [{ enum: [1] }, { const: 1 }, []],
    [true, { enum: [1] }, [' takes listed values only']],
    [{ pattern: 'a' }, { pattern: 'b' }, [' has pattern "b" in place of "a"']],
    [{ format: 'date' }, {}, []],
    [{}, { format: 'date' }, [' has format "date"']],
    [{ maxLength: 5 }, { maxLength: 4 }, [' has maxLength 4 in place of 5']],
    [{ maxLength: 4 }, { maxLength: 5 }, []],
    [{ exclusiveMinimum: 1 }, { exclusiveMinimum: 0 }, []],
    [{}, { uniqueItems: true, maxItems: 5 }, [' has maxItems 5', ' takes no item twice']],
    [{}, { required: ['a'] }, ['/a is new and required']],
    [{}, { additionalProperties: false }, ['/* fields that are not listed are refused']],
    [{ additionalProperties: false }, { properties: { a: {} }, additionalProperties: false }, []],
    [
      { additionalProperties: { type: 'string' } },
      { additionalProperties: { type: 'number' } },
      ['/* changed its type from string to number'],
    ],
    [{ items: { type: 'string' } }, {}, [' no longer says what its items are']],
    [{}, { items: { type: 'string' } }, [' now limits its items']],
    [
      { anyOf: [{ const: 1 }] },
      { anyOf: [{ const: 1 }, { const: 2 }] },
      [' is judged by another anyOf: whether that is compatible cannot be told'],
    ],
    [true, false, [' is judged by another not: whether that is compatible cannot be told']],
    [{ properties: { a: true } }, { properties: { a: {} } }, []],
    // The reference is the same, what it refers to is not.
    [
      { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { type: 'string' } } },
      { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { type: 'number' } } },
      [' is judged by another anyOf: whether that is compatible cannot be told'],
    ],
    // The words are others, the meaning is not.
    [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, { type: 'string' }, []],
    [{ properties: { 'a/b': { type: 'string' } } }, { properties: {} }, ['/a~1b was removed']],
  ]
  for (const [from, to, expected] of cases) {
    const found = differenceOf(from, to).breaking.map(({ path, message }) => `${path} ${message}`)
    assert.deepEqual(found, expected, `${JSON.stringify(from)} → ${JSON.stringify(to)}`)
  }
})

/** Small schemas over few names, so that two of them often meet. */
const leaf = fc.oneof(
  fc.constantFrom<Schema>({ type: 'string' }, { type: 'integer' }, { type: ['string', 'null'] }, true),
  fc.record({ enum: fc.uniqueArray(fc.constantFrom(1, 2, 'x'), { minLength: 1 }) }),
  fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 0, max: 2 }) }),
)
const fields = ['a', 'b', 'c']
const object = fc
  .record({
    properties: fc.dictionary(fc.constantFrom(...fields), leaf),
    required: fc.uniqueArray(fc.constantFrom(...fields)),
  })
  .map(({ properties, required }): Schema => ({ type: 'object', properties, required }))
const value = fc.dictionary(fc.constantFrom(...fields), fc.constantFrom<Json>(1, 2, 0, 'x', 'xxx', null))

test('what was valid stays valid where nothing is said to break, but for fields that are new', () => {
  fc.assert(
    fc.property(object, object, fc.array(value, { minLength: 20, maxLength: 20 }), (from, to, values) => {
      const { breaking } = differenceOf(from, to)
      if (breaking.length > 0) return
      const known = Object.keys((from as { properties: object }).properties)
      const [old, fresh] = [compileSchema(from), compileSchema(to)]
      for (const given of values) {
        const listed = Object.fromEntries(Object.entries(given).filter(([name]) => known.includes(name)))
        if (old.check(listed) === null) assert.equal(fresh.check(listed), null)
      }
    }),
    { numRuns: 300 },
  )
})

test('a schema compared with itself shows nothing', () => {
  fc.assert(
    fc.property(object, (schema) => {
      assert.deepEqual(differenceOf(schema, structuredClone(schema)), { breaking: [], notable: [] })
    }),
    { numRuns: 100 },
  )
})

test('a field that is called as a keyword is a field: what changes of it is seen', () => {
  const of = (kind: string, name: string, more: object = {}): Schema => ({
    type: 'object',
    required: ['definitions'],
    properties: { [name]: { $ref: '#/$defs/kind' }, definitions: { type: kind }, ...more },
    $defs: { kind: { type: kind } },
  })
  for (const name of ['type', 'required', 'enum', 'const', 'default', 'examples', '$ref', '$defs', 'plain']) {
    const { breaking } = differenceOf(of('string', name), of('number', name))
    const paths = breaking.map(({ path }) => path).sort()
    assert.deepEqual(paths, [`/${name}`, '/definitions'].sort(), name)
  }
  const gone = differenceOf(of('string', 'plain', { $ref: true }), of('string', 'plain'))
  assert.deepEqual(gone.breaking, [{ path: '/$ref', message: 'was removed' }])
})
