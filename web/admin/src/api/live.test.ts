import assert from 'node:assert/strict'
import { beforeEach, it, mock } from 'node:test'
import type { LiveFrame } from './live.ts'

/** A stream as a browser has it, in our hands. */
class Stream {
  static all: Stream[] = []
  readyState = 0
  onopen = () => {}
  onerror = () => {}
  onmessage = (_message: { data: string }) => {}
  constructor() {
    Stream.all.push(this)
  }
  close() {
    this.readyState = 2
  }
  opens() {
    this.readyState = 1
    this.onopen()
  }
  /** @param forGood the browser does not try again, as when something else than a stream was answered */
  breaks(forGood: boolean) {
    this.readyState = forGood ? 2 : 0
    this.onerror()
  }
}
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
Object.assign(globalThis, { EventSource: Stream, document: page, location: { origin: 'http://127.0.0.1' } })
const asked = mock.fn(async () => Response.json({}))
globalThis.fetch = asked as unknown as typeof fetch
const { listen } = await import('./live.ts')

const settled = () => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  Stream.all = []
  asked.mock.resetCalls()
})

it('says that something may have been missed when the stream comes back, and not when it begins', () => {
  const heard: LiveFrame[] = []
  const stop = listen((frame) => heard.push(frame))
  const [stream] = Stream.all
  stream?.opens()
  assert.deepEqual(heard, [])
  stream?.breaks(false)
  stream?.opens()
  assert.deepEqual(heard, [{ events: [], left: 0, missed: true }])
  stop()
})

it('begins again where the browser gives up, asking first whether anybody is still signed in', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const heard: LiveFrame[] = []
  const stop = listen((frame) => heard.push(frame))
  Stream.all[0]?.breaks(true)
  t.mock.timers.tick(5_000)
  while (Stream.all.length < 2) await settled()
  assert.equal(asked.mock.callCount(), 1)
  Stream.all[1]?.opens()
  assert.equal(heard.length, 1)
  stop()
})

it('leaves it when nobody listens any more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const stop = listen(() => {})
  Stream.all[0]?.breaks(true)
  stop()
  t.mock.timers.tick(60_000)
  await settled()
  assert.deepEqual([Stream.all.length, asked.mock.callCount()], [1, 0])
})

it('holds one connection where somebody looked away and back while it asked', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const stop = listen(() => {})
  Stream.all[0]?.breaks(true)
  t.mock.timers.tick(5_000)
  for (const state of ['hidden', 'visible']) {
    page.visibilityState = state
    page.dispatchEvent(new Event('visibilitychange'))
  }
  for (let i = 0; i < 20; i++) await settled()
  assert.equal(asked.mock.callCount(), 1)
  assert.equal(Stream.all.filter(({ readyState }) => readyState !== 2).length, 1)
  stop()
})

it('holds no connection of the browser while nobody looks, and says afterwards that something may have been missed', () => {
  const seen = (state: string) => {
    page.visibilityState = state
    page.dispatchEvent(new Event('visibilitychange'))
  }
  const heard: LiveFrame[] = []
  seen('hidden')
  const stop = listen((frame) => heard.push(frame))
  assert.equal(Stream.all.length, 0)
  seen('visible')
  Stream.all[0]?.opens()
  seen('hidden')
  assert.equal(Stream.all[0]?.readyState, 2)
  seen('visible')
  assert.equal(Stream.all.length, 2)
  Stream.all[1]?.opens()
  assert.deepEqual(heard, [
    { events: [], left: 0, missed: true },
    { events: [], left: 0, missed: true },
  ])
  stop()
  seen('hidden')
  seen('visible')
  assert.equal(Stream.all.length, 2)
})
