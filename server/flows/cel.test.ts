import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CelFault, compileCel, holds, keyOf, momentOf, resultOf, type Scope } from '#flows/cel.ts'
import { constantFault } from '#flows/constants.ts'
import { fastest } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

const scope = (data: Json = {}, more: Partial<Scope> = {}): Scope => ({
  event: { id: '1', source: 's', type: 't', subject: 'e1', time: '2026-03-02T12:00:00Z', data },
  last: null,
  contact: null,
  encounter: null,
  queue: null,
  vars: {},
  now: new Date('2026-03-02T12:00:00Z'),
  ...more,
})

function cel(source: string) {
  const made = compileCel(source, 'value')
  assert.ok(made.cel, `${source}: ${JSON.stringify(made.faults)}`)
  return made.cel
}

const value = (source: string, at = scope()) => resultOf(cel(source), at)
const fault = (source: string) => compileCel(source, 'value').faults?.[0]?.en

test('expressions work on JSON as authors expect', () => {
  const at = scope({ n: 5, name: 'Ana', tags: ['a', 'b'], nested: { yes: true }, none: null }, { vars: { count: 1 } })
  const cases: [string, Json][] = [
    ['event.data.n + 1', 6],
    ['vars.count % 2 == 1', true],
    ['10 / 4', 2],
    ['event.data.n / 2', 2.5],
    ['event.data.n > 3 && event.data.nested.yes', true],
    ['event.data.tags.exists(t, t == "b")', true],
    ['event.data.tags.map(t, t + "!")', ['a!', 'b!']],
    ['"b" in event.data.tags', true],
    ['has(event.data.missing)', false],
    ['has(event.data.n) ? event.data.n : 0', 5],
    ['size(event.data.name)', 3],
    ['event.data.none == null', true],
    ['timestamp(event.time) < now', false],
    ['(now - timestamp("2026-03-01T12:00:00Z")).getHours()', 24],
    ['now.getHours("America/Santiago")', 9],
    ['timestamp("2026-03-02T09:00:00.123456789-03:00") == timestamp("2026-03-02 12:00:00.123Z")', true],
    ['timestamp("2026-03-02T09:00-0300") == timestamp("2026-03-02T12:00:00Z")', true],
    ['{"a": [1, 2.5, "x"], "b": event.data.nested}', { a: [1, 2.5, 'x'], b: { yes: true } }],
    ['"constructor" in event.data', false],
  ]
  for (const [source, expected] of cases) assert.deepEqual(value(source, at), expected, source)
})

test('conditions must be true or false, times must be times, keys may be absent', () => {
  assert.match(compileCel('1 + 1', 'condition').doubts?.[0]?.en ?? '', /must give true or false/)
  assert.match(compileCel('true', 'time').doubts?.[0]?.en ?? '', /must give a time/)
  assert.throws(() => holds(cel('event.data'), scope('yes')), /gave string, not true or false/)
  assert.equal(
    momentOf(cel('event.data.at'), scope({ at: '2026-03-02T12:00:00+01:00' })),
    Date.parse('2026-03-02T11:00:00Z'),
  )
  for (const at of ['tomorrow', '2026-02-30T10:00:00Z', '2026-13-01T10:00:00Z', '2026-02-28T24:00:00Z'])
    assert.throws(() => momentOf(cel('event.data.at'), scope({ at })), CelFault, at)
  assert.equal(keyOf(cel('event.data.id'), scope({ id: 12 })), '12')
  assert.equal(keyOf(cel('event.data.id'), scope({})), null)
  assert.equal(keyOf(cel('event.data.id'), scope({ id: ['x'] })), null)
  assert.equal(keyOf(cel('event.data.id'), scope({ id: 'x'.repeat(256) })), null)
})

test('an expression is compiled once', () => {
  assert.equal(cel('event.data.n > 3'), cel('event.data.n > 3'))
})

test('nothing outside the names and functions can be reached', () => {
  for (const source of [
    'process',
    'globalThis',
    'this.process',
    'constructor',
    '__proto__',
    'event.constructor',
    'event.data.__proto__',
    'event["constructor"]["constructor"]("return process")()',
    'event.data.constructor.constructor("x")',
    'event.data.map(x, x.constructor)',
    '[].constructor',
    'now.constructor',
    'vars.prototype',
    'google.protobuf.Duration',
    'cel.bind(x, 1, x)',
    'optional.of(1)',
    'type(event)',
    'dyn(event)',
    'bytes("x")',
    'b"x"',
    '"x".matches("(a+)+$")',
    'event.data.matches("x")',
    'require("fs")',
    'eval("1")',
    'event.data.toString()',
    'event.data.all(event, true)',
    'event.data.all(x, x.all(y, y.all(z, true)))',
    '"a',
    '',
    '   ',
    'x'.repeat(2_001),
    `${'['.repeat(300)}${']'.repeat(300)}`,
    `1${' + 1'.repeat(400)}`,
  ]) {
    assert.ok(fault(source), `${source.slice(0, 80)} was compiled`)
  }
})

