import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainedHeaders, chainMember, NO_CHAIN, readChain } from '#platform/chain.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const cause = 'run:4a0917af-abd9-8e98-afb8-8d0a1577e08f'

test('what is written is read again, also among the states of others', () => {
  for (const chain of [
    { hops: 1, cause: null },
    { hops: 16, cause },
  ]) {
    const tracestate = chainMember(chain)
    assert.deepEqual(readChain({ traceparent, tracestate }), chain)
    assert.deepEqual(readChain({ traceparent, tracestate: `a@b=x:y, ${tracestate} ,rojo=00f` }), chain)
    assert.deepEqual(readChain({ traceparent, tracestate: ['rojo=1', tracestate] }), chain)
  }
  assert.equal(chainMember({ hops: 2, cause: 'event,with=signs' }), 'cauce=2')
  assert.equal(chainMember({ hops: 100_000, cause: null }), 'cauce=999')
})

test('what is no state of ours, or comes without a trace, is nothing', () => {
  for (const tracestate of ['', 'other=3', 'cauce=x', 'cauce=-1', 'cauce=1:run:x', 'xcauce=4', 'cauce=1234']) {
    assert.deepEqual(readChain({ traceparent, tracestate }), NO_CHAIN, tracestate)
  }
  assert.deepEqual(readChain({ tracestate: 'cauce=3' }), NO_CHAIN)
  assert.deepEqual(readChain({ traceparent: 'broken', tracestate: 'cauce=3' }), NO_CHAIN)
  assert.deepEqual(readChain({ traceparent }), NO_CHAIN)
})

test('a call says how far it is, in front of the states of others and in the place of what it came with', () => {
  const member = chainMember({ hops: 3, cause: null })
  assert.deepEqual(chainedHeaders(traceparent, member), { traceparent, tracestate: 'cauce=3' })
  assert.deepEqual(chainedHeaders(`${traceparent} rojo=1,cauce=2,b=x`, member), {
    traceparent,
    tracestate: 'cauce=3,rojo=1,b=x',
  })
})
