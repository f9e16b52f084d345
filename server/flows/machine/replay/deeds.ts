import type { Graph } from '#flows/graph.ts'
import type { Told } from '#flows/machine/replay/compare-said.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import type { Said } from '#flows/machine/world.ts'
import { type Step, versionAt } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/** How a step is drawn: its data in the graph. */
export type Drawn = { readonly [name: string]: Json | undefined }

/** Something that a step did to a conversation or asked of others. */
export type Deed = {
  nodeId: string
  type: string
  at: number
  /** What they got of it, as it is kept. */
  did: { [name: string]: Json }
  /** Of what is not kept the drawing; null: nobody knows it any more. */
  drawn: { [name: string]: Json } | null
}

type Kept = { in: 'input' | 'output' | null; drawn?: readonly string[] }

/** Where each kind keeps what others get of it, and what of that only the drawing tells. */
const KEPT: { readonly [type: string]: Kept | undefined } = {
  http: { in: 'input', drawn: ['headers', 'body'] },
  emit: { in: 'output' },
  close: { in: 'output' },
  extend: { in: null, drawn: ['by'] },
  tag: { in: 'output' },
  assign: { in: 'output' },
  subflow: { in: 'input' },
  approval: { in: 'input' },
  llm: { in: 'input', drawn: ['schema', 'maxTokens'] },
  bookSlot: { in: 'input' },
  createComplaint: { in: 'input' },
}

/** What a run did, in its order, besides what it told people. */
export const deedsOf = (steps: readonly Step[], dataOf: (step: Step) => Drawn | undefined): Deed[] =>
  steps.flatMap((step) => {
    const kept = KEPT[step.type]
    if (kept === undefined || step.resumed === true) return []
    const did = kept.in === null ? (step.error === undefined ? {} : undefined) : step[kept.in]
    // It failed before it did anything.
    if (did === undefined) return []
    const data = dataOf(step)
    const names = kept.drawn ?? []
    const drawn = data === undefined ? null : Object.fromEntries(names.map((name) => [name, data[name] ?? null]))
    return { nodeId: step.nodeId, type: step.type, at: step.at, did: did as Deed['did'], drawn }
  })

/** What of a message is not kept: the HTML of an e-mail, and when it goes on to another channel. */
export function asDrawn(said: Said, data: Drawn | undefined): Told {
  if (said.kind !== 'notify' || data === undefined) return { ...said, drawn: null }
  const { html = null } = (data.content ?? {}) as { html?: Json }
  const { escalateAfter = null } = data
  return { ...said, drawn: said.channel === 'email' ? { html, escalateAfter } : { escalateAfter } }
}

/** How steps are drawn in the graphs by which runs went. */
export function drawings(versions: ReadonlyMap<number, Graph>) {
  const known = new Map<Graph, ReadonlyMap<string, Drawn>>()

  /** In a graph, by node. */
  function within(graph: Graph): ReadonlyMap<string, Drawn> {
    let found = known.get(graph)
    if (found === undefined) {
      found = new Map(graph.nodes.map(({ id, data }) => [id, data ?? {}]))
      known.set(graph, found)
    }
    return found
  }

  return {
    within,
    version: (number: number): Graph | undefined => versions.get(number),
    /** Where a real run came to a step. */
    at(run: Pick<RealRun, 'version' | 'moves'>, { visit, nodeId }: Step): Drawn | undefined {
      const version = versions.get(versionAt(visit, run, run.version))
      return version === undefined ? undefined : within(version).get(nodeId)
    },
  }
}

export type Drawings = ReturnType<typeof drawings>
