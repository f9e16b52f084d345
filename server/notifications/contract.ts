import type { Json } from '#platform/event.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Plan } from './plan.ts'
import type { ChannelName, NotifyRequest, Outcome } from './request.ts'

/** What becomes of some requests; decided before the transaction, guarded inside it. Ids that are written already are left out. */
export type Planned = {
  readonly now: number
  readonly fresh: readonly { request: NotifyRequest; plan: Plan }[]
  /** Ids of the notifications that have the dedupe keys of some of them, by `ownKey` of these. */
  readonly holders: ReadonlyMap<string, string>
}

/** How a notification would read and where it would go, as things stand. */
export type Preview = {
  channel: ChannelName | null
  locale: string | null
  templateVersion: number | null
  title: string | null
  body: string | null
  html: string | null
  /** Channels that would be passed over, and why. */
  skipped: readonly { channel: ChannelName; reason: string }[]
  /** Why it would not go at all, or not yet. */
  reason: string | null
  /** What would become of it; null: it would wait until `heldUntil`, and be judged again. */
  outcome: Outcome | null
  heldUntil: number | null
}

/** A notification of a simulation, at its time. */
export type PreviewItem = {
  request: NotifyRequest
  at: number
  /** What channels took in the simulation before; undefined: neither quiet hours nor caps are judged. */
  taken?: readonly { request: NotifyRequest; channel: ChannelName; at: number }[]
}

/** A person as a simulation describes them; what is absent is taken as not known. */
export type PreviewPerson = {
  id: string
  name?: string | null
  locale?: string | null
  timeZone?: string | null
  addresses?: { readonly [kind: string]: Json }
  attributes?: { readonly [name: string]: Json }
  bare?: boolean
}

/** A notification that is wanted after all, and whom what becomes of it is told. */
export type Wanted = { tenant: string; id: string; notifyOn: NonNullable<NotifyRequest['notifyOn']> }

/** Notifications that cannot leave before the transaction ends, and of which nothing has left. */
export type Unbegun = {
  readonly ids: ReadonlySet<string>
  /** Calls these of them off. Who asked is not told. */
  withdraw(ids: readonly string[], reason: string, now: number): Promise<void>
}

/** What other contexts may ask of this one. */
export type Notifier = {
  /**
   * Decides what becomes of these requests, with what their texts come to. Reads people, templates and earlier notifications in a
   * fixed number of statements. Of a dedupe key used twice the first that takes it has it; one that is not needed any more takes
   * none.
   * @param now domain milliseconds
   * @param lock for those who read in the transaction that writes: others who count what the same people were told wait
   */
  plan(db: Db, requests: readonly NotifyRequest[], now: number, lock?: 'for update'): Promise<Planned>
  /**
   * Issues the writes of what was planned and waits for none. What can leave now leaves with the commit; the rest
   * waits as due rows. A row that changed since `plan` raises CA001: the caller decides its batch again.
   */
  notify(tx: Tx, planned: Planned): void
  /**
   * Issues that those of these notifications that are held, or wait for their channel, are called off. What a channel has in
   * hand at that moment ends as it may, and what has left stays as it is.
   * @param mayReturn what was asked is kept for `holdAgain`, and those who asked are not told: they are over themselves
   */
  callOff(
    tx: Tx,
    held: readonly { tenant: string; id: string }[],
    reason: string,
    now: number,
    mayReturn?: boolean,
  ): void
  /** Locks those of a tenant's notifications of which surely no channel has begun anything. */
  holdUnbegun(tx: Tx, tenant: string, ids: readonly string[]): Promise<Unbegun>
  /**
   * Issues that those of these that `callOff` took away are judged again as they were when they were held. Of any other who
   * asked is told once more what became of it, as it may have been told to nobody.
   */
  holdAgain(tx: Tx, wanted: readonly Wanted[], now: number): void
  /**
   * Renders without sending, for simulations: time, repeats and the state of the encounter are not judged, and the
   * link is a sample. Quiet hours and caps are.
   * @param person stands for the contact of the same id
   */
  preview(db: Db, items: readonly PreviewItem[], person?: PreviewPerson): Promise<readonly Preview[]>
  /** Template keys a tenant can use (its own and those that ship) with the channels each has a text for. */
  templates(db: Db, tenant: string): Promise<ReadonlyMap<string, readonly ChannelName[]>>
}