test('names that come at run time reach own members only', () => {
  for (const key of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
    assert.throws(() => value('event.data[vars.key]', scope({ a: 1 }, { vars: { key } })), CelFault, key)
    assert.throws(() => value('now[vars.key]', scope({}, { vars: { key } })), CelFault, key)
    assert.throws(() => value('event.id[vars.key]', scope({}, { vars: { key } })), CelFault, key)
    assert.equal(value('vars.key in event.data', scope({ a: 1 }, { vars: { key } })), false, key)
  }
  // Data may use such names; they stay data, or are refused.
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"name":"x"},"a":1}')
  assert.throws(() => value('event.data', scope(hostile)), CelFault)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('what JSON or the database cannot hold is a fault', () => {
  for (const source of [
    '9007199254740993',
    '1.0 / 0.0',
    'double("nan")',
    '"a\\u0000b"',
    'event.data.big.map(x, "0123456789")',
    'event.data.deep',
  ]) {
    const at = scope({ big: Array(2_000).fill(0), deep: JSON.parse('[]'.replace('', '['.repeat(20)) + ']'.repeat(20)) })
    assert.throws(() => value(source, at), CelFault, source)
  }
  assert.equal(value('"😀".substring(0, 1)'), '\ufffd')
  assert.equal(value('-0.0'), 0)
})

test('bombs end within 50 ms, and say why', () => {
  const list = Array.from({ length: 100_000 }, (_, i) => i)
  const text = 'a'.repeat(500_000)
  const twin = Array.from({ length: 200 }, () => Array(200).fill('x'.repeat(10)))
  const at = scope({
    list,
    text,
    digits: '1'.repeat(500_000),
    twin,
    twin2: structuredClone(twin),
    short: [1, 2, 3],
    texts: Array(5_000).fill(text),
  })
  const chain = `["ab"]${Array.from({ length: 20 }, (_, i) => `.map(v${i}, v${i} + v${i})`).join('')}`
  const lists = `[[1, 2]]${Array.from({ length: 20 }, (_, i) => `.map(v${i}, v${i} + v${i})`).join('')}`
  const nested = `[1]${Array.from({ length: 20 }, (_, i) => `.map(v${i}, [v${i}, v${i}])`).join('')}`
  for (const source of [
    'event.data.list.map(a, event.data.list.map(b, a * b))',
    'event.data.list.all(a, event.data.list.all(b, a >= 0.0))',
    'event.data.list.exists(a, event.data.list.exists(b, b < 0.0)) || true',
    'event.data.list.filter(a, event.data.twin == event.data.twin2)',
    'event.data.short.map(a, event.data.twin == event.data.twin2)',
    'event.data.texts.filter(t, t.contains("aaaaab"))',
    'event.data.text.split("").map(a, a + a)',
    'event.data.texts.join("")',
    'duration(event.data.digits)',
    'event.data.list.map(a, now.getHours("Europe/Madrid"))',
    `${chain} == []`,
    `${lists} == []`,
    `${nested} == []`,
    nested,
  ]) {
    const bomb = cel(source)
    const took = fastest(5, () => assert.throws(() => resultOf(bomb, at), CelFault, source))
    assert.ok(took < 50, `${source.slice(0, 60)} took ${took.toFixed(0)} ms`)
  }
  // The budget is of one evaluation: the next begins anew.
  assert.equal(value('event.data.short.exists(a, a == 3.0)', at), true)
  for (let i = 0; i < 1_000; i++) value('event.data.short.exists(a, a == 3.0)', at)
})

test('bounds hold on every run, not only the first', () => {
  const bomb = cel('event.data.all(a, event.data.all(b, a == b))')
  const large = scope(Array(10_000).fill(1))
  for (let i = 0; i < 5; i++) {
    assert.throws(() => holds(bomb, large), /takes more than/)
    assert.equal(holds(bomb, scope([1, 1])), true)
  }
})

