import { DEFAULT_TENANT } from '#access/index.ts'
import { type FlagSpec, type FlagValue, storedValue } from '#flags/flag.ts'
import { type FlagRow, readFlags } from '#flags/store.ts'
import type { Database, Db } from '#platform/work.ts'

/** A flag as its owner reads it: a look into a map, never a query. */
export type Flag<T extends FlagValue> = {
  readonly name: string
  /** What holds now; of a flag of the installation whatever the tenant. */
  of(tenant: string): T
}

export type FlagState = {
  readonly specs: ReadonlyMap<string, FlagSpec>
  declare<T extends FlagValue>(spec: FlagSpec<T>): Flag<T>
  /** What holds on this node. */
  value(spec: FlagSpec, tenant: string): FlagValue
  /** What somebody set, whether it holds already or not. */
  row(spec: FlagSpec, tenant: string): FlagRow | undefined
  /** Reads all of them again; calls that overlap share one reading that began after the last of them. */
  load(db: Db): Promise<void>
}

/** The tenant under which a flag's value is kept. */
export const placeOf = ({ scope }: FlagSpec, tenant: string): string =>
  scope === 'installation' ? DEFAULT_TENANT : tenant

const keyOf = (tenant: string, name: string) => `${tenant}\n${name}`

function createFlagState(): FlagState {
  const specs = new Map<string, FlagSpec>()
  let rows = new Map<string, FlagRow>()
  /** Of flags that are not live: as they were when this node started. */
  let atStart: ReadonlyMap<string, FlagRow> | undefined
  let reading: Promise<void> | undefined
  let next: Promise<void> | undefined

  function value(spec: FlagSpec, tenant: string): FlagValue {
    const from = spec.live ? rows : (atStart ?? rows)
    const row = from.get(keyOf(placeOf(spec, tenant), spec.name))
    return (row && storedValue(spec, row.value)) ?? spec.default
  }

  async function read(db: Db): Promise<void> {
    const found = await readFlags(db)
    rows = new Map(found.map((row) => [keyOf(row.tenant, row.name), row]))
    atStart ??= rows
  }

  return {
    specs,
    declare(spec) {
      if (specs.has(spec.name)) throw new Error(`the flag ${spec.name} is declared twice`)
      specs.set(spec.name, spec as unknown as FlagSpec)
      return { name: spec.name, of: (tenant) => value(spec as unknown as FlagSpec, tenant) as typeof spec.default }
    },
    value,
    row: (spec, tenant) => rows.get(keyOf(placeOf(spec, tenant), spec.name)),
    load(db) {
      if (reading === undefined) {
        reading = read(db).finally(() => {
          reading = undefined
        })
        return reading
      }
      // What is being read now may be from before the change.
      next ??= reading
        .catch(() => {})
        .then(() => {
          next = undefined
          return this.load(db)
        })
      return next
    },
  }
}

const states = new WeakMap<Database, FlagState>()

/** The flags of one database handle: several programs may live in one process (tests do). */
export function flagState(database: Database): FlagState {
  let state = states.get(database)
  if (state === undefined) {
    state = createFlagState()
    states.set(database, state)
  }
  return state
}
