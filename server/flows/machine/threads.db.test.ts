import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Graph } from '#flows/graph.ts'
import type { CrowdResult } from '#flows/machine/crowd.ts'
import type { Job } from '#flows/machine/job.ts'
import { createThreads, THREAD_BOUNDS } from '#flows/machine/threads.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, START } from '#flows/testing-program.ts'
import type { Problem } from '#platform/problem.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const staying = new AbortController().signal

/** Goes round each minute, for ever. */
const drawn = graph(
  [
    ['start', 'trigger', { event: 'go' }],
    ['w', 'wait', { for: 'PT1M' }],
  ],
  ['start w', 'w w'],
) as unknown as Graph

const jobOf = (count: number): Job => ({
  kind: 'crowd',
  version: null,
  databaseUrl: flows.program.url,
  tenant: 't',
  flowId: '00000000-0000-4000-8000-000000000001',
  graph: drawn,
  installed: { configured: ['inbox'], fallbackLocale: 'es', unable: [], allowed: [] },
  now: START,
  scale: 1,
  body: { people: { invented: { count } }, event: { type: 'go' }, lasts: 'P90D' },
})

const refusal = (status: number, code: string) => (error: Problem) => {
  assert.deepEqual([error.status, error.code], [status, code])
  return true
}

test('a tenant has one at once; who leaves ends it, and the next one begins', async () => {
  const threads = createThreads()
  const left = new AbortController()
  const first = threads.run('t', left.signal, jobOf(10_000))
  await assert.rejects(threads.run('t', staying, jobOf(1)), refusal(429, 'flows/playing'))
  left.abort()
  await assert.rejects(first, refusal(503, 'broken-off'))
  const result = await threads.run<CrowdResult>('t', staying, jobOf(1))
  assert.equal(result.people, 1)
  // 10,000 steps are the end of any run.
  assert.equal(result.totals.runs.failed, 1)
})

test('so many at once on a node, whoever asks', async () => {
  const threads = createThreads({ ...THREAD_BOUNDS, atOnce: 1 })
  const left = new AbortController()
  const first = threads.run('a', left.signal, jobOf(10_000))
  await assert.rejects(threads.run('b', staying, jobOf(1)), refusal(503, 'flows/playing'))
  left.abort()
  await assert.rejects(first, refusal(503, 'broken-off'))
})

test('what lasts too long is ended, and says so', async () => {
  const threads = createThreads({ ...THREAD_BOUNDS, lastsMs: 300 })
  await assert.rejects(threads.run('t', staying, jobOf(10_000)), refusal(503, 'flows/too-long-to-play'))
})

test('what the thread refuses comes with its faults', async () => {
  const job = { ...jobOf(1), body: { people: { invented: { count: 1 } }, queueId: 'nowhere' } } as Job
  await assert.rejects(createThreads().run('t', staying, job), (error: Problem) => {
    assert.deepEqual([error.status, error.faults.map(({ path }) => path)], [400, ['/queueId']])
    return true
  })
})
