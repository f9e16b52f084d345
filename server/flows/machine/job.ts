import type { Graph } from '#flows/graph.ts'
import type { CrowdBody } from '#flows/machine/crowd-body.ts'
import type { ReplayBody } from '#flows/machine/replay/body.ts'
import type { PretendHouse } from '#notifications/index.ts'
import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What a thread is told: plain data. */
export type Job = {
  databaseUrl: string
  tenant: string
  flowId: string
  /** That compiles. */
  graph: Graph
  /** The published version that it is of; null: it is the draft. */
  version: number | null
  installed: Installed
  /** Domain milliseconds. */
  now: number
  /** Domain milliseconds in one of the wall. */
  scale: number
} & ({ kind: 'crowd'; body: CrowdBody } | { kind: 'replay'; body: ReplayBody } | { kind: 'run'; runId: string })

/** What this installation can do. */
export type Installed = Pick<PretendHouse, 'configured' | 'fallbackLocale'> & {
  /** Kinds of nodes that cannot do their work here, and why. */
  unable: readonly [kind: string, why: Sentence][]
  /** Names and ranges of addresses that calls may reach although they are private. */
  allowed: readonly string[]
}

/** A refusal on its way between threads. */
export type Failure = { status: number; code: string; detail: string; faults: Fault[] }

/** `heapMb`: what the thread holds by then. */
export type Reply = { result: unknown; heapMb: number } | { refused: Failure }
