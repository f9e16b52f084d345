import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanOf } from '#platform/trace-context.ts'
import { attemptTrace } from './attempt-trace.ts'

const ID = '8d5c1f0e-6f0a-5f6b-9d3c-2b7e4a1c9f00'
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

test('attempts go on in the trace of their delivery, each under a span of its own that can be told again', () => {
  const [first, second] = [1, 2].map((number) => spanOf(attemptTrace({ id: ID, traceparent: CALLER }, number)))
  assert.equal(first?.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(second?.traceId, first?.traceId)
  assert.notEqual(second?.parentId, first?.parentId)
  assert.equal(first?.sampled, false)
  assert.deepEqual(spanOf(attemptTrace({ id: ID, traceparent: CALLER }, 1)), first)
})

test('without a trace all attempts of a delivery are one', () => {
  const [first, second] = [1, 2].map((number) => spanOf(attemptTrace({ id: ID, traceparent: null }, number)))
  assert.equal(first?.traceId, ID.replaceAll('-', ''))
  assert.deepEqual([second?.traceId, second?.sampled], [first?.traceId, true])
  assert.notEqual(second?.parentId, first?.parentId)
})
