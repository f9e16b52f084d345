import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { createCommitter } from '#events/committer.ts'
import type { Connection, OpenDatabase } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'
import { flatEvent } from '../testing.ts'

const MEGABYTE = 1024 * 1024

/** A committer over a database that answers as told: `answer` gets the ids of each batch. */
function committerOver(answer: (ids: string[]) => Promise<void> | void, paceMs = () => 0) {
  let position = 0
  const batches: string[][] = []
  const connection = {
    onLost() {},
    async close() {},
    async query(_text: string, [json]: [string]) {
      const ids = (JSON.parse(json) as string[][]).map((row) => row[3] as string)
      batches.push(ids)
      await answer(ids)
      const base = position
      position += ids.length
      return [{ base, known: null }]
    },
  } as unknown as Connection
  const committer = createCommitter({
    database: { connect: async () => connection } as unknown as OpenDatabase,
    logger: pino({ level: 'silent' }),
    now: () => 1_000,
    wall: Date.now,
    newId: () => 'batch',
    paceMs,
    committed() {},
    knowSources: () => undefined,
  })
  return { committer, batches }
}

const away = () => Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })

describe('group commit', () => {
  it('puts what comes together into one commit, 500 at most', async () => {
    const { committer, batches } = committerOver(() => {})
    await Promise.all(Array.from({ length: 1_100 }, (_, i) => committer.append(flatEvent({ id: `e${i}` }))))
    assert.deepEqual(
      batches.map(({ length }) => length),
      [500, 500, 100],
    )
    assert.equal(committer.depth, 0)
  })

  it('fails the one event that the database refuses, and no other', async () => {
    const { committer } = committerOver((ids) => {
      if (ids.includes('bad')) throw Object.assign(new Error('refused'), { code: '22P05' })
    })
    const ids = ['a', 'b', 'bad', 'c', 'd']
    const results = await Promise.allSettled(ids.map((id) => committer.append(flatEvent({ id }))))
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
  })

  it('turns callers away when too much text waits, and takes them again afterwards', async () => {
    const open = Promise.withResolvers<void>()
    const { committer } = committerOver(() => open.promise)
    const large = { ...flatEvent({ id: 'large' }), raw: 'x'.repeat(MEGABYTE) }
    const sent = Array.from({ length: 70 }, (_, i) => committer.append({ ...large, id: `large ${i}` }))
    const settled = Promise.allSettled(sent)
    await assert.rejects(committer.append(large), (error: Problem) => error.status === 503 && error.retryAfterS === 1)
    open.resolve()
    const taken = (await settled).filter(({ status }) => status === 'fulfilled').length
    assert.equal(taken, 64)
    await committer.append(large)
  })

  it('answers 503 to callers of a database that is away when it stops, and does not wait for it', async () => {
    const { committer } = committerOver(() => {
      throw away()
    })
    const failing = committer.append(flatEvent({ id: 'e' }))
    const refused = assert.rejects(failing, (error) => error instanceof Problem && error.status === 503)
    await new Promise((resolve) => setImmediate(resolve))
    const began = performance.now()
    await committer.stop()
    assert.ok(performance.now() - began < 1_000)
    await refused
    await assert.rejects(committer.append(flatEvent({ id: 'f' })), (error: Problem) => error.code === 'stopping')
  })

  it('makes smaller batches with pauses between them while the readers lag, and no others', async () => {
    let lags = true
    const { committer, batches } = committerOver(
      () => {},
      () => (lags ? 20 : 0),
    )
    const send = (n: number) =>
      Promise.all(Array.from({ length: n }, (_, i) => committer.append(flatEvent({ id: `${lags} ${i}` }))))
    const began = performance.now()
    await send(1_000)
    assert.ok(performance.now() - began > 35)
    assert.deepEqual(
      batches.map(({ length }) => length),
      [200, 200, 200, 200, 200],
    )
    lags = false
    await send(1_000)
    assert.deepEqual(
      batches.slice(5).map(({ length }) => length),
      [500, 500],
    )
  })
})
