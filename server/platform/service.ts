import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Changes } from '#platform/changes.ts'
import type { Clock } from '#platform/clock.ts'
import type { Drain } from '#platform/drain.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { EventDraft, LogEvent } from '#platform/event.ts'
import type { Check } from '#platform/http/platform-routes.ts'
import type { Route } from '#platform/http/route.ts'
import type { Veil } from '#platform/http/veil.ts'
import type { Problem } from '#platform/problem.ts'
import type { SettingSpecs, Settings } from '#platform/settings.ts'
import type { Signals } from '#platform/signals.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import type { Database, Db, Writes } from '#platform/work.ts'

/**
 * Something that reacts to events. It gets the events of the shards this node holds, in order of position;
 * cursor and writes commit together, so a redelivery changes nothing.
 */
export type Consumer = {
  name: string
  /** Required consumers hold back the purge of the log and, when they lag, the intake. */
  required: boolean
  /** It waits for something outside, and its lag is no reason to turn anybody away: the doors stay open. */
  outside?: true
  /** Where it begins when it never ran: at the start of the log, or with what comes from now on. */
  from?: 'start' | 'now'
  /** Most events that it is given at once (default 500). */
  batch?: number
  /** Asked before each batch: resolves when what its effects go to can take them, at the latest after a moment. */
  ready?(): Promise<void>
  /**
   * Reads what it needs through `db` (no transaction), decides, and returns the writes, or null for none.
   * Called again with the same events after a conflict or a crash before the commit; must hold no state that
   * a redo would spoil. Ids of what it creates are hashes of what caused them.
   * @param signal aborted when shards move on or the program stops: whoever waits for something outside must give up
   * @throws Postponed when it cannot go on now, through no fault of the events
   */
  handle(events: readonly LogEvent[], db: Db, now: number, signal?: AbortSignal): Promise<Writes | null>
}

/** Who brought an event to a door, as far as the door knows; the tenant is in the event. */
export type Sender = {
  /** `key:<id>`, `user:<id>`: the credential. */
  actor?: string
  /** The broker's user. */
  brokerUser?: string
  /** Headers of the message or the request. */
  headers?: Readonly<Record<string, unknown>>
}

/** What became of an event at a door. All of these are a success: it is durable. */
export type Admission = {
  /** Its place in the log; null when it is in none. */
  position: number | null
  /** It was known before. */
  duplicate: boolean
  /** False: it is kept, and no consumer sees it. */
  published: boolean
  /** Kept apart because of its type or its schema. */
  setAside?: 'unknown-type' | 'invalid'
}

/** What the platform gives each context when it is opened. */
export type Runtime = {
  settings: Settings
  clock: Clock
  database: Database
  /** Where the database is, with the credentials: for threads that open it for themselves. */
  databaseUrl: string
  logger: Logger
  metrics: Registry
  spans: Spans
  /**
   * Group commit into the log for doors: resolves after the commit that holds the event.
   * @throws Problem 422 when the tenant refuses events of its type or content, 503 while it cannot be stored
   */
  appendEvent(event: EventDraft, sender?: Sender): Promise<Admission>
  /** The same for a request of several, committed in parts: all or none of them is refused. */
  appendEvents(events: readonly EventDraft[], sender?: Sender): Promise<readonly Admission[]>
  /**
   * Several of different senders, in their order: those for the log in one commit, all of them or none. At most 500,
   * and a megabyte. One that is refused refuses all.
   * @param senders in the order of the events
   */
  appendTogether(events: readonly EventDraft[], senders?: readonly Sender[]): Promise<readonly Admission[]>
  /** Something was appended inside the database, not by a transaction's `append`: readers look, on all nodes. */
  lookAtLog(): void
  /**
   * Calls with what comes into the log from now on, of all tenants and from all nodes, in order, until what is returned is
   * called. From memory: a hint, which may be missing what came while this node stood still. `fn` may not throw.
   */
  watchLog(fn: (events: readonly LogEvent[]) => void): () => void
  /** Why a door that takes events of this tenant must turn them away now, or null. */
  overload(tenant: string): Problem | null
  /** Nodes that run at the last look, this one included. */
  nodes(): number
  /** Hints to and from the other nodes, for caches that must follow a change. */
  signals: Signals
  /** For what a node keeps in memory of tables that people change. */
  changes: Changes
  /** This node's name: what holds leases. */
  node: string
  /** A secret of 32 random bytes that the program made for itself; the same on all nodes. */
  secret(name: string): Promise<Buffer>
  /** Base of links to this program, without a trailing slash. */
  publicUrl(): string
  /** All that the given causes led to, by the name of what it is (`runs`, `deliveries`, …). */
  caused(db: Db, tenant: string, causes: readonly Cause[]): Promise<Record<string, readonly { id: string }[]>>
}

/** What may have led to something: an event, or `<prefix>:<id>` of what contexts name. */
export type Cause = {
  id: string
  /** Of an event: whom it is about (its subject, its conversation), and its place in the log. */
  event?: { about: readonly string[]; position: number }
}

/** What a context knows to have been caused by events, runs or notifications. */
export type Consequences = {
  /** Plural, as the answer shows it: `runs`. */
  name: string
  /** When set, what is found is itself a cause, as `<prefix>:<id>`. */
  prefix?: string
  find(db: Db, tenant: string, causes: readonly Cause[]): Promise<readonly { id: string }[]>
}

export type ServiceParts = {
  routes?: readonly Route[]
  consumers?: readonly Consumer[]
  /** Names of consumers that an earlier setting ran and this one does not: nothing waits for them any more. */
  retired?: readonly string[]
  dueKinds?: readonly DueKind[]
  consequences?: readonly Consequences[]
  /** What of the context is shown at `/ready`, by name. */
  checks?: Readonly<Record<string, Check>>
  /** What callers below its permission may not see, in the answers of all contexts. One context at most has one. */
  veil?: Veil
  /** After all contexts are open and the database is migrated; before the first request. */
  start?(): Promise<void>
  /** Finish what is in hand; called when the program stops. Whatever hangs outside may take what `drain` leaves for it. */
  stop?(drain: Drain): Promise<void>
}

/** A bounded context: one line in `services.ts`. */
export type Service = {
  name: string
  settings: SettingSpecs
  /** Folder of `0001-name.sql` files, or null. */
  migrations: URL | null
  open(runtime: Runtime): Promise<ServiceParts> | ServiceParts
}
