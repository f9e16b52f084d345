import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { graph } from '#flows/testing.ts'

const warned = (begins: { [name: string]: unknown }, type: string) =>
  compileGraph(
    graph(
      [
        ['start', 'trigger', begins],
        ['tell', 'emit', { type }],
        ['end', 'end', {}],
      ],
      ['start tell', 'tell end'],
    ),
  ).warnings.map(({ nodeId, path }) => `${nodeId} ${path}`)

test('a flow that emits what begins it is warned of, unless a condition may end that', () => {
  assert.deepEqual(warned({ event: 'order.placed' }, 'order.placed'), ['tell data.type'])
  assert.deepEqual(warned({ event: 'order.*' }, 'order.placed'), ['tell data.type'])
  assert.deepEqual(warned({ event: 'order.placed' }, 'order.sent'), [])
  assert.deepEqual(warned({ event: 'order.placed', where: 'event.data.n < 3' }, 'order.placed'), [])
})
