import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TSchema, Type } from '@sinclair/typebox'
import { bodyValidator as ofBody, textValidator as ofTexts, type Validate } from '#platform/http/schema.ts'
import { exactCheck } from '#platform/schema/check.ts'

/** What is said in one of the languages; that the other says the same is held below. */
const inEnglish =
  (validate: Validate): Validate =>
  (value) =>
    validate(value)?.map(({ path, message }) => ({ path, message })) ?? null
const bodyValidator = (schema: TSchema) => inEnglish(ofBody(schema))
const textValidator = (schema: TSchema) => inEnglish(ofTexts(schema))

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
      ['/note', 'must be a string or null'],
      ['/inner/on', 'must be a boolean'],
      ['/inner/off', 'is not a known field'],
      ['/a~1b', 'is not a known field'],
    ]),
  )
})

test('says in both languages that a share must be more than nothing', () => {
  assert.deepEqual(ofBody(Type.Object({ percent: Type.Number({ exclusiveMinimum: 0 }) }))({ percent: 0 }), [
    {
      path: '/percent',
      message: 'must be more than 0',
      messages: { en: 'must be more than 0', es: 'debe ser más de 0' },
    },
  ])
})

test('takes what is well, free maps included', () => {
  assert.equal(bodyValidator(queue)({ name: 'x', minutes: 5, note: null, free: { anything: [1] } }), null)
})

test('closes a map to names of another form', () => {
  const check = bodyValidator(
    Type.Object({ texts: Type.Record(Type.String({ pattern: '^[a-z]{2}$' }), Type.String()) }),
  )
  assert.equal(check({ texts: { es: 'x' } }), null)
  assert.deepEqual(check({ texts: { español: 'x' } }), [
    { path: '/texts/español', message: 'is not a name that is allowed here' },
  ])
})

test('closes an intersection as a whole', () => {
  const check = bodyValidator(Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]))
  assert.equal(check({ a: '', b: '' }), null)
  assert.deepEqual(check({ a: '', b: '', c: 1 }), [{ path: '/c', message: 'is not a known field' }])
})

test('tells of the branch that is of the right kind', () => {
  const check = bodyValidator(Type.Object({ to: Type.Union([Type.String(), Type.Object({ id: Type.String() })]) }))
  assert.deepEqual(check({ to: {} }), [{ path: '/to/id', message: 'is required' }])
  assert.deepEqual(check({ to: 5 }), [{ path: '/to', message: 'must be a string or an object with id' }])
})

test('tells of the branch that the field of the kind names, whatever else is wrong', () => {
  const check = bodyValidator(
    Type.Object({
      to: Type.Union([
        Type.Object({ kind: Type.Literal('queue'), name: Type.String({ minLength: 2 }) }),
        Type.Object({ kind: Type.Literal('topic'), name: Type.String({ minLength: 2 }) }),
      ]),
    }),
  )
  const paths = (to: object) => check({ to })?.map(({ path }) => path)
  assert.deepEqual(paths({ kind: 'topic', name: 'x' }), ['/to/name'])
  assert.deepEqual(paths({ kind: 'topic', password: 'x' }), ['/to/name', '/to/password'])
  assert.deepEqual(paths({ kind: 'fax', name: 'xx' }), ['/to'])
})

const recipient = Type.Object({
  to: Type.Union([
    Type.String({ minLength: 1 }),
    Type.Object({ contactId: Type.String() }),
    Type.Object({ address: Type.String(), name: Type.Optional(Type.String()) }),
  ]),
})

test('of several objects the one that knows most of the fields was meant', () => {
  const check = bodyValidator(recipient)
  assert.deepEqual(check({ to: { address: 5 } }), [{ path: '/to/address', message: 'must be a string' }])
  assert.deepEqual(check({ to: { address: 'x', nmae: 'y' } }), [{ path: '/to/nmae', message: 'is not a known field' }])
  assert.deepEqual(check({ to: { name: 'y' } }), [{ path: '/to/address', message: 'is required' }])
  assert.deepEqual(check({ to: '' }), [{ path: '/to', message: 'must not be empty' }])
  const none = 'must be a string, an object with contactId or an object with address'
  for (const to of [{}, { other: 1 }, [], true]) assert.deepEqual(check({ to }), [{ path: '/to', message: none }])
})

