import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementTexts, memberTexts, objectText } from '#events/json-slices.ts'

test('slices are the text as it stands', () => {
  assert.deepEqual(elementTexts(' [ 1.50 , {"a":"]}\\""} ,[[],[2]], "x\\\\" ,true]'), [
    '1.50',
    '{"a":"]}\\""}',
    '[[],[2]]',
    '"x\\\\"',
    'true',
  ])
  assert.deepEqual(elementTexts('[]'), [])
  const members = memberTexts(' { "a" : 2 , "d\\u0061ta" : {"}":1} } ')
  assert.deepEqual(
    [...members],
    [
      ['a', '2'],
      ['data', '{"}":1}'],
    ],
  )
  assert.equal(objectText(members), '{"a":2,"data":{"}":1}}')
  assert.equal(objectText(memberTexts('{}')), '{}')
})
