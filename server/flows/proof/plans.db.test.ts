import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteReached } from '#flows/proof/store.ts'
import { planWhileEmpty } from '#platform/testing.ts'

test('what reached people looks each run up, also when it is planned while the table is empty', async () => {
  const runId = '00000000-0000-8000-a000-000000000000'
  const plan = await planWhileEmpty((tx) => noteReached(tx, [{ tenant: 'a', runId, at: 1, delivered: true }]))
  assert.match(plan, /Index Cond: .*\brun_id = w\.run\b/)
  assert.doesNotMatch(plan, /Join Filter: .*\brun_id\b/)
})
