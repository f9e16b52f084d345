import { conflict, notFound, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Sealer } from '#secrets/index.ts'
import { type Fed, type Feeding, feed, namesOf } from './feed.ts'
import { findStored, isKnown, markRefused, markTaken } from './receipts/store.ts'
import { endpointWithSecrets } from './store.ts'
import { kindOf } from './verification/kinds.ts'
import { look } from './verification/look.ts'

/** Feeds one receipt of an endpoint in again. */
export type Refeed = (tenant: string, endpoint: string, receipt: string) => Promise<Fed>

/**
 * Once more through all that a message passes, as it came and as if it came when it did, with the secrets and the mapping
 * of now. What is an event already stays the one, unless the mapping has changed since.
 * @throws Problem 404, 409 for what cannot be fed in again; 4xx with what is still wrong with it, which is noted
 */
export function refeeder(
  runtime: Pick<Runtime, 'appendEvent' | 'appendEvents' | 'clock' | 'database'>,
  sealer: Pick<Sealer, 'open'>,
): Refeed {
  const { database, clock } = runtime
  const feeding: Feeding = { ...runtime, taken: (receipt) => markTaken(database.worker, [receipt]) }
  return async (tenant, endpointId, receiptId) => {
    const [found, stored] = await Promise.all([
      endpointWithSecrets(database.worker, tenant, endpointId, clock.wall()),
      findStored(database.worker, tenant, endpointId, receiptId),
    ])
    if (found === undefined) throw notFound('inbound endpoint', endpointId)
    if (stored === undefined) throw notFound('receipt', receiptId)
    const { endpoint } = found
    const { body } = stored
    if (body === null)
      throw conflict(
        'Its body was too large to be kept of a sender who proved nothing.',
        'Era demasiado grande para guardarlo de quien no probó quién es.',
      )
    if (stored.verified) return feed(feeding, endpoint, { ...stored, body })
    const { verification } = endpoint
    if (kindOf(verification).proofHeaders(verification) === null) {
      throw conflict(
        'What would prove its sender is a secret, and was not kept.',
        'Lo que probaría quién lo mandó es un secreto, y no se guardó.',
      )
    }
    const message = { headers: { ...stored.headers, ...stored.proof }, body }
    const { proven } = look(found, message, stored.receivedAt / 1000, sealer)
    if (proven === undefined) {
      throw new Problem(422, 'inbound/unproven', 'No secret that is valid now proves who sent it.')
    }
    const receipt = { ...stored, body, ...namesOf(stored, proven) }
    if (await isKnown(database.worker, receipt)) {
      const reason = 'the same message was taken when it came another time'
      await markRefused(database.worker, receipt, { code: 'duplicate', reason })
      return { events: [], duplicate: true }
    }
    return feed(feeding, endpoint, receipt)
  }
}
