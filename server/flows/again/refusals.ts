import { notRetried, runUnderWay, versionUnknown } from '#flows/errors.ts'
import { effectIdOf, type Final, type Run } from '#flows/run.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import { deliveryIdOf } from '#flows/runs/made.ts'
import type { Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What says whether a run can be tried again: the same for one, for many, and for counting them beforehand. */
export type Candidate = {
  readonly id: string
  readonly flowId: string
  readonly version: number
  readonly status: string
  /** Where it failed. */
  readonly nodeId: string | null
  /** At which visit; null: it cannot be tried again from there. */
  readonly visit: number | null
  /** Why not, where that was kept. */
  readonly final: Final | null
}

export const candidateOf = (run: Run, { flowId, version }: { flowId: string; version: number }): Candidate => ({
  ...{ id: run.id, flowId, version, status: run.status },
  ...{ nodeId: run.failure?.nodeId ?? null, visit: run.stuck?.visit ?? null, final: run.final ?? null },
})

/** Why a run can never be tried again, whatever happens beside it; null: it can. */
export function whyNever(run: Candidate, flows: TenantFlows | undefined): Problem | null {
  if (run.status !== 'failed') return notRetried(NOT_FAILED)
  const flow = flows?.version(run.flowId, run.version)
  if (flow === undefined) return versionUnknown()
  if (run.visit === null || !flow.nodes.has(run.nodeId ?? '')) return notRetried(FINAL[run.final ?? 'earlier'])
  return null
}

/** Why one that could be is not tried again now: another run of its key is under way, or the call of its step went through. */
export function whyNotNow(isTaken: boolean, call: string | undefined): Problem | null {
  if (isTaken) return runUnderWay()
  return call === 'delivered' ? notRetried(WENT_THROUGH) : null
}

/** The call of the step at which a run failed; null: that calls nobody. */
export function callOf(
  { id, flowId, version, nodeId, visit }: Candidate,
  flows: TenantFlows | undefined,
): string | null {
  const node = flows?.version(flowId, version)?.nodes.get(nodeId ?? '')
  if (node?.kind.type !== 'http' || visit === null) return null
  return deliveryIdOf(effectIdOf(id, node.id, visit))
}

const NOT_FAILED: Sentence = {
  en: 'Only a run that failed can be tried again.',
  es: 'Solo se puede reintentar una ejecución que falló.',
}
const FINAL: Readonly<Record<Final | 'earlier', Sentence>> = {
  branches: {
    en: 'It had several branches when it failed: fork it instead.',
    es: 'Tenía varias ramas cuando falló: empieza otra desde un paso.',
  },
  undone: {
    en: 'What it did was undone: fork it instead.',
    es: 'Lo que hizo se deshizo: empieza otra desde un paso.',
  },
  earlier: {
    en: 'It failed before a retry was possible: fork it instead.',
    es: 'Falló antes de que se pudiera reintentar: empieza otra desde un paso.',
  },
}
const WENT_THROUGH: Sentence = {
  en: 'The call of the step went through, and its answer could not be used: fork the run behind it instead.',
  es: 'La llamada del paso llegó, y su respuesta no se pudo usar: empieza otra desde el paso siguiente.',
}
