import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { type Clock, databaseClock, manualClock } from '#platform/clock.ts'
import { createDueEngine } from '#platform/due.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { Database, Tx } from '#platform/work.ts'

type Statement = { text: string; values: readonly unknown[] }

/** Answers claims with the given batches, then with nothing, and keeps every statement. */
function scripted(batches: readonly number[][]) {
  const left = [...batches]
  const statements: Statement[] = []
  const idle = Promise.withResolvers<void>()
  const query = async (text: string, values: readonly unknown[] = []) => {
    statements.push({ text, values })
    if (text.startsWith('with claimed')) {
      const times = left.shift()
      if (times === undefined) idle.resolve()
      return (times ?? []).map((at) => ({
        tenant: 't',
        key: String(at),
        due_at: new Date(at),
        payload: null,
        attempts: 0,
      }))
    }
    return text.startsWith('select attempts') ? [{ attempts: 0 }] : []
  }
  const tx = { query, append() {}, schedule() {}, unschedule() {}, afterCommit() {} } as unknown as Tx
  const database = {
    worker: { query },
    transaction: (fn: (tx: Tx) => Promise<unknown>) => fn(tx),
  } as unknown as Database
  return { database, statements, idle: idle.promise }
}

async function run(batches: number[][], kind: Omit<DueKind, 'kind'>, clock: Clock): Promise<Statement[]> {
  const { database, statements, idle } = scripted(batches)
  const engine = createDueEngine({ database, clock, logger: pino({ level: 'silent' }), signals: null })
  engine.register([{ kind: 'test', ...kind }])
  engine.start()
  await idle
  await engine.stop()
  return statements
}

test('a claim begins where the last one ended, so that a backlog is not walked again and again', async () => {
  const batches = [
    [1_000, 1_001],
    [1_001, 1_005],
  ]
  const statements = await run(batches, { clock: 'wall', batch: 2, handle: async () => {} }, manualClock(2_000))
  const lower = statements.filter(({ text }) => text.startsWith('with claimed')).map(({ values }) => values[1])
  assert.deepEqual(lower, [0, 1_001, 1_005])
})

test('a row that failed waits in wall time, also when it is due by a clock that runs faster', async () => {
  const wall = Date.now()
  const clock = databaseClock(3_600, { wall, domain: wall })
  const handle = async () => {
    throw new Error('no')
  }
  const statements = await run([[1_000]], { clock: 'domain', handle }, clock)
  const postponed = statements.find(({ text }) => text.startsWith('with failed'))
  assert.ok(Number(postponed?.values[4]) >= wall + 3_600_000)
})
