import assert from 'node:assert/strict'
import { it } from 'node:test'
import { many, moment, oneOf, parseSearch, search, stringifySearch, text, yes } from './search.ts'

const known = search({ status: oneOf('open', 'closed'), q: text, type: many, due: yes, from: moment })

it('keeps what it knows and leaves out what makes no sense', () => {
  assert.deepEqual(known({ status: 'open', q: '12', type: ['a', 'b'], due: 'true', from: '2026-01-01', other: '1' }), {
    status: 'open',
    q: '12',
    type: ['a', 'b'],
    due: true,
    from: '2026-01-01',
  })
  assert.deepEqual(known({ status: 'lost', q: '', type: [], due: 'no', from: 'soon' }), {})
  assert.deepEqual(known({ type: 'a', status: ['closed', 'open'] }), { type: ['a'], status: 'closed' })
})

it('writes addresses that a person can read, and reads them back', () => {
  const query = stringifySearch({ q: 'a b&c', type: ['x', 'y'], due: true, gone: undefined, none: '' })
  assert.equal(query, '?q=a+b%26c&type=x&type=y&due=true')
  assert.deepEqual(parseSearch(query), { q: 'a b&c', type: ['x', 'y'], due: 'true' })
  assert.equal(stringifySearch({}), '')
  assert.deepEqual(parseSearch('?selected=&q=a'), { q: 'a' })
})
