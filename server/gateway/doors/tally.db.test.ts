import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadDoors } from '#gateway/doors/store.ts'
import { doorTally } from '#gateway/doors/tally.ts'
import { gateway } from '#gateway/index.ts'
import { testProgram } from '../../testing.ts'

test('what a node took is told since it was started, not of the one of its name before it', async (t) => {
  const program = await testProgram([gateway])
  t.after(() => program.close())
  const db = program.database.worker
  const took = async (node: string) => {
    const tally = doorTally(db, node, Date.now)
    tally.count({ door: 'events', taken: 'accepted', times: 3, last: { id: 'a', key: 'encounter.closed' } })
    await tally.stop()
  }
  await took('here')
  await took('there')
  await doorTally(db, 'here', Date.now).start()
  assert.deepEqual(
    (await loadDoors(db)).map(({ node, received }) => [node, Number(received)]),
    [['there', 3]],
  )
})
