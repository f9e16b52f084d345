import assert from 'node:assert/strict'
import { it } from 'node:test'
import { networksRead } from './networks.ts'

it('reads a list once, and keeps a bounded number of them', () => {
  const read = networksRead()
  const first = read(['10.0.0.0/8', '192.0.2.7'])
  assert.equal(read(['10.0.0.0/8', '192.0.2.7']), first)
  assert.deepEqual([first('192.0.2.7'), first('192.0.2.8')], [true, false])
  assert.notEqual(read(['10.0.0.0/8']), first)
  for (let i = 0; i < 250; i++) read([`10.0.${i}.0/24`])
  assert.notEqual(read(['10.0.0.0/8', '192.0.2.7']), first)
})
