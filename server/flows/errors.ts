import { type Difference, differenceOf } from '#flows/difference.ts'
import type { Graph, GraphFault } from '#flows/graph.ts'
import { conflict, type Fault, Problem } from '#platform/problem.ts'

/** A fault of a graph as problem+json shows it: a JSON pointer, the sentence in both languages, and the node's id. */
export const faultOf = ({ nodeId, path, says }: GraphFault): Fault => ({
  path: [...(nodeId === null ? [] : ['nodes', nodeId]), ...(path === undefined || path === '' ? [] : path.split('.'))]
    .map((part) => `/${part}`)
    .join(''),
  message: says.en,
  messages: says,
  ...(nodeId === null ? {} : { nodeId }),
})

/** 422: the graph has faults; all are listed. A retry helps after the draft was mended. */
export const unfit = (faults: readonly GraphFault[]): Problem =>
  new Problem(
    422,
    'flows/unfit',
    `The graph cannot run: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    { faults: faults.map(faultOf) },
  )

/** 409: the draft is no longer the one that was read. A retry helps after it was read again. */
export function stale(stored: Graph | null, sent: Graph): Problem {
  return new Problem(409, 'flows/stale', 'Somebody saved the draft since you read it. Nothing was overwritten.', {
    faults: differences(differenceOf(stored, sent)),
  })
}

function differences({ added, removed, changed, edges, settings }: Difference): Fault[] {
  return [
    ...added.map((node) => ({ path: `/nodes/${node}`, message: 'is not in the stored draft', nodeId: node })),
    ...removed.map((node) => ({ path: `/nodes/${node}`, message: 'is in the stored draft only', nodeId: node })),
    ...changed.map((node) => ({ path: `/nodes/${node}`, message: 'differs from the stored draft', nodeId: node })),
    ...(edges ? [{ path: '/edges', message: 'differ from the stored draft' }] : []),
    ...(settings ? [{ path: '/settings', message: 'differ from the stored draft' }] : []),
  ]
}

/** 409: the run has ended. A retry does not help. */
export const runOver = (): Problem => conflict('The run is over already.')

/** 409: nothing of the flow begins by hand as it is published. A retry helps after it was published so. */
export const notBegunByHand = (): Problem =>
  conflict('The flow is not published, or its published version has no manual trigger.')

/** 409: there is one run for each key, and one stands. A retry helps when that one is over. */
export const runUnderWay = (): Problem => conflict('A run of this flow for the same key is under way already.')

/** 409: the run's version holds what this program does not know. A retry helps after an upgrade. */
export const versionUnknown = (): Problem => conflict('The version of this run cannot be run by this program.')
