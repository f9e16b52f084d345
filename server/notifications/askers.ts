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

const registered = new WeakMap<Database, EndedAskers>()

/** A context that comes after this one says which of what asks here is ended: what would still follow is of no use then. */
export const registerAskers = ({ database }: Pick<Runtime, 'database'>, ended: EndedAskers): void =>
  void registered.set(database, ended)

/** Of follow-ups, by `ownKey`, those whose asker was ended. Asked as they are due, so whatever ends it needs to know nothing of them. */
export async function askerEnded(
  { database }: Pick<Runtime, 'database'>,
  db: Db,
  followUps: readonly AskedBy[],
): Promise<ReadonlySet<string>> {
  const ended = registered.get(database)
  if (ended === undefined || followUps.length === 0) return new Set()
  const found = new Set((await ended(db, followUps)).map(({ tenant, asker }) => ownKey(tenant, asker)))
  return new Set(
    followUps.flatMap(({ tenant, id, asker }) => (found.has(ownKey(tenant, asker)) ? [ownKey(tenant, id)] : [])),
  )
}
