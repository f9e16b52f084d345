import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bodyMembers } from './body-members.ts'

const of = (body: string | Uint8Array) => bodyMembers(Buffer.from(body as string))

describe('a body that is no event', () => {
  it('is JSON, digit by digit', () => {
    assert.deepEqual(of('{"n": 12345678901234567890}'), {
      value: { n: '12345678901234567890' },
      json: '{"n": 12345678901234567890}',
      members: [['data', '{"n": 12345678901234567890}']],
      data: { n: '12345678901234567890' },
    })
  })

  it('is a text, also where it is nearly JSON', () => {
    for (const text of ['on', '', '{', '{"a":1,"a":2}']) {
      assert.deepEqual(of(text), { value: text, json: null, members: [['data', JSON.stringify(text)]], data: text })
    }
  })

  it('is bytes where it is no text that the log can keep', () => {
    for (const bytes of [Buffer.from([0xff, 0]), Buffer.from('a\u0000b')]) {
      assert.deepEqual(of(bytes), {
        value: null,
        json: null,
        members: [['data_base64', JSON.stringify(bytes.toString('base64'))]],
        data: bytes.toString('base64'),
      })
    }
  })
})
