import assert from 'node:assert/strict'
import { compileGraph } from '#flows/compile.ts'
import type { Graph } from '#flows/graph.ts'
import { type Format, readForeign } from '#flows/portable/formats.ts'

/** What is made of a document of another product, and what is told of it. */
export function read(format: Format, value: unknown): { graph: Graph; notes: string[]; spanish: string[] } {
  const { document, notes, faults } = readForeign(format, value)
  assert.ok(document, JSON.stringify(faults))
  return { graph: document.graph, notes: notes.map(({ says }) => says.en), spanish: notes.map(({ says }) => says.es) }
}
export const ways = ({ edges }: Graph) =>
  edges.map(({ source, sourceHandle, target }) => `${source}${sourceHandle ? `.${sourceHandle}` : ''} ${target}`).sort()
export const dataOf = ({ nodes }: Graph, id: string) => nodes.find((node) => node.id === id)?.data
export const faults = (graph: Graph) =>
  (compileGraph(graph).faults ?? []).map(({ nodeId, path, says }) => `${nodeId} ${path} ${says.en}`)
/** Where a step of n8n stands. */
export const at = (x: number) => [x, 300]
export const n8nStep = (name: string, kind: string, parameters: object = {}) => ({
  name,
  type: `n8n-nodes-base.${kind}`,
  parameters,
})
