import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, inARow, on, outcome } from '#flows/testing.ts'

test('an id of 64 bits in the answer of a model is kept digit by digit', () => {
  const schema = { type: 'object', properties: { id: { type: ['string', 'integer'] }, n: { type: 'integer' } } }
  const flow = inARow([['ask', 'llm', { prompt: 'Say', schema, save: 'said' }]])
  const { run } = begin(flow)
  const content = '{"id": 9007199254740993, "n": 7}'
  const { vars } = on(flow, run, outcome(run, 'ok', { content, finishReason: 'stop' })).run
  assert.deepEqual(vars.said, { id: '9007199254740993', n: 7 })
})
