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
  standingRuns,
  stepsNowhere,
  versionsInUse,
} from '#flows/moves/store.ts'
import { type Fate, fateOf, passageOf, type StepMap } from '#flows/moving.ts'
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
export type Consequence = { version: number; nodeId: string; type: string; runs: number; fate: Fate; says: Sentence }

/** How many runs stand where, and what a new version makes of these steps. Those that it leaves alone come last. */
export async function consequencesOf(db: Db, tenant: string, flowId: string, after: Whole): Promise<Consequence[]> {
  const standing = await standingRuns(db, tenant, flowId)
  const found: Consequence[] = []
  for (const version of new Set(standing.map((place) => place.version))) {
    const stored = await readVersion(db, tenant, flowId, version)
    const compiled = stored === undefined ? undefined : compileVersion(stored.graph)
    const before = stored === undefined || compiled === undefined ? null : { graph: stored.graph, flow: compiled }
    for (const { nodeId, runs } of standing.filter((place) => place.version === version)) {
      const fate = before === null ? 'removed' : fateOf(passageOf(before, after, 0, {}), nodeId)
      const type = before?.flow.nodes.get(nodeId)?.kind.type ?? ''
      found.push({ version, nodeId, type, runs, fate, says: saysOf({ id: nodeId, type }, version, runs, fate) })
    }
  }
  const weight = ({ fate }: Consequence) => (fate === 'same' ? 1 : 0)
  return found.sort((a, b) => weight(a) - weight(b) || b.runs - a.runs)
}

const FATES: Readonly<Record<Fate, Sentence>> = {
  same: { en: 'stays as it is', es: 'sigue igual' },
  changed: { en: 'changed', es: 'cambió' },
  replaced: { en: 'is another kind of step now', es: 'ahora es otro tipo de paso' },
  removed: { en: 'is gone', es: 'ya no existe' },
}

function saysOf(node: { id: string; type: string }, version: number, runs: number, fate: Fate): Sentence {
  const { en, es } = stepName(node)
  const [one, una] =
    runs === 1 ? ['1 run stands', '1 ejecución está'] : [`${runs} runs stand`, `${runs} ejecuciones están`]
  return {
    en: `${one} at ${en} of version ${version}, which ${FATES[fate].en}`,
    es: `${una} en el ${es} de la versión ${version}, que ${FATES[fate].es}`,
  }
}

/** Whether nobody can wait on there: those who stand at it need to be told where to go. */
export const needsMap = ({ fate }: Pick<Consequence, 'fate'>): boolean => fate === 'removed' || fate === 'replaced'

/**
 * @throws Problem 422 where the map leads to or from no step, or runs stand at a step that is gone and nobody said where they
 *   go; 400 where there is a map and nobody moves
 */
export async function checkChoice(
  db: Db,
  tenant: string,
  flowId: string,
  after: Whole,
  { choice, map }: RunsChoice,
): Promise<void> {
  if (choice !== 'move') {
    if (Object.keys(map).length > 0) throw mapMovesNobody()
    return
  }
  const faults = Object.entries(map).flatMap(([from, to]) => targetFault(after.flow, from, to))
  const elsewhere = Object.keys(map).filter((from) => !after.flow.nodes.has(from))
  const nowhere = elsewhere.length === 0 ? [] : await stepsNowhere(db, tenant, flowId, elsewhere)
  for (const from of nowhere) faults.push(sourceFault(from))
  const mayStand = await leavesSteps(db, tenant, flowId, after, map)
  for (const consequence of mayStand ? await consequencesOf(db, tenant, flowId, after) : []) {
    if (needsMap(consequence) && !Object.hasOwn(map, consequence.nodeId)) faults.push(unmapped(consequence))
  }
  if (faults.length > 0) throw unfitChoice(faults)
}

/**
 * Whether a version in use has a step that is gone, and of which nobody said where its runs go. Where none has, nobody needs
 * to be counted, which takes seconds where a hundred thousand wait.
 */
async function leavesSteps(db: Db, tenant: string, flowId: string, after: Whole, map: StepMap): Promise<boolean> {
  for (const version of await versionsInUse(db, tenant, flowId)) {
    const stored = await readVersion(db, tenant, flowId, version)
    const flow = stored === undefined ? undefined : compileVersion(stored.graph)
    if (stored === undefined || flow === undefined) return true
    const passage = passageOf({ graph: stored.graph, flow }, after, 0, {})
    const isLeft = (nodeId: string) => !Object.hasOwn(map, nodeId) && needsMap({ fate: fateOf(passage, nodeId) })
    if ([...flow.nodes.keys()].some(isLeft)) return true
  }
  return false
}

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
