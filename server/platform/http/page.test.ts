import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { numberCursor, pageOf, readCursor, writeCursor } from '#platform/http/page.ts'

const Position = Type.Object({ at: Type.String(), id: Type.String() })

test('pages put together are the list, and the last one says so', () => {
  const all = Array.from({ length: 7 }, (_, i) => ({ id: `id-${i}`, at: 'x' }))
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const after = readCursor(cursor, Position)
    const rows = all.filter(({ id }) => after === undefined || id > after.id).slice(0, 4)
    const page = pageOf(rows, 3, ({ at, id }) => ({ at, id }))
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  assert.deepEqual(
    seen,
    all.map(({ id }) => id),
  )
})

test('a cursor that is full to the end has no next one', () => {
  assert.equal(pageOf([1, 2, 3], 3, String).nextCursor, null)
  assert.deepEqual(pageOf([], 3, String), { items: [], nextCursor: null })
})

test('a number that no database counts to is no cursor', () => {
  assert.equal(readCursor(writeCursor(7), numberCursor), 7)
  for (const wrong of [1e30, -1, 0.5]) assert.throws(() => readCursor(writeCursor(wrong), numberCursor), /cursor/)
})

test('what is no cursor of this list is a 400 that names it', () => {
  for (const cursor of ['nonsense', '', writeCursor(5), writeCursor({ at: 1, id: 2 }), '%%%']) {
    assert.throws(
      () => readCursor(cursor, Position),
      (error: { status: number; faults: { path: string }[] }) =>
        error.status === 400 && error.faults[0]?.path === '/cursor',
    )
  }
})
