/**
 * What this node has in hand, shared out fairly: tenants take turns, within a tenant its targets take turns, and
 * nobody can fill the house. All operations are O(1).
 */
export type Lane<Item, State> = {
  readonly tenant: string
  readonly target: string
  /** Most sends at once. */
  slots: number
  /** Nothing of it is sent (its breaker is open). */
  held: boolean
  queue: Item[]
  /** Being sent. */
  sending: number
  /** Reserved, queued, being sent or waiting for its mark. */
  inHand: number
  /** What the owner knows of the target. */
  readonly state: State
}

type Tenant<Item, State> = {
  inHand: number
  ready: Lane<Item, State>[]
  inRing: boolean
  lanes: Map<string, Lane<Item, State>>
}

export type FairQueue<Item, State> = {
  lane(tenant: string, target: string): Lane<Item, State>
  /** How many more of this lane may be taken in hand now. */
  room(lane: Lane<Item, State>): number
  /** Counts one as in hand. Everything taken must end in `done`. */
  take(lane: Lane<Item, State>): void
  done(lane: Lane<Item, State>): void
  push(lane: Lane<Item, State>, item: Item): void
  /** Empties the lane's queue; the items stay in hand. */
  drain(lane: Lane<Item, State>): Item[]
  /** The next to send: its lane's `sending` is counted up; the caller calls `sent`. */
  next(): { lane: Lane<Item, State>; item: Item } | undefined
  sent(lane: Lane<Item, State>): void
  /** To be called when `slots` or `held` changed. */
  changed(lane: Lane<Item, State>): void
  lanes(): Iterable<Lane<Item, State>>
  /** Forgets lanes with nothing in hand that `idle` lets go. */
  forget(idle: (lane: Lane<Item, State>) => boolean): void
  readonly inHand: number
  readonly sending: number
}

/**
 * @param total most in hand at once
 * @param slots of a new lane
 * @param most of one lane in hand
 */
export function createFairQueue<Item, State>(
  total: number,
  slots: number,
  most: number,
  newState: () => State,
): FairQueue<Item, State> {
  const tenants = new Map<string, Tenant<Item, State>>()
  const ring: Tenant<Item, State>[] = []
  const ready = new Set<Lane<Item, State>>()
  let inHand = 0
  let sending = 0

  const tenantOf = (lane: Lane<Item, State>) => tenants.get(lane.tenant) as Tenant<Item, State>

  function changed(lane: Lane<Item, State>): void {
    if (lane.queue.length === 0 || lane.held || lane.sending >= lane.slots || ready.has(lane)) return
    ready.add(lane)
    const tenant = tenantOf(lane)
    tenant.ready.push(lane)
    if (!tenant.inRing) {
      tenant.inRing = true
      ring.push(tenant)
    }
  }

  return {
    lane(name, target) {
      let tenant = tenants.get(name)
      if (tenant === undefined) {
        tenant = { inHand: 0, ready: [], inRing: false, lanes: new Map() }
        tenants.set(name, tenant)
      }
      let lane = tenant.lanes.get(target)
      if (lane === undefined) {
        lane = { tenant: name, target, slots, held: false, queue: [], sending: 0, inHand: 0, state: newState() }
        tenant.lanes.set(target, lane)
      }
      return lane
    },
    /**
     * A tenant may hold as much as is free, so two share in thirds with a third left for the next; and a lane may
     * hold a quarter of what its tenant could still take. However many hang, something is left for the others.
     */
    room(lane) {
      const free = total - inHand
      const ofTenant = Math.min(free, free - tenantOf(lane).inHand)
      const ofLane = Math.min(most, Math.ceil((ofTenant + lane.inHand) / 4)) - lane.inHand
      return Math.max(0, Math.min(ofTenant, ofLane))
    },
    take(lane) {
      lane.inHand += 1
      tenantOf(lane).inHand += 1
      inHand += 1
    },
    done(lane) {
      lane.inHand -= 1
      tenantOf(lane).inHand -= 1
      inHand -= 1
    },
    push(lane, item) {
      lane.queue.push(item)
      changed(lane)
    },
    drain: (lane) => lane.queue.splice(0),
    next() {
      for (let tenant = ring.shift(); tenant !== undefined; tenant = ring.shift()) {
        const lane = tenant.ready.shift()
        if (lane !== undefined) ready.delete(lane)
        if (tenant.ready.length > 0) ring.push(tenant)
        else tenant.inRing = false
        // Held or drained since it became ready.
        if (lane === undefined || lane.held || lane.sending >= lane.slots) continue
        const item = lane.queue.shift()
        if (item === undefined) continue
        lane.sending += 1
        sending += 1
        changed(lane)
        return { lane, item }
      }
      return undefined
    },
    sent(lane) {
      lane.sending -= 1
      sending -= 1
      changed(lane)
    },
    changed,
    *lanes() {
      for (const tenant of tenants.values()) yield* tenant.lanes.values()
    },
    forget(idle) {
      for (const [name, tenant] of tenants) {
        for (const [target, lane] of tenant.lanes) {
          if (lane.inHand === 0 && lane.queue.length === 0 && idle(lane)) tenant.lanes.delete(target)
        }
        if (tenant.lanes.size === 0 && tenant.inHand === 0 && !tenant.inRing) tenants.delete(name)
      }
    },
    get inHand() {
      return inHand
    },
    get sending() {
      return sending
    },
  }
}
