import { isDeepStrictEqual } from 'node:util'
import type { Flow, NodeKind } from '#flows/flow.ts'
import { standAt } from '#flows/interpreter.ts'
import { StepFault } from '#flows/node-kind.ts'
import { fateOf, type Passage } from '#flows/passage.ts'
import { type Effect, type Env, effectIdOf, type Parked, type Run, type Step, waitsOf } from '#flows/run.ts'
import { postureOf, type Stay, stayOf } from '#flows/staying.ts'

/*
 * Moving a run to another version of its flow. It goes on from where it stands: steps that it has passed are not
 * repeated, and what it has handed over is not taken back. A wait that changed is measured anew from the moment it began;
 * whoever should have gone on by now goes on when it is their turn, and so does whoever stands at a step that is gone.
 */

export type Moved =
  /** `paced`: it acts at its turn. `looks`: it waits for another event than before, which may have come already. */
  | { readonly run: Run; readonly paced: boolean; readonly looks: boolean }
  /** It stays with its version. */
  | { readonly stays: Stay }

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
export const standing = waitsOf

/** Moves a run that waits, with all its branches or not at all. */
export function moveRun(run: Run, passage: Passage, moment: Moment): Moved {
  const places = standing(run)
  if (places.length === 0) return { stays: { because: 'nowhere' } }
  const stays = stayOf(postureOf(run), passage)
  if (stays !== null) return { stays }
  const moved: Parked[] = []
  const all = { paced: false, looks: false }
  for (const place of places) {
    const made = movedPlace(run, place, passage, moment)
    if ('stays' in made) return made
    moved.push(made.place)
    all.paced ||= made.paced
    all.looks ||= made.looks
  }
  const [first = null, ...others] = moved
  return { run: { ...run, parked: first, ...(others.length === 0 ? {} : { others }) }, ...all }
}

/** What a branch keeps wherever it waits. */
function kept({ forks, frames, seen }: Parked): Partial<Parked> {
  return {
    ...(forks === undefined ? {} : { forks }),
    ...(frames === undefined ? {} : { frames }),
    ...(seen === undefined ? {} : { seen }),
  }
}

type Placed = { readonly place: Parked; readonly paced: boolean; readonly looks: boolean }

function movedPlace(run: Run, place: Parked, passage: Passage, moment: Moment): Placed | { stays: Stay } {
  // It has not begun what it was moved to before: it is asked anew from the step that it really stands at.
  const at = place.leaving ?? place.node
  const fate = fateOf(passage, at)
  if (fate === 'removed' || fate === 'replaced') return entering(place, at, passage, moment, run.id)
  if (place.leaving !== undefined) return entering(place, at, { ...passage, map: { [at]: at } }, moment, run.id)
  const node = passage.after.nodes.get(at)
  if (fate === 'same' || node?.kind.onlyWaits !== true) return { place, paced: false, looks: false }
  const enteredAt = moment.enteredAt(place.visit) ?? moment.now
  let now: Parked | null
  try {
    now = standAt(passage.after, run, node, enteredAt, moment.env)
  } catch (error) {
    if (error instanceof StepFault) return { stays: { because: 'fault', step: at, cause: error.message } }
    throw error
  }
  const moved = { visit: place.visit, moved: passage.version, ...kept(place) }
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
  { before, after, map, version }: Passage,
  { turn }: Moment,
  runId: string,
): Placed | { stays: Stay } {
  const to = Object.hasOwn(map, at) ? map[at] : null
  if (to === null || to === undefined || !after.nodes.has(to)) return { stays: { because: 'gone', step: at } }
  const { visit } = place
  const callsOff = place.callsOff ?? askedFor(before, place, at, runId)
  return {
    place: {
      ...{ node: to, visit, kind: 'time', wakeAt: turn(), event: null, moved: version, leaving: at },
      ...(callsOff.length === 0 ? {} : { callsOff }),
      ...kept(place),
    },
    paced: true,
    looks: false,
  }
}

/** What a run asked for at a visit, and waits for. */
export type Asked = { readonly effectId: string; readonly by: NonNullable<NodeKind['asksBy']> }

/**
 * Whether a moved run can go back to where it was although it has gone on since: it has but passed steps that stay inside of it, or
 * come to one that asks for something, and nothing has reached it.
 * @param since what its timeline has more than before the move
 * @returns what it has asked for: it goes back once that is called off; null: it cannot
 */
export function canGoBack(was: Run, is: Run, { nodes }: Flow, since: readonly Step[]): readonly Asked[] | null {
  const hasHeard = is.status !== 'waiting' || is.goalAt !== was.goalAt || !isDeepStrictEqual(is.last, was.last)
  if (hasHeard) return null
  const places = standing(is)
  // What it waited for was called off as it went on.
  const isOver = standing(was).some(
    (place) => place.kind === 'outcome' && places.every(({ visit }) => visit !== place.visit),
  )
  const passed = new Map(since.filter(({ visit }) => visit > was.visits).map((step) => [step.visit, step.nodeId]))
  if (isOver || passed.size !== is.visits - was.visits) return null
  const asked: Asked[] = []
  for (const [visit, node] of passed) {
    const kind = nodes.get(node)?.kind
    if (kind?.staysInside === true) continue
    const waits = places.some((place) => place.visit === visit && place.kind === 'outcome')
    if (kind?.asksBy === undefined || !waits) return null
    asked.push({ effectId: effectIdOf(is.id, node, visit), by: kind.asksBy })
  }
  return asked
}

/** What calls off that which a run waits for: until it acts it may be brought back, and still wait for it. */
function askedFor(before: Flow, { kind, visit }: Parked, at: string, runId: string): readonly Effect[] {
  const node = before.nodes.get(at)
  if (kind !== 'outcome' || node === undefined) return []
  return node.kind.abandon?.(node.ready, { id: effectIdOf(runId, at, visit), node: at, visit }) ?? []
}
