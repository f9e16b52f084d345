import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { liveRoutes } from '#events/live/routes.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'

const BEAT_MS = 15_000

/** A log that says who watches it, and connections that say what becomes of them. */
function world() {
  const watchers = new Set<(events: readonly LogEvent[]) => void>()
  const runtime = {
    watchLog(fn: (events: readonly LogEvent[]) => void) {
      watchers.add(fn)
      return () => void watchers.delete(fn)
    },
  } as unknown as Runtime
  const [live] = liveRoutes(runtime)
  async function connect(tenant: string, actor = 'user:1') {
    const over = new AbortController()
    const response = {
      text: '',
      writableLength: 0,
      state: 'open',
      writeHead() {},
      write(text: string) {
        response.text += text
      },
      end() {
        response.state = 'ended'
      },
      destroy() {
        response.state = 'destroyed'
        over.abort()
      },
    }
    const reply = { type: () => reply, header: () => reply, hijack() {}, getHeaders: () => ({}), raw: response }
    const call = { identity: { tenant, actor }, request: { method: 'GET' }, reply, lasts: () => over.signal }
    await live?.handle(call as never)
    return { response, leave: () => over.abort() }
  }
  const happen = (tenant: string, id: string) => {
    const event = { tenant, id, position: 1, type: 't', subject: 's', encounterId: null, occurredAt: 0 } as LogEvent
    for (const watcher of watchers) watcher([event])
    mock.timers.tick(1_000)
  }
  return { watchers, connect, happen }
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }))
afterEach(() => mock.timers.reset())

test('the log is watched while somebody listens, by one for all, and by nobody else', async () => {
  const { watchers, connect } = world()
  assert.equal(watchers.size, 0)
  const [a, b] = [await connect('acme'), await connect('globex')]
  assert.equal(watchers.size, 1)
  a.leave()
  assert.equal(watchers.size, 1)
  b.leave()
  assert.equal(watchers.size, 0)
  const again = await connect('acme')
  assert.equal(watchers.size, 1)
  again.leave()
})

test('a tenant hears of its own events only', async () => {
  const { connect, happen } = world()
  const [acme, globex] = [await connect('acme'), await connect('globex')]
  happen('acme', 'of-acme')
  happen('nobody', 'of-nobody')
  assert.match(acme.response.text, /"id":"of-acme"/)
  assert.equal(globex.response.text, 'retry: 2000\n\n')
  acme.leave()
  globex.leave()
})

test('a silent connection is kept awake; one that takes nothing any more is cut, and one that catches up is not', async () => {
  const { connect } = world()
  const [quick, slow, gone] = [await connect('acme'), await connect('acme'), await connect('acme')]
  slow.response.writableLength = 1_000_000
  gone.response.writableLength = 1_000_000
  mock.timers.tick(BEAT_MS)
  slow.response.writableLength = 0
  mock.timers.tick(BEAT_MS)
  assert.deepEqual(
    [quick, slow, gone].map(({ response }) => response.state),
    ['open', 'open', 'destroyed'],
  )
  assert.equal(quick.response.text, 'retry: 2000\n\n:\n\n:\n\n')
  quick.leave()
  slow.leave()
  assert.deepEqual([quick.response.state, slow.response.state], ['ended', 'ended'])
})

test('one caller has ten at most, whatever others have, and a closed one makes room', async () => {
  const { connect } = world()
  const own = await Promise.all(Array.from({ length: 10 }, () => connect('acme')))
  await assert.rejects(connect('acme'), { status: 429, code: 'too-many-streams' })
  const others = [await connect('acme', 'user:2'), await connect('globex')]
  own[0]?.leave()
  const again = await connect('acme')
  for (const { leave } of [...own, ...others, again]) leave()
})

test('a node has a thousand at most', async () => {
  const { connect } = world()
  const all = await Promise.all(Array.from({ length: 1_000 }, (_, i) => connect('acme', `user:${i}`)))
  await assert.rejects(connect('acme', 'user:last'), { status: 429 })
  for (const { leave } of all) leave()
  ;(await connect('acme', 'user:last')).leave()
})
