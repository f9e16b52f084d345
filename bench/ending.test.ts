import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startChild } from './child.ts'
import { endAll } from './ending.ts'

test('whatever runs beside the bench ends with it, once', async () => {
  const child = startChild(new URL('./load/generator.ts', import.meta.url))
  await endAll()
  assert.throws(() => process.kill(child.pid, 0), { code: 'ESRCH' })
  await endAll()
})
