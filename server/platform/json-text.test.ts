import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_BODY_BYTES, MAX_DEPTH, parseJson } from '#platform/json-text.ts'
import { Problem } from '#platform/problem.ts'

/** Paths of what was refused; null when the text was accepted. */
function refused(text: string | Buffer): string[] | null {
  try {
    parseJson(text)
    return null
  } catch (error) {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.status, 400)
    return error.faults.map((fault) => fault.path)
  }
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

test('nesting is bounded', () => {
  assert.equal(refused(nested(MAX_DEPTH)), null)
  assert.deepEqual(refused(nested(MAX_DEPTH + 1)), [''])
  assert.equal(refused(`["${'['.repeat(100)}", "\\"${'{'.repeat(100)}"]`), null, 'brackets in strings nest nothing')
  assert.deepEqual(refused('['.repeat(500_000)), [''])
})

test('NUL and lone surrogates are found wherever they stand', () => {
  assert.deepEqual(refused('{"a":{"b":["x","\\u0000"]}}'), ['/a/b/1'])
  assert.deepEqual(refused('{"a":"\\ud83d"}'), ['/a'])
  assert.deepEqual(refused('{"a":"\\uDE00\\uD83D"}'), ['/a'])
  assert.deepEqual(refused('{"x/y~\\u0000":1}'), ['/x~1y~0\\u0000'])
  assert.deepEqual(refused('{"a":"\ud83d"}'), [''], 'a text that is not well formed to begin with')
})

test('a body full of faults is answered by some of them', () => {
  assert.equal(refused(`[${'"\\u0000",'.repeat(1000)}1]`)?.length, 100)
})

test('what only looks like them is accepted', () => {
  for (const text of [
    '{"a":"\\\\u0000"}',
    '{"a":"\\ud83d\\ude00"}',
    '{"a":"\\u00e9"}',
    '{"a":"\\\\\\\\ud83d"}',
    '"\\"1e999"',
  ]) {
    assert.equal(refused(text), null, text)
  }
})

test('numbers that nobody can hold are refused', () => {
  for (const number of ['1e309', '-1e400', `1${'0'.repeat(309)}`, `${'9'.repeat(290)}e99`, '1E+999']) {
    assert.deepEqual(refused(`{"a":[${number}]}`), ['/a/0'], number)
  }
  // jsonb's limit of digits after the point; a double makes zero of them.
  for (const number of ['1e-16384', '0e99999', `0.${'1'.repeat(16_384)}`])
    assert.deepEqual(refused(`[${number}]`), [''], number)
  for (const number of ['1e308', '1e-400', '-0', '12345678901234567890', `0.${'1'.repeat(300)}`, '1e+2', '0.1']) {
    assert.equal(refused(`[${number}]`), null, number)
  }
})

test('names that mean something to JavaScript are only names', () => {
  const { value } = parseJson('{"__proto__":{"polluted":true},"constructor":1}')
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('a body may be as long as the limit', () => {
  const text = JSON.stringify('x'.repeat(MAX_BODY_BYTES - 2))
  assert.equal(refused(text), null)
  assert.throws(
    () => parseJson(`${text} `),
    (error) => error instanceof Problem && error.status === 413,
  )
  const accents = JSON.stringify('é'.repeat(MAX_BODY_BYTES / 2))
  assert.throws(
    () => parseJson(accents),
    (error) => error instanceof Problem && error.status === 413,
  )
})

test('a name that stands twice in an object is refused and named', () => {
  for (const [text, path] of [
    ['{"event_id":"a11","event_id":"a12"}', '/event_id'],
    ['{"a":1,"b":{"c":{},"d":[{"x":1},{"x":1,"y":2,"x":3}]}}', '/b/d/1/x'],
    ['[[],{"a":[1,2]},{"a":{},"a":[]}]', '/2/a'],
    [' { "a" : 1 ,\n "\\u0061" : 2 } ', '/a'],
    ['{"":1,"":2}', '/'],
    ['{"x/y~":1,"x/y~":2}', '/x~1y~0'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"a":"}{\\",:","a":"\\\\"}', '/a'],
    ['{"1":1,"0":2,"1":3}', '/1'],
  ] as const) {
    assert.deepEqual(refused(text), [path], text)
  }
})

test('the same name in different objects, and what only looks like a name, is well', () => {
  for (const text of [
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '{"a":"\\"a\\":1,\\"a\\":2","b":":::"}',
    '{"a":1,"A":2,"a ":3}',
    '{"__proto__":1}',
    '[":",":"]',
    '":"',
    '{}',
  ]) {
    assert.equal(refused(text), null, text)
  }
})
