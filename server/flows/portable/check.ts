import { judgeCases, type Verdict } from '#flows/cases/verdict.ts'
import { compileGraph } from '#flows/compile.ts'
import type { GraphFault } from '#flows/graph.ts'
import { readDocument } from '#flows/portable/document.ts'

export type { Verdict } from '#flows/cases/verdict.ts'

/** What there is to say of a flow in a file: what keeps it from running, or how its cases went. */
export type Checked = { name: string; faults: readonly GraphFault[]; verdicts: readonly Verdict[] }

/** Plays the cases of a file to its own graph. Needs no database: templates, calendars and secrets are not looked up. */
export async function checkDocument(value: unknown): Promise<Checked> {
  const { document, faults: unread } = readDocument(value)
  if (document === undefined) return { name: '', faults: unread, verdicts: [] }
  const name = document.graph.name ?? ''
  const { flow, faults = [] } = compileGraph(document.graph)
  if (flow === undefined) return { name, faults, verdicts: [] }
  return { name, faults: [], verdicts: await judgeCases(flow, document.cases ?? []) }
}
