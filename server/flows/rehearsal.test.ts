import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BOUNDS, createRehearsals } from '#flows/rehearsal.ts'
import type { Problem } from '#platform/problem.ts'

const staying = new AbortController().signal

/** Computes for ever, a little at each step. */
function* endless(): Generator<null, void, undefined> {
  for (;;) {
    for (const end = performance.now() + 2; performance.now() < end; );
    yield null
  }
}

const refusal = (status: number, code: string) => (error: Problem) => {
  assert.deepEqual([error.status, error.code], [status, code])
  return true
}

test('a walk that computes for ever ends with what it may take, and others have the thread meanwhile', async () => {
  const { hold } = createRehearsals({ ...BOUNDS, computingMs: 150 })
  let turns = 0
  const other = setInterval(() => {
    turns += 1
  }, 1)
  const playing = hold('t', staying, (turn) => turn.on(endless()))
  await assert.rejects(playing, refusal(422, 'flows/too-much-to-play'))
  clearInterval(other)
  assert.ok(turns >= 5, `${turns} turns of others`)
})

test('what lasts too long for the turns of others ends too', async () => {
  const { hold } = createRehearsals({ ...BOUNDS, lastsMs: 50 })
  const playing = hold('t', staying, (turn) => turn.on(endless()))
  await assert.rejects(playing, refusal(503, 'flows/too-long-to-play'))
})

test('a tenant plays two at once, all tenants together eight; who is done makes room', async () => {
  const { hold } = createRehearsals()
  const over = Promise.withResolvers<void>()
  const play = (tenant: string) => hold(tenant, staying, () => over.promise)
  const playing = ['a', 'a', 'b', 'b', 'c', 'c', 'd'].map(play)
  await assert.rejects(play('a'), refusal(429, 'flows/playing'))
  playing.push(play('d'))
  await assert.rejects(play('e'), refusal(503, 'flows/playing'))
  over.resolve()
  await Promise.all(playing)
  assert.equal(await hold('a', staying, async () => 'played'), 'played')
  await assert.rejects(
    hold('a', staying, () => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.deepEqual(await Promise.all([play('a'), play('a')]), [undefined, undefined])
})

test('nobody waits any more: it is broken off', async () => {
  const { hold } = createRehearsals()
  const left = new AbortController()
  const playing = hold('t', left.signal, (turn) => turn.on(endless()))
  left.abort()
  await assert.rejects(playing, refusal(503, 'broken-off'))
})

test('a walk is asked and told, and its end is given', async () => {
  function* walk(): Generator<string | null, string, string | undefined> {
    yield null
    const told = yield 'who?'
    yield null
    return `it was ${told}`
  }
  const { hold } = createRehearsals()
  const made = await hold('t', staying, async (turns) => {
    const asking = walk()
    assert.deepEqual(await turns.on(asking), { done: false, value: 'who?' })
    return turns.on(asking, 'María')
  })
  assert.deepEqual(made, { done: true, value: 'it was María' })
})
