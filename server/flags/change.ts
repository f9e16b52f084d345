import { type Actor, audit } from '#access/index.ts'
import { type FlagValue, valueFaults } from '#flags/flag.ts'
import { flagState, placeOf } from '#flags/state.ts'
import { removeFlag, writeFlag } from '#flags/store.ts'
import { invalid } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** The topic of changes of flags. */
export const TOPIC = 'flags'

type Parts = Pick<Runtime, 'database' | 'changes' | 'clock'>

/**
 * Sets a flag for the actor's tenant, or back to its default, with its audit, in a transaction of that tenant. Once it
 * is committed all nodes follow; this one has when `followed` resolves.
 * @param value undefined: the default
 * @throws Problem 400 for a value that the flag does not take
 */
export async function changeFlag(
  runtime: Parts,
  tx: Tx,
  by: Actor,
  name: string,
  value: FlagValue | undefined,
): Promise<void> {
  const { tenant } = by.identity
  const spec = flagState(runtime.database).specs.get(name)
  if (spec === undefined) throw new Error(`nobody declared the flag ${name}`)
  const faults =
    value === undefined ? (spec.check?.(spec.default, { tenant, reset: true }) ?? []) : valueFaults(spec, value, tenant)
  if (faults.length > 0) throw invalid(...faults)
  const at = runtime.clock.wall()
  const place = placeOf(spec, tenant)
  const before =
    value === undefined
      ? await removeFlag(tx, place, name)
      : await writeFlag(tx, place, name, value, at, by.identity.actor)
  const now = value ?? spec.default
  const was = before ?? spec.default
  if (value === undefined && before === undefined) return
  audit(tx, by, { at, action: 'flag.changed', target: `flag:${name}`, before: { value: was }, after: { value: now } })
  runtime.changes.note(tx, TOPIC)
}

/** Resolves when this node knows all that was committed before the call. */
export const followed = ({ database }: Parts): Promise<void> => flagState(database).load(database.worker)
