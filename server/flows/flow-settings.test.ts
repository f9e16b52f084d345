import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { graph } from '#flows/testing.ts'

const START = ['start', 'trigger', { event: 'go' }] as const
const only = (nodes: Parameters<typeof graph>[0], edges: readonly string[], settings?: object) =>
  (compileGraph(graph(nodes, edges, settings)).faults ?? []).map(
    ({ nodeId, path, says }) => `${nodeId} ${path ?? ''}: ${says.en}`,
  )

test('what is wrong with how runs begin is told in both languages', () => {
  const told = (settings: object) => only([START, ['e', 'end']], ['start e'], settings)
  assert.deepEqual(
    told({ concurrency: 5, rate: { limit: 3, per: 'PT1H' }, priority: 'event.data.p', oncePer: 'P1M' }),
    [],
  )
  assert.deepEqual(told({ debounce: 'P1M', batch: { size: 2, within: 'PT0S' }, priority: 'event.' }).length, 5)
  assert.deepEqual(told({ priority: '1', oncePer: 'PT0S' }), [
    'null settings.priority: goes with concurrency / rate only',
    'null settings.oncePer: must be more than nothing',
  ])
  assert.deepEqual(told({ rate: { limit: 1, per: 'P1M' } }), [
    'null settings.rate.per: months and years have no fixed length here',
  ])
  const { faults: es = [] } = compileGraph(graph([START, ['e', 'end']], ['start e'], { concurrency: 0 }))
  assert.equal(es[0]?.path, 'settings.concurrency')
  assert.notEqual(es[0]?.says.es, es[0]?.says.en)
})

test('only a flow that gathers events has a list of them', () => {
  const reads = [START, ['s', 'set', { vars: { n: 'vars.batch' } }]] as const
  assert.deepEqual(only(reads, ['start s']), ['s data.vars.n: there is no vars.batch; known are n'])
  assert.deepEqual(only(reads, ['start s'], { batch: { size: 2, within: 'PT1H' } }), [])
})
