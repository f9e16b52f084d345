import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { bodyValidator, textValidator } from '#platform/http/schema.ts'

const queue = Type.Object({
  name: Type.String({ minLength: 1 }),
  minutes: Type.Integer({ minimum: 1 }),
  kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
  note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  inner: Type.Optional(Type.Object({ on: Type.Boolean() })),
  free: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

test('names every fault at once, with the pointer to it', () => {
  const faults = bodyValidator(queue)({ minutes: '5', kind: 'c', note: 1, inner: { on: 'yes', off: 1 }, 'a/b': 1 })
  assert.deepEqual(
    new Map(faults?.map(({ path, message }) => [path, message])),
    new Map([
      ['/name', 'is required'],
      ['/minutes', 'must be an integer'],
      ['/kind', 'must be one of "a", "b"'],
      ['/note', 'must be one of string, null'],
      ['/inner/on', 'must be a boolean'],
      ['/inner/off', 'is not a known field'],
      ['/a~1b', 'is not a known field'],
    ]),
  )
})

test('takes what is well, free maps included', () => {
  assert.equal(bodyValidator(queue)({ name: 'x', minutes: 5, note: null, free: { anything: [1] } }), null)
})

test('closes an intersection as a whole', () => {
  const check = bodyValidator(Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]))
  assert.equal(check({ a: '', b: '' }), null)
  assert.deepEqual(check({ a: '', b: '', c: 1 }), [{ path: '/c', message: 'is not a known field' }])
})

test('tells of the branch that is of the right kind', () => {
  const check = bodyValidator(Type.Object({ to: Type.Union([Type.String(), Type.Object({ id: Type.String() })]) }))
  assert.deepEqual(check({ to: {} }), [{ path: '/to/id', message: 'is required' }])
  assert.deepEqual(check({ to: 5 }), [{ path: '/to', message: 'must be one of string, object' }])
})

test('an absent body is a fault, not a crash', () => {
  assert.deepEqual(bodyValidator(queue)(undefined), [{ path: '', message: 'must be an object' }])
})

test('converts query texts and fills defaults, but never a repeated one', () => {
  const check = textValidator(Type.Object({ limit: Type.Optional(Type.Integer({ default: 50, maximum: 200 })) }))
  const given: Record<string, unknown> = { limit: '20' }
  assert.equal(check(given), null)
  assert.equal(given.limit, 20)
  const none: Record<string, unknown> = {}
  check(none)
  assert.equal(none.limit, 50)
  assert.deepEqual(check({ limit: ['1', '2'] }), [{ path: '/limit', message: 'must be an integer' }])
  assert.deepEqual(check({ limit: '201' }), [{ path: '/limit', message: 'must be <= 200' }])
  assert.deepEqual(check({ other: '1' }), [{ path: '/other', message: 'is not a known field' }])
})

test('formats are checked', () => {
  const check = bodyValidator(
    Type.Object({ at: Type.String({ format: 'date-time' }), on: Type.String({ format: 'date' }) }),
  )
  assert.equal(check({ at: '2026-02-28T10:00:00Z', on: '2024-02-29' }), null)
  assert.equal(check({ at: '2026-02-30T10:00:00Z', on: '2025-02-29' })?.length, 2)
})
