import { seenAfterDeed, stageKey } from '#conversations/index.ts'
import { type Cel, CelFault, holds, resultOf } from '#flows/cel.ts'
import type { Walk } from '#flows/flow.ts'
import { StepFault } from '#flows/node-kind.ts'
import { type About, type Effect, type EventView, effectIdOf, type Parked } from '#flows/run.ts'
import { type JsonText, jsonFrom, renderText, type Text, type TextScope } from '#flows/texts.ts'
import { TooMuchEffort } from '#platform/effort.ts'
import type { Json } from '#platform/event.ts'
import { RenderFault } from '#platform/liquid.ts'

/** Whether a condition holds here. @throws StepFault */
export function condition(walk: Walk, cel: Cel): boolean {
  try {
    return holds(cel, walk.scope)
  } catch (error) {
    throw stepFault(error)
  }
}

/** The value of an expression here. @throws StepFault */
export function value(walk: Walk, cel: Cel): Json {
  try {
    return resultOf(cel, walk.scope)
  } catch (error) {
    throw stepFault(error)
  }
}

/** A text rendered here. @throws StepFault */
export function text(walk: Walk, template: Text): string {
  if (typeof template === 'string') return template
  try {
    return renderText(template, textScope(walk))
  } catch (error) {
    throw stepFault(error)
  }
}

/** A JSON value or text whose strings are templates, rendered here. @throws StepFault */
export function json(walk: Walk, template: JsonText): Json {
  try {
    return jsonFrom(template, textScope(walk))
  } catch (error) {
    throw stepFault(error)
  }
}

const NOTHING = {}

/** The names of texts: what is unknown is empty, so that a text may give a `default`. */
export function textScope(walk: Walk): TextScope {
  walk.texts ??= {
    event: walk.event,
    last: walk.last ?? NOTHING,
    contact: walk.env.facts.contact ?? NOTHING,
    encounter: walk.scope.encounter ?? toldOf(walk.about),
    queue: walk.env.facts.queue ?? NOTHING,
    vars: walk.vars,
    now: new Date(walk.now).toISOString(),
  }
  return walk.texts
}

/**
 * A conversation that only this event has told of so far: its row may be a moment behind, since who keeps it reads the log
 * beside us. What names it is known all the same, so that nobody loses a nudge to who read first.
 */
function toldOf({ encounterId, contactId, queueId, silence }: About): Json {
  if (encounterId === null) return NOTHING
  return {
    id: encounterId,
    stageKey: silence ?? stageKey({ id: encounterId, round: 0 }),
    ...(contactId === null ? {} : { contactId }),
    ...(queueId === null ? {} : { queueId }),
  }
}

/**
 * Does something to the conversation. What comes after it in the run sees the conversation as it will be once that is
 * carried out, which is after this advance; where only time will tell, as it is.
 */
export function toConversation(walk: Walk, effect: Extract<Effect, { kind: 'assign' | 'close' | 'tag' }>): void {
  walk.effects.push(effect)
  // A sign of life, or time given by hand, may call it off still.
  if (effect.kind === 'close' && effect.quietSince !== null) return
  walk.scope.encounter = seenAfterDeed(walk.scope.encounter, { ...effect, at: walk.now }, walk.about.silence).view
  walk.texts = null
}

export function setVars(walk: Walk, vars: { readonly [name: string]: Json }): void {
  walk.vars = vars
  walk.scope.vars = vars
  walk.texts = null
}

/** The event that a wait got: what conditions and texts call `last` from now on. */
export function sawEvent(walk: Walk, event: EventView, position: number): void {
  walk.last = event
  walk.scope.last = event
  walk.seen = position
  walk.texts = null
}

/** Stops here until news comes for this visit. */
export function park(walk: Walk, kind: Parked['kind'], wakeAt: number | null, event: string | null = null): null {
  walk.parked = parkedAt(walk, walk.node.id, kind, wakeAt, event)
  return null
}

/** Where the branch at hand waits if it waits at `node`. */
export const parkedAt = (
  walk: Walk,
  node: string,
  kind: Parked['kind'],
  wakeAt: number | null,
  event: string | null,
): Parked => ({ node, visit: walk.visit, kind, wakeAt, event, ...placeOf(walk) })

const NO_PLACE = {}

/** What a branch in forks or loops keeps while it waits. */
function placeOf({ forks, frames, seen, tries, firstTry }: Walk): Partial<Parked> {
  if (forks.length === 0 && frames.length === 0 && tries === 0 && firstTry === null) return NO_PLACE
  return {
    ...(tries === 0 ? {} : { tries }),
    ...(firstTry === null ? {} : { firstTry }),
    ...(forks.length === 0 ? {} : { forks, seen }),
    ...(frames.length === 0 ? {} : { frames }),
  }
}

/** @throws StepFault where this installation cannot do the work of such a node */
export function able(walk: Walk, kind: string): void {
  const why = walk.env.unable(kind)
  if (why !== null) throw new StepFault(why.en)
}

/**
 * Asks for, or takes, an answer that is saved. Where that fails, what is saved tells why: the answer of an earlier visit is none of
 * this one.
 * @param kept what is saved then
 * @throws StepFault
 */
export function savingWhy<T>(
  walk: Walk,
  save: string | null,
  act: () => T,
  kept: (error: string) => Json = withError,
): T {
  try {
    return act()
  } catch (error) {
    const fault = stepFault(error)
    if (save !== null) setVars(walk, { ...walk.vars, [save]: kept(fault.message) })
    throw fault
  }
}

const withError = (error: string): Json => ({ error })

/** Id, node and visit of an effect that the node at hand has. */
export const from = (walk: Walk) => ({
  id: effectIdOf(walk.runId, walk.node.id, walk.visit),
  node: walk.node.id,
  visit: walk.visit,
})

/** The conversation that the run is about. @throws StepFault when there is none */
export function encounterOf(walk: Walk): string {
  if (walk.about.encounterId !== null) return walk.about.encounterId
  throw new StepFault('the event that started this run names no encounter')
}

/** The event that tells of a person who went quiet. */
export const QUIET = 'encounter.tmipw_expired'

/**
 * Since when the person is quiet, as far as the run knows, which began because of that or was asked for by one that did: for
 * effects that a sign of life calls off.
 */
export function quietSince(walk: Walk): number | null {
  if (walk.last !== null) return null
  return walk.event.type === QUIET ? warnedAt(walk) : (walk.about.warnedAt ?? null)
}

/** When whoever is warned of was quiet: a clock elsewhere that is fast does not say what is still to come. */
export const warnedAt = ({ event, about }: Pick<Walk, 'event' | 'about'>): number =>
  about.warnedAt ?? Date.parse(event.time)

export function stepFault(error: unknown): StepFault {
  if (error instanceof StepFault) return error
  if (error instanceof CelFault || error instanceof RenderFault || error instanceof TooMuchEffort)
    return new StepFault(error.message, { cause: error })
  throw error
}
