import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTraceparent, parseTraceparent, randomHex } from '#platform/trace-context.ts'
import data from './vectors/traceparent.vectors.json' with { type: 'json' }

type Vector = {
  name: string
  traceparent: string[]
  accepted: boolean
  traceId?: string
  parentId?: string
  sampled?: boolean
}

for (const { name, traceparent, accepted, traceId, parentId, sampled } of data.vectors as Vector[]) {
  test(`traceparent: ${name}`, () => {
    assert.deepEqual(parseTraceparent(traceparent), accepted ? { traceId, parentId, sampled } : null)
    const next = parseTraceparent(nextTraceparent(traceparent))
    assert.equal(next?.traceId === traceId, accepted)
    assert.equal(next?.sampled, accepted ? sampled : true)
    assert.notEqual(next?.parentId, parentId)
  })
}

test('the next hop is written as version 00 with random ids', () => {
  assert.equal(
    nextTraceparent('cc-12345678901234567890123456789012-1234567890123456-ff-more', () => 'a'.repeat(16)),
    '00-12345678901234567890123456789012-aaaaaaaaaaaaaaaa-01',
  )
  assert.equal(
    nextTraceparent(undefined, (bytes) => '0'.repeat(bytes * 2)),
    `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-01`,
  )
  assert.equal(new Set(Array.from({ length: 2000 }, () => randomHex(16))).size, 2000)
})
