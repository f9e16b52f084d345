import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import {
  assertPublicUrl,
  enqueueDeliveries,
  outgoingHttp,
  standingOf,
  standingsOf,
  statesOf,
} from '#deliveries/index.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { callOff } from './call-off.ts'
import type { Enclosed } from './channels/webhook.ts'
import { type Destination, destinationKind } from './destinations/kinds.ts'
import { disabled } from './errors.ts'
import { PROBE_KIND } from './health/probe.ts'
import { readHealth, readHealths } from './health/store.ts'
import { healthOf } from './health/view.ts'
import { testEvent } from './operator-events.ts'
import { CHANNEL } from './plan.ts'
import {
  backupFaults,
  changedPlaceFaults,
  type JudgeUrl,
  NO_BATCH,
  placeFaults,
  registrationFaults,
  restored,
} from './registration.ts'
import { replayProgress } from './replay/progress.ts'
import { delayFaults, readDelays } from './retry-delays.ts'
import * as schema from './schemas.ts'
import { type Secret, type Signature, secretOf, shownOf } from './secrets.ts'
import {
  changeSubscription,
  deleteSubscription,
  endPreviousSecrets,
  findSubscription,
  insertSubscriptions,
  listSubscriptions,
  type NewSubscription,
  rotateSecret,
} from './store.ts'
import { type Subscription, targetOf, viewOf } from './subscription.ts'
import { writtenFor } from './wire.ts'

const PATH = '/api/v1/subscriptions'
const TAG = 'Subscriptions'
const OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000

type Place = { webhookUrl?: string; destination?: Destination }