test('what is not understood is said in both languages, with its place', () => {
  const says = (source: string) => {
    const [fault] = compileCel(source, 'value').faults ?? []
    return [fault?.en, fault?.es]
  }
  assert.deepEqual(says('event.data.x &&'), ['ends too early (character 16)', 'termina antes de tiempo (carácter 16)'])
  assert.deepEqual(says('event..x'), ['lacks a name (character 7)', 'le falta un nombre (carácter 7)'])
  assert.deepEqual(says(`${'('.repeat(30)}1${')'.repeat(30)}`), [
    'is nested too deep: 24 at most (character 25)',
    'está anidada en demasiados niveles: 24 como máximo (carácter 25)',
  ])
  assert.deepEqual(says('[1, 2'), ['lacks ] (character 6)', 'le falta ] (carácter 6)'])
  assert.deepEqual(says('event.id == "a'), [
    'has a text without its closing quote (character 13)',
    'tiene un texto sin su comilla de cierre (carácter 13)',
  ])
  assert.deepEqual(says('event.id @ 3'), [
    'has @ where it cannot be (character 10)',
    'tiene @ donde no puede estar (carácter 10)',
  ])
  assert.deepEqual(says('1 + "a"'), [
    'int + string cannot be computed (character 1)',
    'int + string no se puede calcular (carácter 1)',
  ])
  assert.deepEqual(says('1 == 1 1'), [
    'has 1 where it cannot be (character 8)',
    'tiene 1 donde no puede estar (carácter 8)',
  ])
})

test('a time that lies beyond all times is a fault like any other, and not the end of whoever asks', () => {
  const beyond = 'timestamp(event.data.from) + duration(event.data.after)'
  const at = scope({ from: '2026-01-01T00:00:00Z', after: '9999999999h' })
  assert.throws(() => value(beyond, at), { name: 'CelFault', message: /gives a time beyond all times in timestamp/ })
  assert.throws(() => momentOf(cel(beyond), at), CelFault)
  const says = compileCel("timestamp('2026-01-01T00:00:00Z') + duration('9999999999h')", 'value').cel
  assert.match(constantFault(says as never, 'value')?.en ?? '', /can never be answered/)
})

test('what is kept of a value is bounded by the characters of its JSON, numbers included', () => {
  const list = Array.from({ length: 1_000 }, (_, i) => i)
  assert.deepEqual(value('event.data', scope(list)), list)
  const shares = list.map(() => 0.25)
  assert.deepEqual(value('event.data', scope(shares)), shares)
  const more = Array.from({ length: 1_500 }, (_, i) => 10_000 + i)
  assert.throws(() => value('event.data', scope(more)), { message: /a value of more than 8192 characters/ })
})

test('what a fault shows of an expression is cut between characters', () => {
  const [even, odd] = ['', 'x'].map(
    (before) => `event.data.n / 0 == 1.0 ? '' : event.data['${before}${'😀'.repeat(60)}']`,
  )
  for (const source of [even, odd]) {
    try {
      value(source as string, scope({ n: 1 }))
      assert.fail('it has no such member')
    } catch (error) {
      assert.ok((error as Error).message.isWellFormed())
    }
  }
})

test('a time without its zone is none: it would be another on each machine', () => {
  const told = cel('timestamp(event.data.at)')
  for (const [at, time] of [
    ['2026-05-02T15:30:00-03:00', '2026-05-02T18:30:00.000Z'],
    ['2026-05-02 15:30:00-0300', '2026-05-02T18:30:00.000Z'],
    ['2026-05-02T15:30:00.5Z', '2026-05-02T15:30:00.500Z'],
    ['2026-05-02T15:30:00.123456789-03:00', '2026-05-02T18:30:00.123Z'],
    ['2026-05-02T15:30-03:00', '2026-05-02T18:30:00.000Z'],
  ] as const) {
    assert.equal(resultOf(told, scope({ at })), time)
  }
  for (const at of ['2026-05-02T15:30:00.000', 'January 1, 2026 10:00:00', '2026-02-30T10:00:00Z'])
    assert.throws(
      () => resultOf(told, scope({ at })),
      { name: 'CelFault', message: /a time of ISO 8601 with its zone/ },
      at,
    )
  const [doubt] = compileCel("timestamp('2026-05-02T15:30:00.000')", 'value').doubts ?? []
  assert.equal(doubt?.es, 'tiene un timestamp() que no es una hora ISO 8601')
})
