import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReach } from '#platform/reach.ts'

const AWAY = new Error('ECONNREFUSED')

function rig() {
  let now = 1_000
  let asked = 0
  let isThere = false
  const reach = createReach((error) => error === AWAY, { now: () => now, chance: () => 0 })
  return {
    reach: (connect?: () => Promise<string>) =>
      reach(
        connect ??
          (async () => {
            asked += 1
            if (!isThere) throw AWAY
            return 'connected'
          }),
      ).catch((error: Error) => error.message),
    pass: (ms: number) => {
      now += ms
    },
    asked: () => asked,
    back: () => {
      isThere = true
    },
  }
}

test('however many ask while it is away, the server is asked once at a time and more and more seldom', async () => {
  const { reach, pass, asked } = rig()
  assert.deepEqual(await Promise.all([reach(), reach(), reach()]), Array(3).fill('ECONNREFUSED'))
  assert.equal(asked(), 3, 'nobody knew yet')
  for (let ms = 0; ms < 60_000; ms += 10) {
    for (const said of await Promise.all([reach(), reach()])) assert.equal(said, 'ECONNREFUSED')
    pass(10)
  }
  assert.ok(asked() < 3 + 20, `asked ${asked()} times in a minute`)
})

test('once it is back everybody is let through, within five seconds', async () => {
  const { reach, pass, asked, back } = rig()
  for (let i = 0; i < 100; i++) {
    await reach()
    pass(1_000)
  }
  back()
  pass(5_000)
  const before = asked()
  assert.equal(await reach(), 'connected')
  assert.deepEqual(await Promise.all([reach(), reach()]), ['connected', 'connected'])
  assert.equal(asked(), before + 3)
})

test('a failure that says nothing of the server holds nobody back', async () => {
  const { reach, asked, back } = rig()
  back()
  assert.equal(
    await reach(async () => {
      throw new Error('too many connections')
    }),
    'too many connections',
  )
  assert.equal(await reach(), 'connected')
  assert.equal(asked(), 1)
})
