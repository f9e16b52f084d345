import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deliveryRig, until } from '../testing-rig.ts'
import { pacedUntil } from './store.ts'

let rig: Awaited<ReturnType<typeof deliveryRig>>
before(async () => {
  rig = await deliveryRig()
})
after(() => rig?.program.close())

/** As if they had been asked for a minute ago: all are due. */
const aMinuteLater = (target: string) =>
  rig.worker.query("update delivery set due_at = due_at - interval '1 minute' where target = $1", [target])

test('what waited behind an open breaker keeps its pace from the probe on, and what has none does not wait for it', async () => {
  const { program, worker, behaviours, dispatcher, draft, enqueue, waiting } = rig
  let well = false
  const went: { id: string; at: number }[] = []
  behaviours.set('back', async ({ id }) => {
    if (!well) return { verdict: 'retry', error: 'down' }
    went.push({ id, at: performance.now() })
    return { verdict: 'delivered' }
  })
  await enqueue(...Array.from({ length: 30 }, () => draft('back')))
  await until(async () => (await worker.query('select 1 from delivery_target where target = $1', ['back']))[0], 'open')
  await until(async () => (await waiting('back')).every(({ lease }) => lease === null), 'all given back')
  const now = program.runtime.clock.wall()
  const paced = Array.from({ length: 5 }, (_, i) => draft('back', { dueAt: now + i * 500, spacingMs: 500 }))
  await enqueue(...paced)
  // The first of them is the first that may go, so that it is the probe.
  await worker.query("update delivery set due_at = due_at - interval '1 minute' where target = $1 and spacing_ms > 0", [
    'back',
  ])
  well = true
  dispatcher.probe({ tenant: 'default', target: 'back' })
  await until(async () => (await waiting('back')).length === 0, 'all delivered')
  const ours = went.filter(({ id }) => paced.some((one) => one.id === id))
  assert.deepEqual(
    ours.map(({ id }) => id),
    paced.map(({ id }) => id),
  )
  // Four gaps of half a second; on a busy machine the first is noted a little late.
  const tookMs = (ours.at(-1)?.at ?? 0) - (ours[0]?.at ?? 0)
  assert.ok(tookMs > 1_000, `all within ${tookMs} ms`)
  const last = went.filter(({ id }) => !paced.some((one) => one.id === id)).at(-1)
  assert.ok((last?.at ?? Number.POSITIVE_INFINITY) < (ours[3]?.at ?? 0), 'those without a pace went meanwhile')
})

test('rows that came late for any reason are drawn out to their pace, with those that are still to come', async () => {
  const { program, draft, enqueue, worker } = rig
  const now = program.runtime.clock.wall()
  const target = 'late'
  const drafts = Array.from({ length: 6 }, (_, i) => draft(target, { dueAt: now + 59_000 + i * 400, spacingMs: 400 }))
  await enqueue(...drafts)
  await aMinuteLater(target)
  const rows = await until(async () => {
    const found = await worker.query<{ due: number }>(
      'select extract(epoch from due_at)::double precision * 1000 as due from delivery where target = $1 order by due_at',
      [target],
    )
    return found.length < 6 && found
  }, 'the first gone')
  for (const [i, { due }] of rows.entries()) {
    assert.ok(i === 0 || due - (rows[i - 1]?.due ?? 0) >= 399, `${i}: ${due}`)
  }
  const last = await pacedUntil(worker, 'default', target)
  assert.ok(last !== undefined && Math.abs(last - (rows.at(-1)?.due ?? 0)) < 1)
  await until(
    async () => (await worker.query('select 1 from delivery where target = $1', [target])).length === 0,
    'all',
  )
  assert.equal(await pacedUntil(worker, 'default', target), undefined)
})
