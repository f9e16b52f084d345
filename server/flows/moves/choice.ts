import { readVersion } from '#flows/authoring/store.ts'
import { compileVersion } from '#flows/compile.ts'
import { stepName } from '#flows/difference.ts'
import { mapMovesNobody, unfitChoice } from '#flows/errors.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph, GraphFault } from '#flows/graph.ts'
import { moveRowOf } from '#flows/moves/due.ts'
import {
  beginMove,
  type Choice,
  closeMoves,
  type MoveRow,
  type Standing,
  standingRuns,
  stepsNowhere,
  versionsInUse,
  type Why,
} from '#flows/moves/store.ts'
import { addWhy } from '#flows/moves/why.ts'
import { type Fate, fateOf, passageOf, type StepMap } from '#flows/passage.ts'
import { type Stay, stayOf, UNKNOWN, whyStay } from '#flows/staying.ts'
import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Db, Tx } from '#platform/work.ts'

/** What its publisher wants to become of the runs of other versions. */
export type RunsChoice = { choice: Choice; map: StepMap; perMinute: number }

/** For so long a publish can be taken back, unless another one follows. Wall milliseconds. */
const UNDO_MS = 24 * 3_600_000
/** A burst of a thousand messages helps nobody: runs that act because they were moved do so one after the other. */
export const PER_MINUTE = 600

type Whole = { graph: Graph; flow: Flow }

/** Runs that stand at one step of one version, and what becomes of the step. */
export type Consequence = {
  version: number
  nodeId: string
  type: string
  runs: number
  fate: Fate
  says: Sentence
  /** Of those: who cannot go over, whatever is said of where they go. */
  stays: Why[]
}

/** What becomes of the runs of other versions. `total`: each counted once, in however many branches it stands. */
export type Consequences = { total: number; standing: Consequence[] }

/**
 * How many runs stand where, and what a new version makes of these steps. Those that it leaves alone come last.
 * @param map of those of whom nothing is said it is not told that they stay: they can be told where to go
 */
export async function consequencesOf(
  db: Db,
  tenant: string,
  flowId: string,
  after: Whole,
  map: StepMap = {},
): Promise<Consequences> {
  const standing = await standingRuns(db, tenant, flowId)
  const found = new Map<string, Consequence>()
  for (const [version, before] of await versionsOf(db, tenant, flowId, standing)) {
    const passage = before === null ? null : passageOf(before, after, 0, map)
    for (const posture of standing.filter((one) => one.version === version)) {
      const stay = passage === null ? null : stayOf(posture, passage)
      for (const nodeId of posture.at) {
        const key = JSON.stringify([version, nodeId])
        const type = before?.flow.nodes.get(nodeId)?.kind.type ?? ''
        const fate = passage === null ? 'removed' : fateOf(passage, nodeId)
        const one = found.get(key) ?? { version, nodeId, type, runs: 0, fate, says: NOTHING, stays: [] }
        one.runs += posture.runs
        if (passage === null) addWhy(one.stays, UNKNOWN, posture.runs)
        else if (stay !== null && !isAsked(stay, nodeId, map)) addWhy(one.stays, whyStay(stay, passage), posture.runs)
        found.set(key, one)
      }
    }
  }
  const all = [...found.values()].map((one) => ({ ...one, says: saysOf({ id: one.nodeId, type: one.type }, one) }))
  const weight = ({ fate, stays }: Consequence) => (fate === 'same' && stays.length === 0 ? 1 : 0)
  return {
    total: standing.reduce((sum, { runs }) => sum + runs, 0),
    standing: all.sort((a, b) => weight(a) - weight(b) || b.runs - a.runs),
  }
}

/** Whether who stays is still to be told where to go, or is to stay as its publisher said of the very step. */
const isAsked = (stay: Stay, nodeId: string, map: StepMap): boolean =>
  stay.because === 'gone' && (stay.step === nodeId || !Object.hasOwn(map, stay.step))

const NOTHING: Sentence = { en: '', es: '' }

/** The versions by which runs stand; null: this program cannot run it. */
async function versionsOf(
  db: Db,
  tenant: string,
  flowId: string,
  standing: readonly Standing[],
): Promise<ReadonlyMap<number, Whole | null>> {
  const found = new Map<number, Whole | null>()
  for (const version of new Set(standing.map((one) => one.version))) {
    const stored = await readVersion(db, tenant, flowId, version)
    const flow = stored === undefined ? undefined : compileVersion(stored.graph)
    found.set(version, stored === undefined || flow === undefined ? null : { graph: stored.graph, flow })
  }
  return found
}

