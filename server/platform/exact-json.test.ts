import assert from 'node:assert/strict'
import { it } from 'node:test'
import { exactJson } from '#platform/exact-json.ts'

it('whole numbers that JavaScript would round are read as the text of their digits, all others as numbers', () => {
  assert.deepEqual(
    exactJson('{"id":9007199254740993,"in":[-12345678901234567890],"even":9007199254740992,"last":9007199254740991}'),
    { id: '9007199254740993', in: ['-12345678901234567890'], even: '9007199254740992', last: 9007199254740991 },
  )
  assert.deepEqual(
    exactJson('{"text":"9007199254740993","share":0.1234567890123456,"far":1e300,"at":1796086328123456}'),
    {
      text: '9007199254740993',
      share: 0.1234567890123456,
      far: 1e300,
      at: 1796086328123456,
    },
  )
  assert.equal(exactJson('90071992547409930'), '90071992547409930')
})
