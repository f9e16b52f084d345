import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Change } from './changes.ts'
import { disputeWords, isInDispute } from './dispute-words.ts'
import type { FlowNode } from './graph.ts'
import type { Dispute } from './joined.ts'

const NODES: { [id: string]: FlowNode } = {
  w: { id: 'w', type: 'wait', data: {} },
  e: { id: 'e', type: 'end', data: { label: 'Volvió' } },
}
const stepOf = (id: string) => NODES[id]
const said = (dispute: Dispute) => Object.values(disputeWords(dispute, stepOf, 'es'))

it('says which place both changed, and what each made of it, by names', () => {
  assert.deepEqual(said({ nodeId: null, path: '/name', mine: 'A', theirs: 'B' }), ['Nombre', '«B»', '«A»'])
  assert.deepEqual(said({ nodeId: 'w', path: '/nodes/w/data/for', mine: 'PT4H', theirs: undefined }), [
    'Esperar',
    'nada',
    '«4 horas»',
  ])
  assert.deepEqual(said({ nodeId: 'w', path: '/nodes/w/data/label', mine: ['a'], theirs: true }), [
    'Nombre del paso',
    'sí',
    'otro valor',
  ])
  assert.deepEqual(said({ nodeId: 'w', path: '/nodes/w', mine: undefined, theirs: { type: 'wait' } }), [
    'El paso',
    'se cambió',
    'se quitó',
  ])
  assert.deepEqual(said({ nodeId: 'w', path: '/edges', way: 'error', mine: 'e', theirs: undefined }), [
    'A dónde lleva: si falla',
    'a ninguna parte',
    '«Volvió»',
  ])
})

it('knows which changes are about such a place', () => {
  const change = (path: string, more: Partial<Change> = {}): Change => ({
    ...{ change: 'fieldChanged', nodeId: 'w', path, says: { es: '', en: '' } },
    ...more,
  })
  const field: Dispute = { nodeId: 'w', path: '/nodes/w/data/for', mine: 1, theirs: 2 }
  const way: Dispute = { nodeId: 'w', path: '/edges', way: 'error', mine: 'a', theirs: 'b' }
  const led = (sourceHandle: string) => change('/edges', { after: { source: 'w', sourceHandle, target: 'b' } })
  assert.deepEqual(
    [change('/nodes/w/data/for'), change('/nodes/w'), change('/nodes/w/data/form'), led('error'), led('')].map((one) =>
      isInDispute(one, [field, way]),
    ),
    [true, true, false, true, false],
  )
  assert.equal(isInDispute(change('/nodes/w/data/for', { nodeId: null }), [field]), false)
})
