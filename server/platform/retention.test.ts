import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLooks, daysAgo, type Left, retentionKind } from '#platform/retention.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

const HOUR_MS = 3_600_000
const NOW = 10 * HOUR_MS + 5

/** A transaction that notes what it schedules. */
function noting() {
  const scheduled: DueEntry[] = []
  const after: (() => void)[] = []
  const tx = {
    schedule: (entries: readonly DueEntry[]) => void scheduled.push(...entries),
    afterCommit: (fn: () => void) => void after.push(fn),
  } as Pick<Tx, 'schedule' | 'afterCommit'> as Tx
  return { tx, scheduled, commit: () => after.forEach((fn) => void fn()) }
}

describe('what is kept for a time', () => {
  async function looked(key: string, left: Left) {
    const asked: string[] = []
    const kind = retentionKind({
      kind: 'k',
      async purge(_tx, of) {
        asked.push(of.key)
        return left
      },
    })
    const { tx, scheduled } = noting()
    await kind.handle([{ kind: 'k', tenant: 't', key, dueAt: NOW, payload: null, attempts: 0 }], tx, NOW)
    return { asked, scheduled: scheduled.map((entry) => [entry.key, entry.dueAt]) }
  }

  it('goes in portions, at once and under another key than the next look', async () => {
    assert.deepEqual(await looked('a', 'more'), { asked: ['a'], scheduled: [['rest:a', NOW]] })
    assert.deepEqual(await looked('rest:a', 'more'), { asked: ['a'], scheduled: [['rest:a', NOW]] })
  })

  it('is looked at again at the full hour, as long as anything is left', async () => {
    assert.deepEqual((await looked('a', 'later')).scheduled, [['a', 11 * HOUR_MS]])
    assert.deepEqual((await looked('rest:a', 'later')).scheduled, [['a', 11 * HOUR_MS]])
    assert.deepEqual((await looked('a', 'none')).scheduled, [])
  })

  it('gets one look in an hour, also when the first that asked for it is rolled back', () => {
    const look = createLooks('k')
    const dues = (at: number, commits = true) => {
      const { tx, scheduled, commit } = noting()
      look(tx, 't', 'a', at)
      if (commits) commit()
      return scheduled.map(({ dueAt }) => dueAt)
    }
    assert.deepEqual(dues(NOW, false), [11 * HOUR_MS])
    assert.deepEqual(dues(NOW), [11 * HOUR_MS])
    assert.deepEqual(dues(NOW + 1_000), [])
    assert.deepEqual(dues(11 * HOUR_MS), [12 * HOUR_MS])
  })
})

const NEW_YEAR_WEEK = Date.parse('2027-01-10T00:00:00Z')

it('counts days of the wall, also where domain time runs faster', () => {
  assert.equal(daysAgo({ now: () => NEW_YEAR_WEEK, scale: 1 }, 9), Date.parse('2027-01-01T00:00:00Z'))
  assert.equal(daysAgo({ now: () => NEW_YEAR_WEEK, scale: 2 }, 9), Date.parse('2026-12-23T00:00:00Z'))
})

it('goes back to no time that a database does not have', () => {
  assert.equal(daysAgo({ now: () => NEW_YEAR_WEEK, scale: 7_200 }, 400), 0)
})