export function subscriptionRoutes(runtime: Runtime): Route[] {
  const { clock, database } = runtime
  const { allow } = outgoingHttp(runtime)
  const judge: JudgeUrl = (url, path) => assertPublicUrl(url, allow, path)
  const newSecret = async (signature: Signature, id: string, secretId: string): Promise<Secret> =>
    secretOf(await runtime.secret('subscriptions'), signature, id, secretId)

  const noted = (tx: Tx, by: Actor, what: string, id: string, before: unknown, after: unknown) =>
    audit(tx, by, { at: clock.wall(), action: `subscription.${what}`, target: `subscription:${id}`, before, after })

  async function create(by: Actor & { newId(): string }, body: Static<typeof schema.registration>) {
    const delays = body.retryDelays === undefined ? undefined : readDelays(body.retryDelays, '/retryDelays')
    const { routingKeyPattern, destination = null, format = 'as-received', signature = 'v1' } = body
    const missing = destination === null ? null : destinationKind(destination).missing(runtime, by.identity.tenant)
    if (missing !== null) throw invalid({ path: '/destination/kind', message: missing })
    const id = by.newId()
    // A broker knows who publishes: nothing is signed.
    const first = destination === null ? await newSecret(signature, id, by.newId()) : null
    const webhookUrl =
      destination === null ? (body.webhookUrl ?? '') : destinationKind(destination).address(destination)
    const subscription: NewSubscription = {
      id,
      routingKeyPattern,
      webhookUrl,
      destination,
      format,
      status: 'ACTIVE',
      statusReason: null,
      createdAt: clock.now(),
      delaysS: delays?.seconds ?? null,
      signature,
      previousUntil: null,
      publicKeys: first?.publicKey == null ? [] : [{ publicKey: first.publicKey, until: null }],
      first,
    }
    const { tenant } = by.identity
    await database.asTenant(tenant, async (tx) => {
      const made = await insertSubscriptions(tx, tenant, [subscription], clock.wall())
      if (made.get(id)?.now) noted(tx, by, 'created', id, undefined, viewOf(subscription))
    })
    return { ...viewOf(subscription), ...(signature === 'v1' && first !== null ? { secret: first.secret } : {}) }
  }

  async function importBackup(by: Actor & { newId(): string }, entries: Static<typeof schema.backup>) {
    const subscriptions = await Promise.all(
      entries.map(
        async (entry): Promise<NewSubscription & { first: Secret }> => ({
          ...restored(entry),
          first: await newSecret('v1', entry.id, by.newId()),
        }),
      ),
    )
    const { tenant } = by.identity
    const made = await database.asTenant(tenant, async (tx) => {
      const ids = await insertSubscriptions(tx, tenant, subscriptions, clock.wall())
      for (const subscription of subscriptions) {
        if (ids.get(subscription.id)?.now) noted(tx, by, 'imported', subscription.id, undefined, viewOf(subscription))
      }
      return ids
    })
    return {
      imported: made.size,
      existing: entries.length - made.size,
      subscriptions: subscriptions
        .filter(({ id }) => made.has(id))
        .map(({ id, first }) => ({ id, secret: first.secret })),
    }
  }

  /** All of a tenant, with how each fares where that is asked for. */
  async function list(tenant: string, withHealth: boolean) {
    const wall = clock.wall()
    return database.asTenant(tenant, async (tx) => {
      const found = await listSubscriptions(tx, tenant, wall)
      if (!withHealth || found.length === 0) return found.map(viewOf)
      const kept = await readHealths(tx, tenant)
      const standings = await standingsOf(
        tx,
        tenant,
        found.map(({ id }) => ({ target: targetOf(id), since: kept.get(id)?.enabledAt ?? null })),
        wall,
      )
      return found.map((each) => {
        const [health, standing] = [kept.get(each.id), standings.get(targetOf(each.id))]
        if (health === undefined || standing === undefined) return viewOf(each)
        return { ...viewOf(each), health: healthOf(each, health, standing, wall) }
      })
    })
  }

  async function show(tenant: string, id: string) {
    const wall = clock.wall()
    return database.asTenant(tenant, async (tx) => {
      const [found, kept] = await Promise.all([findSubscription(tx, tenant, id, wall), readHealth(tx, tenant, id)])
      if (found === undefined || kept === undefined) throw notFound('subscription', id)
      const [standing, replay] = await Promise.all([
        standingOf(tx, { tenant, target: targetOf(id), since: kept.enabledAt }, wall),
        replayProgress(tx, tenant, id),
      ])
      const health = healthOf(found, kept, standing, wall)
      return { ...viewOf(found), health, ...(replay === undefined ? {} : { replay }) }
    })
  }

  async function change(by: Actor, id: string, body: Static<typeof schema.change>) {
    const { tenant } = by.identity
    const { retryDelays, destination, webhookUrl, ...fields } = body
    const delays = retryDelays == null ? undefined : readDelays(retryDelays, '/retryDelays')
    return database.asTenant(tenant, async (tx) => {
      const before = await findSubscription(tx, tenant, id, clock.wall())
      if (before === undefined) throw notFound('subscription', id)
      if (before.destination !== null && body.format === 'cloudevents-batch') {
        throw invalid({ path: '/format', message: NO_BATCH })
      }
      const place = placeOf(by, before, { destination, webhookUrl })
      // What waits would only be called off one by one when it comes due. Before the subscription is changed, since who
      // marks an attempt takes the two in this order.
      if (body.status === 'DISABLED') await callOff(tx, tenant, id, runtime)
      const delaysS = retryDelays === null ? null : delays?.seconds
      const changed = await changeSubscription(tx, tenant, id, { ...fields, ...place, delaysS }, clock.wall())
      if (changed === undefined) throw notFound('subscription', id)
      if (body.status !== undefined) tx.unschedule(PROBE_KIND, tenant, [id])
      noted(tx, by, 'changed', id, viewOf(before), viewOf(changed))
      return viewOf(changed)
    })
  }

  /** Where a changed subscription sends to: another place of the same sort, since what is signed differs between them. */
  function placeOf(by: Actor, before: Subscription, { destination, webhookUrl }: Place): Place {
    if (destination === undefined) {
      if (webhookUrl !== undefined && before.destination !== null)
        throw invalid({
          path: '/webhookUrl',
          ...says(
            'this one goes to a broker; register a webhook of its own',
            'esta va a un broker; registra un webhook aparte',
          ),
        })
      return { webhookUrl }
    }
    if (before.destination === null)
      throw invalid({
        path: '/destination',
        ...says(
          'this one is a webhook; register a subscription of its own',
          'esta es un webhook; registra una suscripción aparte',
        ),
      })
    const kind = destinationKind(destination)
    const missing = kind.missing(runtime, by.identity.tenant)
    if (missing !== null) throw invalid({ path: '/destination/kind', message: missing })
    return { destination, webhookUrl: kind.address(destination) }
  }

  async function remove(by: Actor, id: string) {
    const { tenant } = by.identity
    await database.asTenant(tenant, async (tx) => {
      const before = await findSubscription(tx, tenant, id, clock.wall())
      if (before === undefined) throw notFound('subscription', id)
      await callOff(tx, tenant, id, runtime)
      if (!(await deleteSubscription(tx, tenant, id))) throw notFound('subscription', id)
      tx.unschedule(PROBE_KIND, tenant, [id])
      noted(tx, by, 'removed', id, viewOf(before), undefined)
    })
  }

  async function rotate(by: Actor & { newId(): string }, id: string, body: Static<typeof schema.rotation>) {
    const { tenant } = by.identity
    const secretId = by.newId()
    const wall = clock.wall()
    return database.asTenant(tenant, async (tx) => {
      const before = await findSubscription(tx, tenant, id, wall)
      if (before === undefined) throw notFound('subscription', id)
      if (before.destination !== null)
        throw conflict(
          'Nothing is signed on the way to a broker: there is no secret.',
          'Hacia un broker no se firma nada: no hay secreto.',
        )
      const fresh = await newSecret(body.signature ?? before.signature, id, secretId)
      const until = await rotateSecret(tx, tenant, id, fresh, wall, (body.overlapHours ?? OVERLAP_HOURS) * HOUR_MS)
      if (until === undefined) throw notFound('subscription', id)
      const previousValidUntil = new Date(until).toISOString()
      noted(tx, by, 'secret-rotated', id, undefined, { previousValidUntil })
      return { ...shownOf(fresh), previousValidUntil }
    })
  }

  async function endPrevious(by: Actor, id: string) {
    const { tenant } = by.identity
    const wall = clock.wall()
    return database.asTenant(tenant, async (tx) => {
      const before = await findSubscription(tx, tenant, id, wall)
      if (before === undefined) throw notFound('subscription', id)
      const ended = await endPreviousSecrets(tx, tenant, id, wall)
      if (ended) noted(tx, by, 'previous-secret-ended', id, undefined, undefined)
      return { ended }
    })
  }

  async function test(by: Actor, id: string, deliveryId: string) {
    const { tenant } = by.identity
    const { traceparent } = by
    await database.asTenant(tenant, async (tx) => {
      const subscription = await findSubscription(tx, tenant, id, clock.wall())
      if (subscription === undefined) throw notFound('subscription', id)
      if (subscription.status === 'DISABLED') throw disabled(id)
      const event = testEvent(tenant, id, deliveryId, clock.now())
      const request: Enclosed = { body: event.raw, contentType: writtenFor(event, subscription.format) }
      const draft = {
        tenant,
        id: deliveryId,
        channel: CHANNEL,
        target: targetOf(id),
        request,
        traceparent,
        cause: null,
      }
      const isRepeat = (await statesOf(tx, tenant, [deliveryId])).has(deliveryId)
      enqueueDeliveries(tx, [draft], runtime)
      if (!isRepeat) noted(tx, by, 'tested', id, undefined, { deliveryId })
    })
    return { deliveryId }
  }

  return [
    route({
      method: 'POST',
      path: PATH,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Register a webhook for the events whose routing key matches a pattern, or a place of a broker',
      description:
        'The answer holds the signing secret, which is not shown again, or with `v1a` the public key that verifies. A `destination` is a place of the broker that the program is set up with, for the tenant whose broker it is; there nothing is signed.',
      body: schema.registration,
      answer: schema.created,
      status: 201,
      idempotent: true,
      faults: (body) => [
        ...registrationFaults({ ...body }, judge),
        ...placeFaults({ ...body }),
        ...delayFaults((body as { retryDelays?: unknown }).retryDelays, '/retryDelays'),
      ],
      handle: (call) => create(call, call.body),
    }),
    route({
      method: 'GET',
      path: PATH,
      permission: 'subscriptions:read',
      tag: TAG,
      summary: 'List all subscriptions, the oldest first',
      query: Type.Object({
        health: Type.Optional(Type.Boolean({ description: 'Also how the endpoint of each fares' })),
      }),
      answer: Type.Array(schema.listed),
      handle: ({ identity: { tenant }, query: { health = false } }) => list(tenant, health),
    }),
    route({
      method: 'POST',
      path: `${PATH}/import`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Take in a backup: entries whose id is known are left as they are',
      description: 'The answer holds the secret of each subscription that is new; they are not shown again.',
      body: schema.backup,
      answer: schema.imported,
      idempotent: true,
      faults: (body) => (Array.isArray(body) ? backupFaults(body, judge) : []),
      handle: (call) => importBackup(call, call.body),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      permission: 'subscriptions:read',
      tag: TAG,
      summary: 'Show a subscription and how its endpoint fares',
      params: schema.idParams,
      answer: schema.subscriptionWithHealth,
      handle: ({ identity: { tenant }, params: { id } }) => show(tenant, id),
    }),
    route({
      method: 'PATCH',
      path: `${PATH}/:id`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Enable, disable, choose events, address, form of the body or delays between attempts',
      description:
        'Disabling calls off what waits for the receiver; it can be replayed once it is enabled. Another pattern holds for the events that come from then on; another address for what waits, too. A webhook stays a webhook, and what goes to a broker goes to one.',
      params: schema.idParams,
      body: schema.change,
      answer: schema.subscription,
      faults: (body) => [
        ...registrationFaults({ ...body }, judge),
        ...changedPlaceFaults({ ...body }),
        ...delayFaults((body as { retryDelays?: unknown }).retryDelays, '/retryDelays'),
      ],
      handle: (call) => change(call, call.params.id, call.body),
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:id`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Unsubscribe: what waits for the receiver is called off',
      params: schema.idParams,
      status: 204,
      handle: (call) => remove(call, call.params.id),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/rotate-secret`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Make a new secret, or another kind of one; for a while the old one signs as well',
      params: schema.idParams,
      body: schema.rotation,
      answer: schema.rotated,
      idempotent: true,
      handle: (call) => rotate(call, call.params.id, call.body),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/end-previous-secret`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'From now on only the newest secret signs',
      params: schema.idParams,
      answer: Type.Object({ ended: Type.Boolean({ description: 'False: no other one did' }) }),
      handle: (call) => endPrevious(call, call.params.id),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/test`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Send a test event to this receiver only',
      params: schema.idParams,
      answer: schema.tested,
      status: 202,
      idempotent: true,
      handle: (call) => test(call, call.params.id, call.newId()),
    }),
  ]
}
