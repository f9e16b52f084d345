import type { Runtime } from '#platform/service.ts'
import type { Database, Db } from '#platform/work.ts'
import { ownKey } from './store.ts'

/** Why what would have gone on from another notification did not leave. */
export const RUN_ENDED = 'the run that asked for it was ended'

/** A notification that another one goes on from, and what asked for that one: `run:<id>`. */
export type AskedBy = { readonly tenant: string; readonly id: string; readonly asker: string }

type Asker = Omit<AskedBy, 'id'>

/** Of some askers those that were ended before their time. */
export type EndedAskers = (db: Db, askers: readonly Asker[]) => Promise<readonly Asker[]>

/** The run that asked for a notification, as people know it. */
export type AskingRun = {
  readonly runId: string
  readonly flowId: string
  readonly flowName: string
  /** Null: the run is about no conversation. */
  readonly conversationId: string | null
}

/** The step of a run that asked; `label`: what people call it. */
export type AskingStep = { readonly nodeId: string; readonly label: string | null; readonly version: number }

/** What a context that comes after this one says of its runs, which ask for notifications here. */
export type Askers = {
  /** Which of them are ended: what would still follow is of no use then. */
  readonly ended: EndedAskers
  /** Those of some ids that are still known. */
  readonly runs: (db: Db, tenant: string, runIds: readonly string[]) => Promise<readonly AskingRun[]>
  readonly step: (db: Db, tenant: string, runId: string, notificationId: string) => Promise<AskingStep | null>
}

const registered = new WeakMap<Database, Askers>()

export const registerAskers = ({ database }: Pick<Runtime, 'database'>, askers: Askers): void =>
  void registered.set(database, askers)

/** Of follow-ups, by `ownKey`, those whose asker was ended. Asked as they are due, so whatever ends it needs to know nothing of them. */
export async function askerEnded(
  { database }: Pick<Runtime, 'database'>,
  db: Db,
  followUps: readonly AskedBy[],
): Promise<ReadonlySet<string>> {
  const askers = registered.get(database)
  if (askers === undefined || followUps.length === 0) return new Set()
  const found = new Set((await askers.ended(db, followUps)).map(({ tenant, asker }) => ownKey(tenant, asker)))
  return new Set(
    followUps.flatMap(({ tenant, id, asker }) => (found.has(ownKey(tenant, asker)) ? [ownKey(tenant, id)] : [])),
  )
}

const RUN = 'run:'

/** Of the causes of notifications the runs, by cause. Those that are not known any more are absent. */
export async function runsBehind(
  { database }: Pick<Runtime, 'database'>,
  db: Db,
  tenant: string,
  causes: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, AskingRun>> {
  const ids = new Set(causes.flatMap((cause) => (cause?.startsWith(RUN) ? [cause.slice(RUN.length)] : [])))
  if (ids.size === 0) return new Map()
  const runs = (await registered.get(database)?.runs(db, tenant, [...ids])) ?? []
  return new Map(runs.map((run) => [RUN + run.runId, run]))
}

/** The step of a run that asked for a notification; null: it is not known. */
export const stepBehind = async (
  { database }: Pick<Runtime, 'database'>,
  db: Db,
  tenant: string,
  runId: string,
  notificationId: string,
): Promise<AskingStep | null> => (await registered.get(database)?.step(db, tenant, runId, notificationId)) ?? null
