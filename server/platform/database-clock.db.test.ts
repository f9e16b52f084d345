import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '#platform/database.ts'
import { openClock } from '#platform/database-clock.ts'
import { testDatabase } from '#platform/testing.ts'
import type { Database } from '#platform/work.ts'

const SCALE = 3_600

test('two programs that start at the same moment live in the same time', async () => {
  const place = await testDatabase()
  const database = openDatabase(place.url)
  let first: Awaited<ReturnType<typeof openClock>> | undefined
  // The other one comes between what this one reads and what it writes.
  const slow: Database = {
    ...database,
    worker: {
      async query(text, values) {
        if (first === undefined && text.startsWith('insert')) {
          await new Promise((resolve) => setTimeout(resolve, 100))
          first = await openClock(database, SCALE)
        }
        return database.worker.query(text, values)
      },
    },
  }
  const second = await openClock(slow, SCALE)
  try {
    assert.ok(first)
    // A hundred milliseconds of difference are six minutes of theirs.
    const apart = Math.abs(first.clock.now() - second.clock.now()) / SCALE
    assert.ok(apart < 50, `${apart} ms apart`)
  } finally {
    first?.stop()
    second.stop()
    await database.close()
    await place.drop()
  }
})
