import type { TSchema } from '@sinclair/typebox'
import type { Attempt } from '#deliveries/index.ts'
import type { Outgoing } from '#gateway/index.ts'
import type { Runtime } from '#platform/service.ts'
import type { Trace } from '#platform/trace-context.ts'

/** An event on its way to a broker. `hops`: events and calls of ours that led to it, this one included. */
export type BrokerMessage = Outgoing & { hops: number }

/**
 * A way for events to leave that is no URL: one file each, listed in `kinds.ts`. The brokers are those that the program is
 * set up with; a destination names a place there and no credentials. `D` is the destination as the API takes and shows it.
 */
export type DestinationKind<D extends { kind: string } = { kind: string }> = {
  kind: D['kind']
  schema: TSchema
  /** Why it cannot be, besides its form; paths begin at the destination. */
  faults(destination: D): { path: string; message: string }[]
  /** As a text, for people and logs. */
  address(destination: D): string
  /** Why nothing of this tenant can go there as the program is set up; null: it can. */
  missing(runtime: Runtime, tenant: string): string | null
  /**
   * Makes one attempt: delivered is what the broker has confirmed.
   * @param trace of the attempt
   */
  send(runtime: Runtime, destination: D, message: BrokerMessage, signal: AbortSignal, trace: Trace): Promise<Attempt>
}

/** Part of an address: what would end it, or another part, is escaped. */
export const addressPart = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/')

/**
 * Why nothing of a tenant can go to a broker; null: it can.
 * @param owner the tenant whose the broker is: another one must not write to its exchanges and topics. null: there is none
 */
export function missingBroker(
  owner: string | null,
  tenant: string,
  { called, setting }: { called: string; setting: string },
): string | null {
  if (owner === null) return `cannot be: this program is not set up with ${called} (${setting})`
  return owner === tenant ? null : `cannot be: this tenant has no connection to ${called}`
}
