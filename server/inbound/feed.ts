import { idFault } from '#events/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { errorText } from '#platform/error-text.ts'
import type { EventDraft } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { isPassing } from '#platform/passing.ts'
import { Problem } from '#platform/problem.ts'
import type { Admission, Runtime } from '#platform/service.ts'
import type { Endpoint } from './endpoint.ts'
import { eventsOf } from './mapping/events-of.ts'
import { markRefused, type Receipt, type Stored, type Taken } from './receipts/store.ts'
import type { Proven } from './verification/kind.ts'

/** What a receipt became: its events, and whether all of them were known. */
export type Fed = { events: readonly { id: string; type: string; admission: Admission }[]; duplicate: boolean }

/**
 * By what a message that was proven is known. `identity` is the id of its event, where its content gives none: what is
 * signed, so that nobody makes a second event of one message by leaving out its name or giving another.
 */
export function namesOf(
  { endpoint, id }: Pick<Receipt, 'endpoint' | 'id'>,
  { messageId, signedId, fingerprint }: Proven,
): Pick<Receipt, 'messageId' | 'fingerprint' | 'identity'> {
  const name = messageId === null || idFault(messageId) === null ? messageId : hashId('inbound', endpoint, messageId)
  const signed = fingerprint === null ? null : hashId('inbound', endpoint, fingerprint)
  return { messageId: name, fingerprint, identity: (signedId ? name : (signed ?? name)) ?? id }
}

/** What feeding needs. `taken` notes that a receipt is in the log; it may wait for others that are noted with it. */
export type Feeding = Pick<Runtime, 'appendEvent' | 'appendEvents' | 'clock' | 'database'> & {
  taken(receipt: Taken): Promise<void>
}

/**
 * Makes the events of a verified receipt, appends them and notes it: once, however often it is called. What became an
 * event before under another mapping becomes one more.
 * @throws Problem when it becomes none, which is noted; 429 and 503 while nothing can be stored, which are not
 */
export async function feed(runtime: Feeding, endpoint: Endpoint, receipt: Stored & { body: Buffer }): Promise<Fed> {
  const { database, clock } = runtime
  const { tenant } = endpoint
  let drafts: EventDraft[]
  let admissions: readonly Admission[]
  try {
    drafts = eventsOf(receipt, endpoint.event, {
      tenant,
      endpoint: endpoint.id,
      now: clock.now() - (clock.wall() - receipt.receivedAt) * clock.scale,
      id: receipt.identity ?? receipt.id,
      again: isOtherwise(receipt, endpoint) ? String(endpoint.revision) : null,
    })
    const sender = { actor: `inbound:${endpoint.id}`, headers: receipt.headers }
    const [single] = drafts
    admissions =
      drafts.length === 1 && single !== undefined
        ? [await runtime.appendEvent(single, sender)]
        : await runtime.appendEvents(drafts, sender)
  } catch (error) {
    if (error instanceof Problem && !isPassing(error)) {
      const reason = [error.message, ...error.faults.map(({ path, message }) => `${path} ${message}`)].join('; ')
      await markRefused(database.worker, receipt, { code: error.code, reason: errorText(reason) })
    }
    throw error
  }
  crashPoint('inbound:appended')
  const [first] = drafts
  const { id, messageId, fingerprint, identity } = receipt
  await runtime.taken({
    tenant,
    id,
    messageId,
    fingerprint,
    identity,
    eventId: first?.id ?? '',
    eventType: first?.type ?? '',
    events: drafts.length,
    revision: endpoint.revision,
  })
  return {
    events: drafts.map(({ id, type }, i) => ({ id, type, admission: admissions[i] as Admission })),
    duplicate: drafts.length > 0 && admissions.every(({ duplicate }) => duplicate),
  }
}

/** It is an event already, and would be made otherwise now. */
const isOtherwise = ({ eventId, revision }: Stored, endpoint: Endpoint): boolean =>
  eventId !== null && endpoint.event !== null && revision !== endpoint.revision