test('a choice at the root names what is at fault', () => {
  const check = bodyValidator(
    Type.Union([Type.Object({ ids: Type.Array(Type.String()) }), Type.Object({ all: Type.Literal(true) })]),
  )
  assert.deepEqual(check({ ids: 'x' }), [{ path: '/ids', message: 'must be an array' }])
  assert.deepEqual(check({ all: false }), [{ path: '/all', message: 'must be true' }])
  const either = 'must be an object with ids or an object with all'
  assert.deepEqual(check({}), [{ path: '', message: either }])
  assert.deepEqual(check({ ids: [], all: true }), [{ path: '', message: either }])
})

test('each item of a list has its own fault, whatever the others are', () => {
  const day = Type.String({ format: 'date' })
  const check = bodyValidator(
    Type.Object({
      days: Type.Array(Type.Union([Type.Object({ date: day }), Type.Object({ from: day, to: day })])),
      sizes: Type.Optional(Type.Array(Type.Union([Type.Literal('s'), Type.Literal('m')]))),
    }),
  )
  assert.deepEqual(check({ days: [{ date: '2026-13-01' }, { from: '2026-01-01' }, 'x'], sizes: ['s', 'xl'] }), [
    { path: '/days/0/date', message: 'must be a day such as 2026-03-02' },
    { path: '/days/1/to', message: 'is required' },
    { path: '/days/2', message: 'must be an object with date or an object with from, to' },
    { path: '/sizes/1', message: 'must be one of "s", "m"' },
  ])
})

test('a list of any length at fault is judged in time', () => {
  const check = exactCheck(
    Type.Object({ list: Type.Array(Type.Union([Type.Object({ a: Type.String() }), Type.Null()])) }),
  )
  const began = performance.now()
  assert.equal(check({ list: Array(4_000).fill(1) })?.length, 100)
  assert.deepEqual(
    check({ list: Array(400_000).fill(1) })?.map(({ path }) => path),
    ['/list/0'],
  )
  assert.ok(performance.now() - began < 2_000)
})

test('every fault is a sentence, in both languages', () => {
  const check = exactCheck(
    Type.Object({
      at: Type.String({ format: 'date-time' }),
      code: Type.String({ pattern: '^x$', description: 'The letter x' }),
      day: Type.String({ pattern: '^x$', description: 'HH:MM, up to 24:00' }),
      few: Type.Array(Type.Integer(), { maxItems: 1, uniqueItems: true }),
      n: Type.Integer({ maximum: 3 }),
      named: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Boolean(), { additionalProperties: false }),
    }),
  )
  const faults = check({ at: 5, code: 'y', day: 'y', few: [1, 1], n: 4, named: { A: true, b: 1 } })
  assert.deepEqual(
    faults?.map(({ path, says }) => `${path} ${says.en} / ${says.es}`),
    [
      '/at must be a time with its zone, such as 2026-03-02T10:00:00Z / debe ser una hora con su zona, como 2026-03-02T10:00:00Z',
      // A meaning that nobody has put into Spanish is left out there.
      '/code is not written as it should be: The letter x / no está escrito como debe',
      '/day is not written as it should be: HH:MM, up to 24:00 / no está escrito como debe: HH:MM, hasta 24:00',
      '/few must hold at most 1 item / puede tener como máximo 1 elemento',
      '/few must not hold the same item twice / no puede repetir un elemento',
      '/n must be at most 3 / debe ser 3 o menos',
      '/named/A is not a name that is allowed here / no es un nombre permitido aquí',
      '/named/b must be a boolean / debe ser verdadero o falso',
    ],
  )
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
  assert.deepEqual(check({ limit: '201' }), [{ path: '/limit', message: 'must be at most 200' }])
  assert.deepEqual(check({ other: '1' }), [{ path: '/other', message: 'is not a known field' }])
})

test('formats are checked', () => {
  const check = bodyValidator(
    Type.Object({ at: Type.String({ format: 'date-time' }), on: Type.String({ format: 'date' }) }),
  )
  assert.equal(check({ at: '2026-02-28T10:00:00Z', on: '2024-02-29' }), null)
  assert.equal(check({ at: '2026-02-30T10:00:00Z', on: '2025-02-29' })?.length, 2)
})

test('what a request has wrong is told in both languages', () => {
  const [fault] = ofBody(Type.Object({ name: Type.String({ minLength: 1 }) }))({ name: '' }) ?? []
  assert.deepEqual(fault?.messages, { en: 'must not be empty', es: 'no puede estar vacío' })
  const [asked] = ofTexts(Type.Object({ limit: Type.Integer({ maximum: 200 }) }))({ limit: '300' }) ?? []
  assert.deepEqual(asked?.messages, { en: 'must be at most 200', es: 'debe ser 200 o menos' })
})
