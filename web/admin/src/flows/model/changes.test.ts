import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Change, changeWords, stepsOf } from './changes.ts'
import { graphFrom } from './graph.ts'

const node = (id: string, label: string) => ({ id, type: 'end', position: { x: 0, y: 0 }, data: { label } })
const says = { es: 'reply ya no lleva por event a done', en: 'reply no longer leads by event to done' }

it('calls steps by their names, those that are gone too, and the ways between them in words', () => {
  const changes: Change[] = [
    { change: 'stepRemoved', nodeId: 'done', path: '', before: { type: 'end', data: { label: 'Volvió' } }, says },
    {
      ...{ change: 'edgeRemoved', nodeId: 'reply', path: '/edges', says },
      before: { source: 'reply', sourceHandle: 'event', target: 'done' },
      after: null,
    },
    { change: 'edgeAdded', nodeId: 'reply', path: '/edges', after: { source: 'reply', target: 'bye' }, says },
    { change: 'edgeAdded', nodeId: 'reply', path: '/edges', says },
  ]
  const stepOf = stepsOf(changes, graphFrom({ name: 'x', nodes: [node('bye', 'Despedirse')], edges: [] } as never))
  assert.deepEqual(
    changes.slice(1).map((change) => changeWords(change, stepOf, 'es')),
    ['ya no lleva por «llegó» a «Volvió»', 'ahora lleva a «Despedirse»', says.es],
  )
  assert.equal(changeWords(changes[1] as Change, stepOf, 'en'), 'no longer leads by «it came» to «Volvió»')
  assert.equal(stepOf('done')?.type, 'end')
})
