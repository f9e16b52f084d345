import { DEFAULT_TENANT } from '#access/index.ts'
import { declareFlag, type Flag, type FlagSpec } from '#flags/index.ts'
import { type Batcher, createBatcher } from '#platform/batcher.ts'
import { createLooks } from '#platform/retention.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Runtime } from '#platform/service.ts'
import { storable } from '#platform/storable.ts'
import type { Database } from '#platform/work.ts'
import { insertRecords, type WayRecord } from '#switches/store.ts'

/** Two ways of doing the same; the flag says which of them is in effect. */
export type SwitchSpec = {
  flag: FlagSpec<boolean>
  /** What is done in two ways, in a few words. */
  what: Sentence
  /** While the flag is off, and while it is on. */
  ways: readonly [off: string, on: string]
}

export type Outcome = {
  /** The thing: equal on both ways. */
  key: string
  /** What it came to, in a word or two without secrets. */
  outcome: string
  tookMs: number
  /** Of what was said, when that can differ. */
  digest?: string
}

export type Switch = {
  readonly name: string
  /** The way that has effect. */
  active(tenant: string): string
  /** The way to be exercised too, without effect; null while none is. */
  shadow(tenant: string): string | null
  /** Keeps what became of a thing on a way, while there is a shadow. Returns at once and never fails. */
  record(tenant: string, way: string, outcome: Outcome): void
}

export type Declared = { spec: SwitchSpec; flag: Flag<boolean>; shadow: Flag<boolean> }

type State = { declared: Map<string, Declared>; records: Batcher<WayRecord, void> | undefined }

export const PURGE_KIND = 'switches.purge'
/** Between two looks at what is too old. */
export const EVERY_MS = 86_400_000
/** Records that wait to be written; more are dropped. */
const MAX_WAITING = 10_000
const MAX_KEY = 255
const MAX_OUTCOME = 200

const states = new WeakMap<Database, State>()

/** The switches of one database handle: several programs may live in one process (tests do). */
export function switchState(database: Database): State {
  let state = states.get(database)
  if (state === undefined) {
    state = { declared: new Map(), records: undefined }
    states.set(database, state)
  }
  return state
}

/** The tenant whose records are meant: a switch of the installation has those of whoever runs it. */
export const placeOf = ({ spec }: Declared, tenant: string): string =>
  spec.flag.scope === 'installation' ? DEFAULT_TENANT : tenant

/** Makes a switch known, with its flag and `<name>.shadow`; called when the context that owns it opens. */
export function declareSwitch(runtime: Pick<Runtime, 'database' | 'clock' | 'logger'>, spec: SwitchSpec): Switch {
  const { database, clock, logger } = runtime
  const state = switchState(database)
  const { name, scope } = spec.flag
  const [off, on] = spec.ways
  const declared: Declared = {
    spec,
    flag: declareFlag<boolean>(runtime, spec.flag),
    shadow: declareFlag<boolean>(runtime, {
      name: `${name}.shadow`,
      default: false,
      scope,
      live: true,
      effect: {
        es: `${spec.what.es}: la vía que no está activa se prueba también, sin efecto, y se compara con la otra.`,
        en: `${spec.what.en}: the way that is not active is tried too, without effect, and compared with the other one.`,
      },
    }),
  }
  state.declared.set(name, declared)
  const records = recordsOf(state, runtime)
  let dropping = false

  return {
    name,
    active: (tenant) => (declared.flag.of(tenant) ? on : off),
    shadow(tenant) {
      if (!declared.shadow.of(tenant)) return null
      return declared.flag.of(tenant) ? off : on
    },
    record(tenant, way, { key, outcome, tookMs, digest = null }) {
      if (!declared.shadow.of(tenant)) return
      if (records.depth >= MAX_WAITING) {
        if (!dropping) logger.warn({ switch: name }, 'too many records of a switch wait; some are dropped')
        dropping = true
        return
      }
      dropping = false
      const kept = { key: storable(key, MAX_KEY), outcome: storable(outcome, MAX_OUTCOME), tookMs, digest }
      records
        .add({ ...kept, tenant: placeOf(declared, tenant), switch: name, way, at: clock.wall() })
        .catch((error) => logger.warn({ err: error, switch: name }, 'what a switch recorded could not be kept'))
    },
  }
}

function recordsOf(state: State, { database, clock }: Pick<Runtime, 'database' | 'clock'>): Batcher<WayRecord, void> {
  if (state.records !== undefined) return state.records
  const willBePurged = createLooks(PURGE_KIND, EVERY_MS)
  state.records = createBatcher<WayRecord, void>({
    maxItems: 500,
    async handle(items) {
      const places = new Map(items.map((item) => [`${item.tenant}\n${item.switch}`, item]))
      await database.transaction(async (tx) => {
        const wall = clock.wall()
        for (const { tenant, switch: key } of places.values()) willBePurged(tx, tenant, key, wall)
        await insertRecords(tx, items)
      })
      return items.map(() => undefined)
    },
  })
  return state.records
}
