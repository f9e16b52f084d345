import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCatalogue } from '#events/catalogue/catalogue.ts'
import type { Db } from '#platform/work.ts'
import { flatEvent } from '../../testing.ts'

/** A database in which the types `encounter.a` and `encounter.b` are registered, and the first schema is slow. */
function slowDb(fails: () => boolean = () => false): Db {
  let schemas = 0
  const query = async (text: string, [, type]: readonly unknown[]) => {
    const isFirst = text.startsWith('select schema') && schemas++ === 0
    await new Promise((resolve) => setTimeout(resolve, isFirst ? 30 : 1))
    if (text.startsWith('select schema')) {
      if (fails()) throw new Error('the database is away')
      return [{ schema: { type: 'object', title: type } }]
    }
    return ['encounter.a', 'encounter.b'].map((name) => ({ type: name, major: 1, minor: 0 }))
  }
  return { query } as unknown as Db
}

const draft = (subtype: string) => flatEvent({ id: subtype, subtype })

test('events are judged in their order, whatever has to be read for one of them', async () => {
  const catalogue = createCatalogue(slowDb())
  const order: string[] = []
  // The last type is known to nobody, so nothing has to be read for it.
  const subtypes = ['a', 'b', 'a', 'unheard_of', 'b']
  await Promise.all(
    subtypes.map(async (subtype, i) => {
      await catalogue.judge(draft(subtype))
      order.push(`${i} ${subtype}`)
    }),
  )
  assert.deepEqual(
    order,
    subtypes.map((subtype, i) => `${i} ${subtype}`),
  )
  assert.ok(!(catalogue.judge(draft('a')) instanceof Promise), 'all is in memory now')
})

test('one that cannot be judged now holds nobody up for longer', async () => {
  let fails = true
  const catalogue = createCatalogue(slowDb(() => fails))
  await assert.rejects(async () => catalogue.judge(draft('a')), /away/)
  fails = false
  assert.deepEqual(await catalogue.judge(draft('a')), { kind: 'ok' })
})
