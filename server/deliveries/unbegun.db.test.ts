import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DeliveryDraft } from './delivery.ts'
import { cancelDeliveries, holdUnbegun } from './enqueue.ts'
import { deliveryRig, until } from './testing-rig.ts'

/* What nobody has begun can be called off for certain; what may have been begun is never taken for that. */

let rig: Awaited<ReturnType<typeof deliveryRig>>
before(async () => {
  rig = await deliveryRig()
})
after(() => rig?.program.close())

/** A target that answers nothing before it is released. */
function hangs(target: string, verdict: 'delivered' | 'retry' = 'delivered'): () => void {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  rig.behaviours.set(target, async () => {
    await gate
    return { verdict }
  })
  return release
}

const many = (target: string, count: number, more: Partial<DeliveryDraft> = {}) =>
  Array.from({ length: count }, () => rig.draft(target, { channel: 'patient', ...more }))

/** @returns the ids of what was called off */
const callOff = (drafts: readonly DeliveryDraft[]): Promise<ReadonlySet<string>> =>
  rig.program.database.asTenant('default', async (tx) => {
    const ids = drafts.map(({ id }) => id)
    const free = await holdUnbegun(tx, 'default', ids, rig.program.runtime)
    assert.equal(await cancelDeliveries(tx, 'default', { ids: [...free] }, rig.program.runtime), free.size)
    return free
  })

test('what is queued behind a slow receiver is called off, but not what is being sent, and other rows go on', async () => {
  const { enqueue, sentTo, waiting, ended } = rig
  const release = hangs('slow')
  const [drafts, others] = [many('slow', 30), many('slow', 5)]
  await enqueue(...drafts, ...others)
  await until(async () => sentTo('slow').length > 0, 'some are being sent')
  const begun = new Set(sentTo('slow').map(({ id }) => id))
  const off = await callOff([...drafts])
  assert.deepEqual([...off].sort(), drafts.flatMap(({ id }) => (begun.has(id) ? [] : [id])).sort())
  release()
  for (const { id } of [...drafts, ...others]) await ended(id)
  assert.deepEqual(await waiting('slow'), [])
  assert.ok(sentTo('slow').every(({ id }) => !off.has(id)))
  assert.equal(sentTo('slow').length, 35 - off.size)
})

test('what was to be called off in a transaction that failed leaves all the same', async () => {
  const { program, enqueue, sentTo, ended } = rig
  const release = hangs('rolled-back')
  const drafts = many('rolled-back', 20)
  await enqueue(...drafts)
  await until(async () => sentTo('rolled-back').length > 0, 'some are being sent')
  const held = program.database.asTenant('default', async (tx) => {
    const ids = drafts.map(({ id }) => id)
    const free = await holdUnbegun(tx, 'default', ids, program.runtime)
    await cancelDeliveries(tx, 'default', { ids: [...free] }, program.runtime)
    throw new Error('no')
  })
  await assert.rejects(held, /no/)
  release()
  for (const { id } of drafts) await ended(id)
  assert.equal(sentTo('rolled-back').length, 20)
})

test('what was tried once, and what a run had in hand that died, may have been begun, wherever it waits since', async () => {
  const { worker, enqueue, sentTo, waiting, behaviours, program } = rig
  const [tried] = many('tried', 1) as [DeliveryDraft]
  behaviours.set('tried', async () => ({ verdict: 'retry', error: 'not now' }))
  await enqueue(tried)
  await until(async () => (await waiting('tried'))[0]?.attempts === 1, 'the first try is over')
  assert.equal((await callOff([tried])).size, 0)

  const release = hangs('died', 'retry')
  const now = program.runtime.clock.wall()
  const drafts = many('died', 20)
  await worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, lease)
     select 'default', id, 'patient', 'died', to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0),
       to_timestamp($2 / 1000.0), 999998
     from unnest($1::uuid[]) id`,
    [drafts.map(({ id }) => id), now - 500],
  )
  assert.equal((await callOff(drafts)).size, 0, 'before anybody has taken it up')
  await until(async () => sentTo('died').length > 0, 'it is taken up')
  assert.equal((await callOff(drafts)).size, 0, 'once it is queued')
  behaviours.set('died', async () => ({ verdict: 'retry', error: 'not now' }))
  release()
  await until(async () => (await waiting('died')).some(({ lease }) => lease === 0), 'its breaker opens')
  assert.equal((await callOff(drafts)).size, 0, 'once it is given back')
})
