import { changedSteps } from '#flows/difference.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'
import { standAt } from '#flows/interpreter.ts'
import { StepFault } from '#flows/node-kind.ts'
import type { Env, Parked, Run } from '#flows/run.ts'

/*
 * Moving a run to another version of its flow. It goes on from where it stands: steps that it has passed are not
 * repeated, and what it has handed over is not taken back. A wait that changed is measured anew from the moment it began;
 * whoever should have gone on by now goes on when it is their turn, and so does whoever stands at a step that is gone.
 */

/** Where runs go that stand at steps which are gone; null: they stay with their version. */
export type StepMap = { readonly [nodeId: string]: string | null }

/** The way from one version to another. */
export type Passage = {
  readonly version: number
  readonly before: Flow
  readonly after: Flow
  /** Steps that are in both versions and are not the same. */
  readonly changed: ReadonlySet<string>
  readonly map: StepMap
}

export type Fate = 'same' | 'changed' | 'replaced' | 'removed'

/** What becomes of a step. `replaced`: it has another kind, and whoever stands there cannot just wait on. */
export function fateOf({ before, after, changed }: Omit<Passage, 'map' | 'version'>, nodeId: string): Fate {
  const [old, now] = [before.nodes.get(nodeId), after.nodes.get(nodeId)]
  if (now === undefined) return 'removed'
  if (!changed.has(nodeId)) return 'same'
  const isKept = old === undefined || old.kind.type === now.kind.type || (old.kind.onlyWaits && now.kind.onlyWaits)
  return isKept ? 'changed' : 'replaced'
}

/** The same of two graphs as they are stored. */
export const passageOf = (
  before: { graph: Graph; flow: Flow },
  after: { graph: Graph; flow: Flow },
  version: number,
  map: StepMap,
): Passage => ({
  version,
  before: before.flow,
  after: after.flow,
  changed: changedSteps(before.graph, after.graph),
  map,
})

export type Moved =
  /** `paced`: it acts at its turn. `looks`: it waits for another event than before, which may have come already. */
  | { readonly run: Run; readonly paced: boolean; readonly looks: boolean }
  /** It stays with its version. */
  | { readonly stays: string }

/** What moving needs to know besides the run. */
export type Moment = {
  readonly now: number
  readonly env: Env
  /** When the run entered the step at which it stands; null: that is not known any more. */
  enteredAt(visit: number): number | null
  /** The next turn of those that act at once. Domain milliseconds. */
  turn(): number
}

/** The places at which a run stands. */
export const standing = ({ parked }: Run): readonly Parked[] => (parked === null ? [] : [parked])

/** Moves a run that waits. */
export function moveRun(run: Run, passage: Passage, moment: Moment): Moved {
  const { parked } = run
  if (parked === null) return { stays: 'it stands nowhere' }
  const made = movedPlace(run, parked, passage, moment)
  if ('stays' in made) return made
  return { run: { ...run, parked: made.place }, paced: made.paced, looks: made.looks }
}

type Placed = { readonly place: Parked; readonly paced: boolean; readonly looks: boolean }

function movedPlace(run: Run, place: Parked, passage: Passage, moment: Moment): Placed | { stays: string } {
  // It has not begun what it was moved to before: it is asked anew from the step that it really stands at.
  const at = place.leaving ?? place.node
  const fate = fateOf(passage, at)
  if (fate === 'removed' || fate === 'replaced') return entering(place, at, passage, moment)
  if (place.leaving !== undefined) return entering(place, at, { ...passage, map: { [at]: at } }, moment)
  const node = passage.after.nodes.get(at)
  if (fate === 'same' || node?.kind.onlyWaits !== true) return { place, paced: false, looks: false }
  const enteredAt = moment.enteredAt(place.visit) ?? moment.now
  let now: Parked | null
  try {
    now = standAt(passage.after, run, node, enteredAt, moment.env)
  } catch (error) {
    if (error instanceof StepFault) return { stays: error.message }
    throw error
  }
  const moved = { visit: place.visit, moved: passage.version }
  if (now === null || (now.wakeAt !== null && now.wakeAt <= moment.now)) {
    const kind = now?.kind ?? 'time'
    return {
      place: { node: node.id, kind, event: now?.event ?? null, ...moved, wakeAt: moment.turn() },
      paced: true,
      looks: kind === 'event' && now?.event !== place.event,
    }
  }
  return { place: { ...now, ...moved }, paced: false, looks: now.kind === 'event' && now.event !== place.event }
}

function entering(
  place: Parked,
  at: string,
  { after, map, version }: Passage,
  { turn }: Moment,
): Placed | { stays: string } {
  const to = Object.hasOwn(map, at) ? map[at] : null
  if (to === null || to === undefined || !after.nodes.has(to)) return { stays: `step ${at} is gone` }
  const { visit } = place
  return {
    place: { node: to, visit, kind: 'time', wakeAt: turn(), event: null, moved: version, leaving: at },
    paced: true,
    looks: false,
  }
}
