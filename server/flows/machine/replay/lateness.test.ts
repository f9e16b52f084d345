import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latenessOf } from '#flows/machine/replay/lateness.ts'
import { type Step, TOO_LONG } from '#flows/run.ts'

const HOUR = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

/** An hour's wait and a wait for an event, each left some time after it was over. */
const steps = (late: number): Step[] => [
  { visit: 1, nodeId: 'wait', type: 'wait', at: 0, input: { until: iso(HOUR) } },
  { visit: 1, nodeId: 'wait', type: 'wait', at: HOUR + late, way: 'out', resumed: true },
  { visit: 2, nodeId: 'hear', type: 'waitForEvent', at: HOUR + late, input: { timeoutAt: iso(2 * HOUR + late) } },
  { visit: 2, nodeId: 'hear', type: 'waitForEvent', at: 2 * HOUR + 2 * late, way: 'timeout', resumed: true },
]
const graph = { nodes: [], edges: [] }
const run = { steps: steps(5), moves: [], startedAt: 3, endedAt: null, forked: undefined, failure: null }

test('a run is as late as its beginning and the waits before a moment', () => {
  const late = latenessOf(run, 0, graph)
  assert.deepEqual([0, HOUR + 4, HOUR + 5, 3 * HOUR].map(late), [3, 3, 8, 13])
})

test('who waits its turn is not late, and an event that comes while it is waited for neither', () => {
  assert.equal(latenessOf(run, 0, { ...graph, settings: { debounce: 'PT1M' } })(0), 0)
  const heard = run.steps.map((step) => (step.way === 'timeout' ? { ...step, way: 'event' } : step))
  assert.equal(latenessOf({ ...run, steps: heard }, 0, graph)(3 * HOUR), 8)
  assert.equal(latenessOf({ ...run, moves: [{ from: 1, visits: 1 }] }, 0, graph)(3 * HOUR), 3)
})

test('the pauses between the tries of a step, and the time limit, may be over late, too', () => {
  const call = { nodeId: 'call', type: 'http' }
  const tried: Step[] = [
    { ...call, visit: 1, at: 0 },
    { ...call, visit: 1, at: 1_000, error: 'no', way: 'retry', resumed: true },
    { ...call, visit: 2, at: 91_000 },
  ]
  const data = { retry: { attempts: 3, after: 'PT1M' } }
  const version = { ...graph, nodes: [{ id: 'call', type: 'http', position: { x: 0, y: 0 }, data }] }
  const late = latenessOf({ ...run, steps: tried, startedAt: 0 }, 0, version)
  assert.deepEqual([90_999, 91_000].map(late), [0, 30_000])
  const failure = { nodeId: 'call', type: 'http', cause: TOO_LONG }
  const over = { ...run, steps: [], startedAt: 0, endedAt: HOUR + 7_000, failure }
  assert.equal(latenessOf(over, 0, { ...graph, settings: { timeLimit: 'PT1H' } })(HOUR + 7_000), 7_000)
})
