import assert from 'node:assert/strict'
import { it } from 'node:test'
import { safeBack } from './safe-back.ts'

it('leads back to a page of ours and nowhere else', () => {
  assert.equal(safeBack('/flows?status=draft#x'), '/flows?status=draft#x')
  for (const back of [undefined, '', 'flows', 'https://x', '//x', '/\\x', '/\t/x', '\n//x', 'javascript:alert(1)'])
    assert.equal(safeBack(back), '/', String(back))
})
