import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { manualClock } from '#platform/clock.ts'
import { type OpenDatabase, openDatabase } from '#platform/database.ts'
import { createDueEngine, type DueEngine } from '#platform/due.ts'
import { testDatabase } from '#platform/testing.ts'

/** The clock stands: what is not claimed at once would wait for ever, since no sweep comes. */
const clock = manualClock(1_800_000_000_000)

let place: Awaited<ReturnType<typeof testDatabase>>
let database: OpenDatabase
let engine: DueEngine

before(async () => {
  place = await testDatabase()
  database = openDatabase(place.url)
  engine = createDueEngine({ database, clock, logger: pino({ level: 'silent' }), signals: null })
  database.setHooks({
    append: () => {
      throw new Error('there is no log here')
    },
    schedule: engine.schedule,
    unschedule: engine.unschedule,
    handleInline: engine.handleInline,
  })
})

after(async () => {
  await engine?.stop()
  await database?.close()
  await place?.drop()
})

const schedule = (key: string, dueAt: number) =>
  database.transaction(async (tx) => tx.schedule([{ kind: 'test', tenant: 't', key, dueAt }]))

test('a row that is committed while others are in hand is handled without waiting for a sweep', async () => {
  const handled: string[] = []
  const inHand = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const late = Promise.withResolvers<void>()
  engine.register([
    {
      kind: 'test',
      clock: 'wall',
      async handle(rows) {
        for (const { key } of rows) handled.push(key)
        if (handled.includes('late')) late.resolve()
        if (handled.includes('first') && handled.length === 1) {
          inHand.resolve()
          await release.promise
        }
      },
    },
  ])
  engine.start()
  await schedule('first', clock.wall())
  await inHand.promise
  // Due before the claim under way began, and not in its snapshot.
  await schedule('late', clock.wall() - 5)
  release.resolve()
  await late.promise
  assert.deepEqual(handled, ['first', 'late'])
})

test('a row that is due already is handled in the transaction that schedules it; if that fails, it is stored', async () => {
  const seen: { key: string; inside: boolean }[] = []
  let inside = false
  let broken = true
  const stored = Promise.withResolvers<void>()
  engine.register([
    {
      kind: 'inline',
      clock: 'wall',
      inline: 'asked',
      async handle(rows, tx) {
        for (const { key } of rows) {
          seen.push({ key, inside })
          if (key === 'broken' && broken) {
            broken = false
            await tx.query('select 1 / $1::int', [0])
          }
          if (key === 'broken') stored.resolve()
        }
      },
    },
  ])
  const scheduleInline = async (key: string, dueAt: number) => {
    inside = true
    await database.transaction(
      async (tx) => {
        await tx.query('select 1')
        tx.schedule([{ kind: 'inline', tenant: 't', key, dueAt }])
      },
      { inlineDue: true },
    )
    inside = false
  }
  await scheduleInline('now', clock.wall())
  assert.deepEqual(seen, [{ key: 'now', inside: true }])
  assert.deepEqual(await database.worker.query("select key from due where kind = 'inline'"), [])
  await scheduleInline('later', clock.wall() + 60_000)
  assert.deepEqual(await database.worker.query("select key from due where kind = 'inline'"), [{ key: 'later' }])
  await scheduleInline('broken', clock.wall())
  await stored.promise
  assert.equal(seen.filter(({ key }) => key === 'broken').length, 2)
})

test('a kind that is always handled where it is scheduled needs no transaction opened for it, and fails alone', async () => {
  const seen: { key: string; inside: boolean }[] = []
  let inside = false
  let broken = true
  const stored = Promise.withResolvers<void>()
  engine.register([
    {
      kind: 'always',
      clock: 'wall',
      inline: 'always',
      async handle(rows, tx) {
        for (const { key } of rows) seen.push({ key, inside })
        if (rows.some(({ key }) => key === 'broken') && broken) {
          broken = false
          await tx.query('select 1 / $1::int', [0])
        }
        if (!inside) stored.resolve()
      },
    },
  ])
  const written: number[] = []
  const schedule = async (key: string) => {
    inside = true
    await database.transaction(async (tx) => {
      written.push((await tx.query('select 1')).length)
      tx.schedule([{ kind: 'always', tenant: 't', key, dueAt: clock.wall() }])
    })
    inside = false
  }
  await schedule('now')
  assert.deepEqual([seen, written], [[{ key: 'now', inside: true }], [1]])
  await schedule('broken')
  await stored.promise
  assert.deepEqual(seen.slice(1), [
    { key: 'broken', inside: true },
    { key: 'broken', inside: false },
  ])
  assert.equal(written.length, 3)
})
