import { stepName } from '#flows/difference.ts'
import type { Graph } from '#flows/graph.ts'
import { type Course, differencesOf } from '#flows/machine/replay/compare.ts'
import { asDrawn, type Drawings, type Drawn, deedsOf } from '#flows/machine/replay/deeds.ts'
import { type Difference, KINDS, type Kind } from '#flows/machine/replay/difference.ts'
import { latenessOf, turnsOf } from '#flows/machine/replay/lateness.ts'
import { asOf, realSaid } from '#flows/machine/replay/recorded.ts'
import type { Draft } from '#flows/machine/replay/replay.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import { outcomeOf } from '#flows/machine/tally.ts'
import type { Said } from '#flows/machine/world.ts'
import type { Step } from '#flows/run.ts'
import { timeline, type Visit } from '#flows/timeline.ts'
import type { SaidRow } from '#notifications/index.ts'
import { iso } from '#platform/iso.ts'

/** Times nearer than this are the same; on a fast clock every delay is long. */
const TOLERANCE_MS = 60_000
const TOLERANCE_WALL_MS = 2_000

/** What began a run on one side or the other. */
export type Beginning = { id: string; type: string; at: number; subject: string; contactId: string | null }

export type ShownCourse = {
  runId: string
  version: number | null
  outcome: string
  startedAt: string
  path: Visit[]
  said: (Omit<Said, 'at'> & { at: string })[]
}
export type Example = {
  event: Omit<Beginning, 'at'> & { at: string }
  differences: Difference[]
  real: ShownCourse | null
  draft: ShownCourse | null
}

/** How real runs and those of the draft compare, counted. */
export type Comparison = {
  runs: { real: number; draft: number }
  same: number
  different: number
  /** Subjects with a difference. */
  subjects: number
  kinds: { kind: Kind; runs: number }[]
  outcomes: { outcome: string; real: number; draft: number }[]
  messages: { nodeId: string | null; channel: string | null; outcome: Said['outcome']; real: number; draft: number }[]
  examples: Example[]
}

export const toleranceOf = (scale: number): number => Math.max(TOLERANCE_MS, TOLERANCE_WALL_MS * scale)

const MOST_STEPS = 500

export function shownCourse({ runId, version, outcome, startedAt, steps, said }: Course): ShownCourse {
  return {
    runId,
    version,
    outcome,
    startedAt: iso(startedAt),
    path: timeline(steps).slice(0, MOST_STEPS),
    said: said.slice(0, MOST_STEPS).map(({ at, drawn: _drawn, ...rest }) => ({ at: iso(at), ...rest })),
  }
}

type OfGraph = Pick<Course, 'nameOf' | 'turns'>

/** A replay has thousands of runs by one graph. */
const known = new WeakMap<Graph, OfGraph>()
const UNKNOWN: OfGraph = { nameOf: () => undefined, turns: null }

/** What the steps of a graph are called, in a sentence, and how events wait their turn by it. */
function toldOf(graph: Graph | undefined): OfGraph {
  if (graph === undefined) return UNKNOWN
  let told = known.get(graph)
  if (told === undefined) {
    const names = new Map(
      graph.nodes.map((node) => {
        const { en, es } = stepName(node)
        return [node.id, { en, es: `el ${es}` }]
      }),
    )
    told = { nameOf: (nodeId) => names.get(nodeId), turns: turnsOf(graph) }
    known.set(graph, told)
  }
  return told
}

/** The course of a real run as it stood at a moment. @param told when it was told of what began it */
export function realCourse(
  run: RealRun,
  at: number,
  told: number,
  rows: ReadonlyMap<string, SaidRow>,
  drawn: Drawings,
): Course {
  const stood = asOf(run, at)
  const { failure, outcome, status, endedAt, steps } = stood
  const dataOf = (step: Step) => drawn.at(run, step)
  const version = drawn.version(run.version)
  return {
    runId: run.id,
    outcome: failure === null ? (outcome ?? status) : `failed at ${failure.nodeId}: ${failure.cause}`,
    startedAt: run.startedAt,
    endedAt,
    steps,
    said: realSaid(stood, rows, dataOf),
    deeds: deedsOf(steps, dataOf),
    late: latenessOf(stood, told, version),
    ...toldOf(version),
    version: run.version,
  }
}

/** @param graph by which it goes, with how its steps are drawn */
export const draftCourse = ({ walker, said }: Draft, graph: Graph, data: ReadonlyMap<string, Drawn>): Course => ({
  runId: walker.run.id,
  outcome: outcomeOf(walker),
  startedAt: walker.run.startedAt,
  endedAt: walker.run.endedAt,
  steps: walker.steps,
  said: said.map((one) => asDrawn(one, data.get(one.nodeId ?? ''))).sort((a, b) => a.at - b.at),
  deeds: deedsOf(walker.steps, ({ nodeId }) => data.get(nodeId)),
  late: () => 0,
  ...toldOf(graph),
  version: null,
})

/** Counts differences, and keeps some of each kind. */
export function createComparison(toleranceMs: number, most: number) {
  const kinds = new Map<Kind, number>()
  const outcomes = new Map<string, { real: number; draft: number }>()
  const messages = new Map<string, Comparison['messages'][number]>()
  const subjects = new Set<string>()
  const examples: Example[] = []
  const runs = { real: 0, draft: 0 }
  let same = 0
  let different = 0

  function note(side: 'real' | 'draft', course: Course | null): void {
    if (course === null) return
    runs[side] += 1
    const outcome = outcomes.get(course.outcome) ?? { real: 0, draft: 0 }
    outcomes.set(course.outcome, outcome)
    outcome[side] += 1
    for (const said of course.said) {
      const key = [said.nodeId, said.channel, said.outcome].join('\n')
      const { nodeId, channel, outcome: ended } = said
      const found = messages.get(key) ?? { nodeId, channel, outcome: ended, real: 0, draft: 0 }
      messages.set(key, found)
      found[side] += 1
    }
  }

  return {
    add(event: Beginning, real: Course | null, draft: Course | null): void {
      note('real', real)
      note('draft', draft)
      const differences = differencesOf(real, draft, toleranceMs)
      if (differences.length === 0) {
        same += 1
        return
      }
      different += 1
      subjects.add(event.subject)
      const found = new Set(differences.map(({ kind }) => kind))
      const isRare = [...found].some((kind) => (kinds.get(kind) ?? 0) < most)
      for (const kind of found) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (!isRare) return
      const [was, would] = [real, draft].map((course) => (course === null ? null : shownCourse(course)))
      examples.push({ event: { ...event, at: iso(event.at) }, differences, real: was ?? null, draft: would ?? null })
    },
    result: (): Comparison => ({
      runs,
      same,
      different,
      subjects: subjects.size,
      kinds: KINDS.flatMap((kind) => ({ kind, runs: kinds.get(kind) ?? 0 })).filter((found) => found.runs > 0),
      outcomes: [...outcomes].map(([outcome, counts]) => ({ outcome, ...counts })).slice(0, 200),
      messages: [...messages.values()].slice(0, 1_000),
      examples,
    }),
  }
}
