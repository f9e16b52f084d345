import type { Database } from '#platform/work.ts'
import type { Channel, DeliveryDraft } from './delivery.ts'

/** What enqueueing needs of a running dispatcher. */
export type LocalDispatcher = {
  /** The number of this run of this node: it is the fence of the rows leased to it. */
  readonly lease: number | null
  /** Chooses which of the drafts this node takes in hand at once; the others are written without a lease. */
  reserve(drafts: readonly DeliveryDraft[], now: number): Reservation
  /** Resolves when targets that flow have room again, at the latest after a moment. */
  ready(): Promise<void>
  /** Rows of these targets were put back (a replay), due now or soon: wall ms. */
  wake(tenant: string, rows: readonly { target: string; dueAt: number }[]): void
  /** Gives back those of these that it has in hand and has surely not begun. */
  giveBackUnbegun(deliveries: readonly { tenant: string; id: string }[]): Promise<void>
  /** Somebody says the target is well: one attempt may be made although its breaker is open. */
  probe(target: { tenant: string; target: string }): void
}

/** Room kept for rows whose commit is not known yet. */
export type Reservation = {
  /** By position in the drafts. */
  readonly taken: readonly boolean[]
  /** The rows are durable: send them. `written` has the ids that this transaction inserted, or null for all. */
  committed(written: ReadonlySet<string> | null): void
  /** The rows were not written. */
  dropped(): void
}

export type DeliveryState = { channels: Map<string, Channel>; dispatcher: LocalDispatcher | null }

const states = new WeakMap<Database, DeliveryState>()

/** The deliveries of one database handle: several programs may live in one process (tests do). */
export function deliveryState(database: Database): DeliveryState {
  let state = states.get(database)
  if (state === undefined) {
    state = { channels: new Map(), dispatcher: null }
    states.set(database, state)
  }
  return state
}
