import assert from 'node:assert/strict'
import { it } from 'node:test'
import { formatOf } from './format.ts'

it('tells of which product a file is by what only that product writes', () => {
  assert.equal(formatOf({ nodes: [], connections: {} }), 'n8n')
  assert.equal(formatOf({ version: '6', groups: [], edges: [] }), 'typebot')
  assert.equal(formatOf({ data: { workflowId: 'x', steps: [] } }), 'novu')
  assert.equal(formatOf({ cauce: 'flow/1', nodes: [], edges: [], steps: [] }), undefined)
  for (const other of [{ hola: 1 }, [1], null, 'connections']) assert.equal(formatOf(other), undefined)
})
