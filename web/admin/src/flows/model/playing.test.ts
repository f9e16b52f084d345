import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathBy, type Visit, versionsOf } from './playing.ts'

const visit = (nodeId: string, version?: number): Visit => ({
  ...{ visit: 1, nodeId, type: 'wait', at: '2026-03-02T10:00:00Z', endedAt: null },
  ...(version === undefined ? {} : { version }),
})
const named = (path: readonly Visit[]) => path.map(({ nodeId }) => nodeId).join(' ')

test('a run that was moved is drawn by each version as far as it had come by it', () => {
  const run = { version: 5, steps: [visit('a', 1), visit('b', 3), visit('c', 3), visit('d', 5)] }
  assert.deepEqual(versionsOf(run), [1, 3, 5])
  assert.deepEqual(
    [1, 3, 5].map((version) => named(pathBy(run, version))),
    ['a', 'a b c', 'a b c d'],
  )
  // It has not gone a step by the version that it was moved to.
  const moved = { version: 6, steps: run.steps }
  assert.deepEqual(versionsOf(moved), [1, 3, 5, 6])
  assert.equal(named(pathBy(moved, 6)), 'a b c d')
})

test('one that stayed has one version, which is not told with its steps by a simulation', () => {
  assert.deepEqual(versionsOf({ version: 2, steps: [visit('a'), visit('b')] }), [2])
})
