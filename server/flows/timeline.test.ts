import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, event, flowOf, graph } from '#flows/testing.ts'
import { timeline } from '#flows/timeline.ts'

test('an end is left when it is reached; what a run waits at is not', () => {
  const steps = (nodes: Parameters<typeof graph>[0], arrows: string[]) =>
    timeline(begin(flowOf(graph(nodes, arrows)), event('go')).steps).map(({ nodeId, endedAt, at }) => [
      nodeId,
      endedAt === null ? null : endedAt === at,
    ])
  assert.deepEqual(
    steps(
      [
        ['start', 'trigger', { event: 'go' }],
        ['done', 'end', {}],
      ],
      ['start done'],
    ),
    [
      ['start', true],
      ['done', true],
    ],
  )
  assert.deepEqual(
    steps(
      [
        ['start', 'trigger', { event: 'go' }],
        ['wait', 'wait', { for: 'PT1H' }],
      ],
      ['start wait'],
    ),
    [
      ['start', true],
      ['wait', null],
    ],
  )
})
