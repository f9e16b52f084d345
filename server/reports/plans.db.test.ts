import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planWhileEmpty } from '#platform/testing.ts'
import { noteTold } from '#reports/store.ts'

test('what runs said looks each run up, also when it is planned while the table is empty', async () => {
  const runId = '00000000-0000-8000-a000-000000000000'
  const plan = await planWhileEmpty((tx) => noteTold(tx, [{ tenant: 'a', runId, at: 1, delivered: true }]))
  assert.match(plan, /Index Cond: .*\brun_id = w\.run\b/)
  assert.doesNotMatch(plan, /Join Filter: .*\brun_id\b/)
})