const FATES: Readonly<Record<Fate, Sentence>> = {
  same: { en: 'stays as it is', es: 'sigue igual' },
  changed: { en: 'changed', es: 'cambió' },
  replaced: { en: 'is another kind of step now', es: 'ahora es otro tipo de paso' },
  removed: { en: 'is gone', es: 'ya no existe' },
}

function saysOf(
  node: { id: string; type: string },
  { version, runs, fate }: Pick<Consequence, 'version' | 'runs' | 'fate'>,
): Sentence {
  const { en, es } = stepName(node)
  const [one, una] =
    runs === 1 ? ['1 run stands', '1 ejecución está'] : [`${runs} runs stand`, `${runs} ejecuciones están`]
  return {
    en: `${one} at ${en} of version ${version}, which ${FATES[fate].en}`,
    es: `${una} en el ${es} de la versión ${version}, que ${FATES[fate].es}`,
  }
}

/** Whether those who stand there need to be told where to go: nobody can wait on there, and somebody could go over. */
export const needsMap = (one: Pick<Consequence, 'fate' | 'runs' | 'stays'>): boolean =>
  (one.fate === 'removed' || one.fate === 'replaced') && !allStay(one)

const allStay = ({ runs, stays }: Pick<Consequence, 'runs' | 'stays'>): boolean =>
  stays.reduce((sum, one) => sum + one.runs, 0) >= runs

/**
 * @returns what is to be said of runs that stay with their version although they are to move, and nobody said so
 * @throws Problem 422 where the map leads to or from no step, or nobody for whom it is can take it, or runs stand at a step that is gone
 *   and nobody said where they go; 400 where there is a map and nobody moves
 */
export async function checkChoice(
  db: Db,
  tenant: string,
  flowId: string,
  after: Whole,
  { choice, map }: RunsChoice,
): Promise<GraphFault[]> {
  if (choice !== 'move') {
    if (Object.keys(map).length > 0) throw mapMovesNobody()
    return []
  }
  const faults = Object.entries(map).flatMap(([from, to]) => targetFault(after.flow, from, to))
  const elsewhere = Object.keys(map).filter((from) => !after.flow.nodes.has(from))
  const nowhere = elsewhere.length === 0 ? [] : await stepsNowhere(db, tenant, flowId, elsewhere)
  for (const from of nowhere) faults.push(sourceFault(from))
  if (!(await mayLeave(db, tenant, flowId, after, map))) {
    if (faults.length > 0) throw unfitChoice(faults)
    return []
  }
  const { standing } = await consequencesOf(db, tenant, flowId, after, map)
  for (const one of standing) {
    if (needsMap(one) && !Object.hasOwn(map, one.nodeId)) faults.push(unmapped(one))
  }
  for (const [from, to] of Object.entries(map)) {
    const there = standing.filter(({ nodeId }) => nodeId === from)
    if (to !== null && there.length > 0 && there.every(allStay)) faults.push(inVain(from, there))
  }
  if (faults.length > 0) throw unfitChoice(faults)
  return standing.flatMap(staying)
}

/**
 * Whether some run of a version in use may not go over as it is: a step is gone, or loops are drawn otherwise. Where none is, nobody
 * needs to be counted, which takes seconds where a hundred thousand wait.
 */
async function mayLeave(db: Db, tenant: string, flowId: string, after: Whole, map: StepMap): Promise<boolean> {
  if (Object.values(map).some((to) => to !== null)) return true
  for (const version of await versionsInUse(db, tenant, flowId)) {
    const stored = await readVersion(db, tenant, flowId, version)
    const flow = stored === undefined ? undefined : compileVersion(stored.graph)
    if (stored === undefined || flow === undefined) return true
    const passage = passageOf({ graph: stored.graph, flow }, after, 0, {})
    // Where each step alone could go over from outside of everything, and none is gone, everybody can.
    if ([...flow.nodes.keys()].some((id) => stayOf({ at: [id], inside: [], undoes: [] }, passage) !== null)) return true
  }
  return false
}

