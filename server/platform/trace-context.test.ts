import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomHex } from '#platform/ids.ts'
import {
  incomingTrace,
  nextTrace,
  nextTraceparent,
  parseTraceparent,
  spanOf,
  traceHeaders,
} from '#platform/trace-context.ts'
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

const HEAD = '00-12345678901234567890123456789012-1234567890123456-01'

test('a trace is carried with its state, and given out as the two headers that it came by', () => {
  const carried = incomingTrace(HEAD, ['a=1 , b@c=x y', ',d=2'])
  assert.equal(carried, `${HEAD} a=1,b@c=x y,d=2`)
  const next = nextTrace(carried)
  assert.deepEqual([spanOf(next)?.traceId, spanOf(next)?.sampled], [spanOf(carried)?.traceId, true])
  assert.notEqual(spanOf(next)?.parentId, spanOf(carried)?.parentId)
  const { traceparent, tracestate } = traceHeaders(next)
  assert.equal(tracestate, 'a=1,b@c=x y,d=2')
  assert.equal(parseTraceparent(traceparent)?.parentId, spanOf(next)?.parentId)
  assert.deepEqual(traceHeaders(HEAD), { traceparent: HEAD })
  assert.equal(incomingTrace('cc-12345678901234567890123456789012-1234567890123456-ff-more', 'a=1'), `${HEAD} a=1`)
})

test('a state without a trace is dropped, one that is malformed too, and a long one gives up its last members', () => {
  assert.equal(incomingTrace('nonsense', 'a=1'), null)
  assert.equal(incomingTrace(`${HEAD} a=1`, 'a=1'), null)
  for (const state of ['', ' , ', 'a', '=1', 'A=1', 'a=1,a=2', 'a=b=c', 'a=é', 'a=', `a=${'x'.repeat(257)}`]) {
    assert.equal(incomingTrace(HEAD, state), HEAD, state)
  }
  const members = Array.from({ length: 33 }, (_, i) => `k${i}=1`)
  assert.equal(incomingTrace(HEAD, members.join(',')), HEAD)
  assert.equal(incomingTrace(HEAD, members.slice(1).join(',')), `${HEAD} ${members.slice(1).join(',')}`)
  const long = Array.from({ length: 4 }, (_, i) => `k${i}=${'v'.repeat(200)}`)
  assert.equal(incomingTrace(HEAD, long.join(',')), `${HEAD} ${long.slice(0, 2).join(',')}`)
})
