import { countReceived } from '#events/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { uuidv7 } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { createLooks } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import type { Sealer } from '#secrets/index.ts'
import { addressHash, type Endpoint, keptHeaders } from './endpoint.ts'
import { type Fed, type Feeding, feed, namesOf } from './feed.ts'
import { createGroups } from './groups.ts'
import { networksRead } from './networks.ts'
import { RETENTION_KIND } from './receipts/due.ts'
import { comeAgain, insertReceipts, type Receipt, type Stored, trimRefused } from './receipts/store.ts'
import { strangersKept } from './receipts/strangers.ts'
import type { Message, Refusal } from './verification/kind.ts'
import { kindOf } from './verification/kinds.ts'
import { look } from './verification/look.ts'

/** Strangers' messages kept of an endpoint, and the bytes of one. */
const MOST_STRANGE = 200
const STRANGE_BYTES = 65_536

/** A request at an address. */
export type Arrival = Message & { address: string; body: Buffer; remote: string | undefined; trace: string }

/** What its sender is told. */
export type Answer = { received: true; duplicate?: true; eventId?: string }

type Needed = Pick<Runtime, 'appendEvent' | 'appendEvents' | 'clock' | 'database' | 'metrics' | 'overload'>

/** The same for what never was and what is switched off: nobody learns which addresses there are. */
const nothingHere = () => new Problem(404, 'not-found', 'There is nothing at this path.')

const ANSWERS: Readonly<Record<Refusal | 'network', () => Problem>> = {
  'missing-header': () => new Problem(400, 'inbound/missing-header', 'A header that proves who sends is missing.'),
  'bad-timestamp': () => unproven(),
  'bad-signature': () => unproven(),
  'bad-token': () => unproven(),
  network: () => new Problem(403, 'inbound/network', 'Requests are not taken from this address.'),
}
const unproven = () =>
  new Problem(401, 'inbound/unproven', 'The request does not prove who sends it, or its time is too far from now.')

const REASONS: Readonly<Record<Refusal | 'network', string>> = {
  'missing-header': 'a header that proves who sends is missing',
  'bad-timestamp': 'the time of sending is too far from the time of receipt, or is none',
  'bad-signature': 'no valid secret gives this signature',
  'bad-token': 'the token is none of those that are valid',
  network: 'it came from an address that may not send',
}

/**
 * Takes what comes to an address: kept as it came, then made an event; answered after both were committed. A message that
 * came before is not taken twice.
 * @throws Problem for what is refused
 */
export function receiver(runtime: Needed, sealer: Pick<Sealer, 'open'>): (arrival: Arrival) => Promise<Answer> {
  const { database, clock } = runtime
  const received = countReceived(runtime.metrics, 'webhook')
  const strangers = strangersKept()
  const networksOf = networksRead()
  const willBePurged = createLooks(RETENTION_KIND)
  const groups = createGroups(runtime, (tx, { tenant, endpoint, receivedAt }) =>
    willBePurged(tx, tenant, endpoint, receivedAt),
  )
  const feeding: Feeding = { ...runtime, taken: groups.taken }

  /** Keeps a refused message while there is room, and refuses it. */
  async function refuse(endpoint: Endpoint, arrival: Arrival, why: Refusal | 'network'): Promise<never> {
    received(null, 'refused')
    const { tenant, id } = endpoint
    const at = clock.wall()
    const { isKept, isTurnToTrim } = strangers.next(`${tenant}\n${id}`, at)
    if (isKept) {
      const receipt = receiptOf(endpoint, arrival, at)
      await database.transaction(async (tx) => {
        const body = arrival.body.length <= STRANGE_BYTES ? arrival.body : null
        await insertReceipts(tx, [{ ...receipt, status: 'refused', code: why, reason: REASONS[why], body }])
        willBePurged(tx, tenant, id, at)
        if (isTurnToTrim) await trimRefused(tx, tenant, id, MOST_STRANGE)
      })
    }
    throw ANSWERS[why]()
  }

  async function keep(receipt: Receipt, at: number): Promise<Stored | undefined> {
    if (await groups.keep(receipt)) return { ...receipt, eventId: null, revision: null }
    return comeAgain(database.worker, receipt, at)
  }

  return async (arrival) => {
    const at = clock.wall()
    const found = await groups.find(addressHash(arrival.address))
    if (found === undefined || !found.endpoint.enabled) throw nothingHere()
    const { endpoint } = found
    const full = runtime.overload(endpoint.tenant)
    if (full !== null) throw full
    const { networks } = endpoint
    if (networks.length > 0 && !networksOf(networks)(arrival.remote)) return refuse(endpoint, arrival, 'network')
    const verdict = look(found, arrival, at / 1000, sealer)
    if (verdict.proven === undefined) return refuse(endpoint, arrival, verdict.refusal)
    const receipt = receiptOf(endpoint, arrival, at)
    const kept = await keep({ ...receipt, ...namesOf(receipt, verdict.proven), verified: true }, at)
    // Purged in this very moment: the sender's next try finds nothing in its way.
    if (kept === undefined || kept.body === null)
      throw new Problem(503, 'inbound/busy', 'Try again.', { retryAfterS: 1 })
    crashPoint('inbound:kept')
    if (kept.status === 'taken') {
      received(null, 'duplicate')
      return { received: true, duplicate: true, ...(kept.eventId ? { eventId: kept.eventId } : {}) }
    }
    const fed = await feed(feeding, endpoint, { ...kept, body: kept.body }).catch((error) => {
      received(null, 'refused')
      throw toSender(error)
    })
    crashPoint('inbound:marked')
    for (const { type, admission } of fed.events) received(type, resultOf(admission))
    return answerOf(fed)
  }
}

const resultOf = ({ duplicate, published, setAside }: Fed['events'][number]['admission']) =>
  duplicate ? 'duplicate' : published ? 'accepted' : setAside === undefined ? 'held' : 'set-aside'

function answerOf({ events, duplicate }: Fed): Answer {
  const [first] = events
  return {
    received: true,
    ...(duplicate ? { duplicate: true as const } : {}),
    ...(events.length === 1 && first !== undefined ? { eventId: first.id } : {}),
  }
}

/** A sender is told what is wrong with its message, not what is wrong with our mapping of it. */
function toSender(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code !== 'inbound/mapping') return error
  return new Problem(422, 'inbound/unmapped', 'The message was kept, but nothing could be made of it yet.')
}

function receiptOf(endpoint: Endpoint, arrival: Arrival, at: number): Receipt {
  const { verification } = endpoint
  const proofs = kindOf(verification).proofHeaders(verification) ?? []
  return {
    tenant: endpoint.tenant,
    endpoint: endpoint.id,
    id: uuidv7(at),
    receivedAt: at,
    verified: false,
    status: 'received',
    code: null,
    reason: null,
    messageId: null,
    fingerprint: null,
    identity: null,
    contentType: arrival.headers['content-type'] ?? null,
    headers: keptHeaders(endpoint, arrival.headers),
    proof: Object.fromEntries(proofs.flatMap((name) => entryOf(arrival.headers, name))),
    trace: arrival.trace,
    body: arrival.body,
    bodyBytes: arrival.body.length,
  }
}

const entryOf = (headers: Readonly<Record<string, string>>, name: string): [string, string][] => {
  const value = headers[name]
  return value === undefined ? [] : [[name, value]]
}
