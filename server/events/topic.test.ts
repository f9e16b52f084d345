import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePattern, patternFaults, topicIndex } from '#events/topic.ts'
import data from './vectors/amqp-topic-matching.vectors.json' with { type: 'json' }

test('a pattern matches what RabbitMQ matches', () => {
  assert.equal(data.vectors.length, 357)
  for (const { pattern, key, match } of data.vectors) {
    assert.equal(compilePattern(pattern)(key), match, `${JSON.stringify(pattern)} against ${JSON.stringify(key)}`)
    assert.equal(topicIndex([[pattern, 1]]).match(key).length === 1, match, `index: ${pattern} against ${key}`)
  }
})

test('registration refuses empty words, spaces around, long patterns and what is no text', () => {
  for (const good of ['#', '*', 'encounter.*', 'a.#.c', 'ñ.*', 'a b.c']) assert.deepEqual(patternFaults(good, '/p'), [])
  for (const bad of ['', '.', 'a.', '.a', 'a..b', 'a\u0000', ' a', 'a.# ', 7, null, undefined, 'ñ'.repeat(128)]) {
    assert.equal(patternFaults(bad, '/p').length > 0, true, String(bad))
  }
  assert.deepEqual(patternFaults('a'.repeat(255), '/p'), [])
})

test('a pattern full of # against a long key costs no exponential time', () => {
  const pattern = `${'#.a.'.repeat(60)}b`
  const key = 'a.'.repeat(120).slice(0, -1)
  const started = performance.now()
  assert.equal(compilePattern(pattern)(key), false)
  assert.deepEqual(topicIndex([[pattern, 1]]).match(key), [])
  assert.ok(performance.now() - started < 200)
})
