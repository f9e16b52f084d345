import type { Json } from '#platform/event.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Facts } from './gate.ts'
import type { ChannelName, NotifyRequest, Outcome } from './request.ts'

/** What `notify` needs to know of each request, by its id; read before the transaction, guarded inside it. */
export type NotifyContext = ReadonlyMap<string, Known>

/** Null facts: that id is written already, there is nothing to do. */
export type Known = { facts: Facts | null }

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

/** What other contexts may ask of this one. */
export type Notifier = {
  /**
   * Reads people, templates and earlier notifications of these requests: a fixed number of statements.
   * @param lock for those who read in the transaction that writes: others who count what the same people were told wait
   */
  load(db: Db, requests: readonly NotifyRequest[], lock?: 'for update'): Promise<NotifyContext>
  /**
   * Issues the writes of these requests and waits for none. What can leave now leaves with the commit; the rest
   * waits as due rows. A row that changed since `load` raises CA001: the caller decides its batch again.
   * @param now domain milliseconds
   */
  notify(tx: Tx, requests: readonly NotifyRequest[], context: NotifyContext, now: number): void
  /** Issues that those of these notifications that are held are called off; what has left stays as it is. */
  callOff(tx: Tx, held: readonly { tenant: string; id: string }[], reason: string, now: number): void
  /**
   * Renders without sending, for simulations: time, repeats and the state of the encounter are not judged, and the
   * link is a sample. Quiet hours and caps are.
   * @param person stands for the contact of the same id
   */
  preview(db: Db, items: readonly PreviewItem[], person?: PreviewPerson): Promise<readonly Preview[]>
  /** Template keys a tenant can use (its own and those that ship) with the channels each has a text for. */
  templates(db: Db, tenant: string): Promise<ReadonlyMap<string, readonly ChannelName[]>>
}