function inVain(from: string, there: readonly Consequence[]): Fault {
  const whys = there.flatMap(({ stays }) => stays.map(({ says }) => says))
  const told = (language: 'en' | 'es') => [...new Set(whys.map((says) => says[language]))].join('; ')
  const messages = {
    en: `nobody who stands there can go: ${told('en')}. With null, or nothing, they stay with their version`,
    es: `nadie que esté ahí puede ir: ${told('es')}. Con null, o nada, siguen con su versión`,
  }
  return { path: `/map/${from}`, message: messages.en, messages, nodeId: from }
}

const staying = ({ version, nodeId, type, stays }: Consequence): GraphFault[] =>
  stays.map(({ runs, says }) => {
    const { en, es } = stepName({ id: nodeId, type })
    const isOne = runs === 1
    return {
      nodeId,
      says: {
        en: `${runs} ${isOne ? 'run' : 'runs'} at ${en} ${isOne ? 'keeps' : 'keep'} version ${version}: ${says.en}`,
        es: `${runs} ${isOne ? 'ejecución' : 'ejecuciones'} en el ${es} ${isOne ? 'sigue' : 'siguen'} con la versión ${version}: ${says.es}`,
      },
    }
  })

const keyIn = ({ settings }: Graph): string => {
  const key = (settings as { key?: unknown } | undefined)?.key
  return typeof key === 'string' ? key.trim() : 'event.subject'
}

/** What is to be said where runs are under way that would be moved with a key under which nobody looks for them any more. */
export async function keysLeft(db: Db, tenant: string, flowId: string, after: Whole): Promise<GraphFault[]> {
  const key = keyIn(after.graph)
  for (const version of await versionsInUse(db, tenant, flowId)) {
    const stored = await readVersion(db, tenant, flowId, version)
    if (stored === undefined || keyIn(stored.graph) === key) continue
    const says = {
      en: `changes, and runs of version ${version} are under way: moved, they keep the key that they have, and the events they wait for are looked for under the new one`,
      es: `cambia, y hay ejecuciones de la versión ${version} en curso: al moverlas conservan la clave que tienen, y los eventos que esperan se buscan con la nueva`,
    }
    return [{ nodeId: null, path: 'settings.key', says }]
  }
  return []
}

function targetFault({ nodes }: Flow, from: string, to: string | null): Fault[] {
  const path = `/map/${from}`
  if (to === null) return []
  const target = nodes.get(to)
  const say = (messages: Sentence): Fault[] => [{ path, message: messages.en, messages, nodeId: from }]
  if (target === undefined) return say({ en: `there is no step ${to}`, es: `no existe el paso ${to}` })
  if (target.kind.definition.starts !== true) return []
  return say({
    en: `runs begin at ${to}: nothing can lead there`,
    es: `en ${to} comienzan ejecuciones: nada lleva ahí`,
  })
}

function sourceFault(from: string): Fault {
  const messages = {
    en: `no version has a step ${from} from which runs could go`,
    es: `ninguna versión tiene un paso ${from} desde el que ir`,
  }
  return { path: `/map/${from}`, message: messages.en, messages, nodeId: from }
}

const unmapped = ({ nodeId, says }: Consequence): Fault => {
  const messages = {
    en: `${says.en}: say where they go, or null to leave them with their version`,
    es: `${says.es}: indica a dónde van, o null para que sigan con su versión`,
  }
  return { path: `/map/${nodeId}`, message: messages.en, messages, nodeId }
}

type Published = { flowId: string; version: number; previous: number | null; by: string; wall: number }

/** Begins what was chosen, in the commit of the publish. */
export async function begin(tx: Tx, tenant: string, published: Published, runs: RunsChoice): Promise<MoveRow> {
  const { flowId, version, previous, by, wall } = published
  for (const closed of await closeMoves(tx, tenant, flowId)) {
    tx.schedule([moveRowOf(tenant, { flowId, version: closed, forget: true }, wall)])
  }
  const state = runs.choice === 'stay' ? 'moved' : 'moving'
  const undoUntil = wall + UNDO_MS
  const row = await beginMove(tx, tenant, {
    flowId,
    version,
    previous,
    ...runs,
    state,
    startedBy: by,
    at: wall,
    undoUntil,
  })
  if (state === 'moving') tx.schedule([moveRowOf(tenant, { flowId, version }, wall)])
  tx.schedule([moveRowOf(tenant, { flowId, version, forget: true }, undoUntil)])
  return row
}
