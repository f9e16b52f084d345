import type { Json } from '#platform/event.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Facts } from './gate.ts'
import type { ChannelName, NotifyRequest } from './request.ts'

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
  /** Why it would not go at all. */
  reason: string | null
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
  /** Reads people, templates and earlier notifications of these requests: a fixed number of statements. */
  load(db: Db, requests: readonly NotifyRequest[]): Promise<NotifyContext>
  /**
   * Issues the writes of these requests and waits for none. What can leave now leaves with the commit; the rest
   * waits as due rows. A row that changed since `load` raises CA001: the caller decides its batch again.
   * @param now domain milliseconds
   */
  notify(tx: Tx, requests: readonly NotifyRequest[], context: NotifyContext, now: number): void
  /**
   * Renders without sending, for simulations: time, repeats and the state of the encounter are not judged, and the
   * link is a sample.
   * @param person stands for the contact of the same id
   */
  preview(
    db: Db,
    items: readonly { request: NotifyRequest; at: number }[],
    person?: PreviewPerson,
  ): Promise<readonly Preview[]>
  /** Template keys a tenant can use (its own and those that ship) with the channels each has a text for. */
  templates(db: Db, tenant: string): Promise<ReadonlyMap<string, readonly ChannelName[]>>
}
