import { stepName } from '#flows/difference.ts'
import { type Flow, type FlowNode, follow } from '#flows/flow.ts'
import { fateOf, type Passage } from '#flows/passage.ts'
import { type Frame, type Run, waitsOf } from '#flows/run.ts'
import type { Sentence } from '#platform/sentence.ts'

/*
 * Whom a move cannot bring along. It is said of where a run stands and what it will come back to, and of nothing else of it: so the
 * same is known of all runs before anything is published, by counting them.
 */

/** Where a run stands with all its branches, and what it will come back to by itself. */
export type Posture = {
  readonly at: readonly string[]
  /** Loops, forks, joins and undoings that it is inside of. */
  readonly inside: readonly string[]
  /** Steps that it has done, and may undo. */
  readonly undoes: readonly string[]
}

/** Why a run stays with its version. `step` is of the version that it has. */
export type Stay =
  /** It is inside of a step that is gone, or may undo one. */
  | { readonly because: 'inside' | 'undoes'; readonly step: string }
  /** Nobody said where those go who stand there, or said that they stay. */
  | { readonly because: 'gone'; readonly step: string }
  /** It would come to `to`, to which only the items of a loop lead that it never entered: it would end behind the body. */
  | { readonly because: 'loop'; readonly step: string; readonly to: string; readonly loop: string }
  /** The new version cannot say how long it waits there. */
  | { readonly because: 'fault'; readonly step: string; readonly cause: string }
  | { readonly because: 'nowhere' | 'unknown' }

export function postureOf(run: Run): Posture {
  const places = waitsOf(run)
  const forks = run.forks ?? []
  const frames = [...places, ...forks].flatMap(({ frames = [] }) => frames)
  return {
    at: places.map(({ node, leaving = node }) => leaving),
    inside: [
      ...forks.flatMap(({ node, arrived }) => [node, ...arrived.map((one) => one.node)]),
      ...frames.flatMap(({ node }) => (node === null ? [] : [node])),
    ],
    undoes: [...(run.done ?? []), ...frames.flatMap(leftOf)].map(({ node }) => node),
  }
}

const leftOf = (frame: Frame) => (frame.kind === 'undo' ? frame.left : [])

/** Why whoever stands so cannot go over; null: they can, as far as that is known without their data. */
export function stayOf({ at, inside, undoes }: Posture, passage: Passage): Stay | null {
  const isGone = (step: string) => isLeft(passage, step)
  const around = inside.find(isGone)
  if (around !== undefined) return { because: 'inside', step: around }
  const done = undoes.find(isGone)
  if (done !== undefined) return { because: 'undoes', step: done }
  const { before, after, map } = passage
  for (const step of at) {
    const to = isGone(step) ? (Object.hasOwn(map, step) ? map[step] : null) : step
    if (to === null || to === undefined || !after.nodes.has(to)) return { because: 'gone', step }
    // Who stands in the body of a loop that they never entered was begun there.
    const entered = to === step ? [...inside, ...loopsAround(before, to)] : inside
    const loop = loopsAround(after, to).find((one) => !entered.includes(one))
    if (loop !== undefined) return { because: 'loop', step, to, loop }
  }
  return null
}

/** Whether nobody can wait on at a step, or come back to it. */
export function isLeft(passage: Passage, step: string): boolean {
  const fate = fateOf(passage, step)
  return fate === 'removed' || fate === 'replaced'
}

const known = new WeakMap<Flow, ReadonlyMap<string, readonly string[]>>()
const NONE: readonly string[] = []

/** Loops by whose items alone a run comes to a step. */
function loopsAround(flow: Flow, step: string): readonly string[] {
  let found = known.get(flow)
  if (found === undefined) {
    found = bodiesOf(flow)
    known.set(flow, found)
  }
  return found.get(step) ?? NONE
}

function bodiesOf(flow: Flow): ReadonlyMap<string, readonly string[]> {
  const around = new Map<string, string[]>()
  for (const loop of flow.nodes.values()) {
    if (loop.kind.type !== 'forEach') continue
    const outside = reached(flow, loop)
    for (const id of reached(flow, null)) {
      if (!outside.has(id)) around.set(id, [...(around.get(id) ?? []), loop.id])
    }
  }
  return around
}

/** What runs come to by themselves or while they undo something. @param but a loop whose items nobody enters */
function reached({ nodes }: Flow, but: FlowNode | null): ReadonlySet<string> {
  const all = [...nodes.values()]
  const begins = all.filter(({ kind }) => kind.definition.starts === true)
  const found = new Set([...begins, ...all.flatMap(({ undo }) => undo ?? [])].map(({ id }) => id))
  // A set hands out what is added while it is walked.
  for (const id of found) for (const next of nextOf(nodes.get(id), but)) found.add(next.id)
  return found
}

function nextOf(node: FlowNode | undefined, but: FlowNode | null): readonly FlowNode[] {
  if (node === undefined) return []
  const { outs, rest } = node
  if (node !== but) return [...outs.values(), ...(rest === null ? [] : [rest])]
  return [...outs]
    .filter(([way]) => way !== 'item')
    .map(([, next]) => next)
    .concat(follow(node, 'done') ?? [])
}

/** Why they stay, to go on behind “they stay with it: ”. */
export function whyStay(stay: Stay, { before, after, ...rest }: Passage): Sentence {
  const named = ({ nodes }: Flow, id: string): Sentence => {
    const node = nodes.get(id)
    const label = node?.label ?? null
    return stepName({ id, type: node?.kind.type ?? '', ...(label === null ? {} : { data: { label } }) })
  }
  const isGone = (id: string): Sentence =>
    fateOf({ before, after, ...rest }, id) === 'replaced'
      ? { en: 'is another kind of step now', es: 'ahora es otro tipo de paso' }
      : { en: 'is gone', es: 'ya no existe' }
  switch (stay.because) {
    case 'inside': {
      const [step, gone] = [named(before, stay.step), isGone(stay.step)]
      return {
        en: `${step.en}, which they are inside of, ${gone.en}`,
        es: `el ${step.es}, dentro del cual están, ${gone.es}`,
      }
    }
    case 'undoes': {
      const [step, gone] = [named(before, stay.step), isGone(stay.step)]
      return {
        en: `${step.en}, which they have done and may undo, ${gone.en}`,
        es: `el ${step.es}, que ya hicieron y podrían deshacer, ${gone.es}`,
      }
    }
    case 'gone': {
      const [step, gone] = [named(before, stay.step), isGone(stay.step)]
      return {
        en: `${step.en} ${gone.en}, and nobody said where they go`,
        es: `el ${step.es} ${gone.es}, y nadie dijo a dónde van`,
      }
    }
    case 'loop': {
      const [to, loop] = [named(after, stay.to), named(after, stay.loop)]
      return {
        en: `${to.en} is done for each item of ${loop.en}, which they never entered: they would end behind it`,
        es: `el ${to.es} se hace por cada elemento del ${loop.es}, en el que nunca entraron: terminarían detrás de él`,
      }
    }
    case 'fault': {
      const step = named(after, stay.step)
      return {
        en: `the new version does not say how long they wait at ${step.en}: ${stay.cause}`,
        es: `la nueva versión no dice cuánto esperan en el ${step.es}: ${stay.cause}`,
      }
    }
    case 'nowhere':
      return { en: 'they wait for nothing', es: 'no esperan nada' }
    case 'unknown':
      return UNKNOWN
  }
}

export const UNKNOWN: Sentence = {
  en: 'this program cannot run their version',
  es: 'este programa no puede ejecutar su versión',
}
