import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeIn } from '#events/times.ts'
import type { Problem } from '#platform/problem.ts'

test('a time is what RFC 3339 says, and what JavaScript makes of other texts is refused with its field', () => {
  assert.equal(timeIn('/from', undefined), undefined)
  assert.equal(timeIn('/from', '2026-04-04T19:10:00+02:00'), Date.parse('2026-04-04T17:10:00Z'))
  for (const text of [
    '5',
    '2026',
    '2026-04-04',
    '2026-04-04 17:10',
    '2026-04-04T17:10:00',
    '2026-02-30T00:00:00Z',
    '',
  ]) {
    assert.throws(
      () => timeIn('/from', text),
      (error) => (error as Problem).status === 400 && (error as Problem).faults[0]?.path === '/from',
      text,
    )
  }
})
