import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import { assertPublicUrl, cancelDeliveries, enqueueDeliveries, newSecret, outgoingHttp } from '#deliveries/index.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Enclosed } from './channels/webhook.ts'
import { disabled } from './errors.ts'
import { CHANNEL } from './plan.ts'
import { backupFaults, type JudgeUrl, registrationFaults, restored } from './registration.ts'
import * as schema from './schemas.ts'
import {
  changeSubscription,
  deleteSubscription,
  findSubscription,
  insertSubscriptions,
  listSubscriptions,
  type NewSubscription,
  rotateSecret,
} from './store.ts'
import { BY_OWNER, contentTypeOf, type Subscription, targetOf, testEvent, viewOf } from './subscription.ts'

const PATH = '/api/v1/subscriptions'
const TAG = 'Subscriptions'
const OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000

/** 32 bytes: as long as the output of the HMAC that they key. */
const freshSecret = () => newSecret(randomBytes(32))

export function subscriptionRoutes(runtime: Runtime): Route[] {
  const { clock, database } = runtime
  const { allow } = outgoingHttp(runtime)
  const judge: JudgeUrl = (url, path) => assertPublicUrl(url, allow, path)
  const withSecret = (subscription: Subscription): NewSubscription => ({
    ...subscription,
    secret: freshSecret(),
    secretId: randomUUID(),
  })

  const noted = (tx: Tx, by: Actor, what: string, id: string, before: unknown, after: unknown) =>
    audit(tx, by, { at: clock.wall(), action: `subscription.${what}`, target: `subscription:${id}`, before, after })

  async function create(by: Actor & { newId(): string }, body: Static<typeof schema.registration>) {
    const faults = registrationFaults(body, judge)
    if (faults.length > 0) throw invalid(...faults)
    const { routingKeyPattern, webhookUrl, format = 'as-received' } = body
    const id = by.newId()
    const subscription: NewSubscription = {
      id,
      routingKeyPattern,
      webhookUrl,
      format,
      status: 'ACTIVE',
      statusReason: null,
      createdAt: clock.now(),
      // Not drawn: the repeat of a keyed request whose answer was lost has to give the same one.
      secret: newSecret(
        createHmac('sha256', await runtime.secret('subscriptions'))
          .update(id)
          .digest(),
      ),
      secretId: randomUUID(),
    }
    const { tenant } = by.identity
    await database.asTenant(tenant, async (tx) => {
      const added = await insertSubscriptions(tx, tenant, [subscription], clock.wall())
      if (added.has(id)) noted(tx, by, 'created', id, undefined, viewOf(subscription))
    })
    return { ...viewOf(subscription), secret: subscription.secret }
  }

  async function importBackup(by: Actor, entries: Static<typeof schema.backup>) {
    const faults = backupFaults(entries, judge)
    if (faults.length > 0) throw invalid(...faults.slice(0, 100))
    const subscriptions = entries.map((entry) => withSecret(restored(entry)))
    const { tenant } = by.identity
    const added = await database.asTenant(tenant, async (tx) => {
      const ids = await insertSubscriptions(tx, tenant, subscriptions, clock.wall())
      for (const subscription of subscriptions) {
        if (ids.has(subscription.id)) noted(tx, by, 'imported', subscription.id, undefined, viewOf(subscription))
      }
      return ids
    })
    return {
      imported: added.size,
      existing: entries.length - added.size,
      subscriptions: subscriptions.filter(({ id }) => added.has(id)).map(({ id, secret }) => ({ id, secret })),
    }
  }

  async function change(by: Actor, id: string, body: Static<typeof schema.change>) {
    const { tenant } = by.identity
    return database.asTenant(tenant, async (tx) => {
      const before = await findSubscription(tx, tenant, id)
      const changed = await changeSubscription(tx, tenant, id, body, BY_OWNER, clock.wall())
      if (changed === undefined) throw notFound('subscription', id)
      // What waited would only be called off one by one when it comes due.
      if (changed.status === 'DISABLED') await cancelDeliveries(tx, tenant, { target: targetOf(id) }, runtime)
      noted(tx, by, 'changed', id, before && viewOf(before), viewOf(changed))
      return viewOf(changed)
    })
  }

  async function remove(by: Actor, id: string) {
    const { tenant } = by.identity
    await database.asTenant(tenant, async (tx) => {
      const before = await findSubscription(tx, tenant, id)
      if (!(await deleteSubscription(tx, tenant, id))) throw notFound('subscription', id)
      noted(tx, by, 'removed', id, before && viewOf(before), undefined)
      await cancelDeliveries(tx, tenant, { target: targetOf(id) }, runtime)
    })
  }

  async function rotate(by: Actor, id: string, overlapHours: number) {
    const { tenant } = by.identity
    const secret = freshSecret()
    const wall = clock.wall()
    const until = wall + overlapHours * HOUR_MS
    const found = await database.asTenant(tenant, async (tx) => {
      const rotated = await rotateSecret(tx, tenant, id, { id: randomUUID(), secret }, wall, until)
      if (rotated) noted(tx, by, 'secret-rotated', id, undefined, { previousValidUntil: new Date(until).toISOString() })
      return rotated
    })
    if (!found) throw notFound('subscription', id)
    return { secret, previousValidUntil: new Date(until).toISOString() }
  }

  async function test(tenant: string, id: string, traceparent: string, deliveryId: string) {
    await database.asTenant(tenant, async (tx) => {
      const subscription = await findSubscription(tx, tenant, id)
      if (subscription === undefined) throw notFound('subscription', id)
      if (subscription.status === 'DISABLED') throw disabled(id)
      const event = testEvent(tenant, id, deliveryId, clock.now())
      const request: Enclosed = { body: event.raw, contentType: contentTypeOf(event, subscription.format) }
      const draft = {
        tenant,
        id: deliveryId,
        channel: CHANNEL,
        target: targetOf(id),
        request,
        traceparent,
        cause: null,
      }
      enqueueDeliveries(tx, [draft], runtime)
    })
    return { deliveryId }
  }

  return [
    route({
      method: 'POST',
      path: PATH,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Register a webhook for the events whose routing key matches a pattern',
      description: 'The answer holds the signing secret; it is not shown again.',
      body: schema.registration,
      answer: schema.created,
      status: 201,
      idempotent: true,
      handle: (call) => create(call, call.body),
    }),
    route({
      method: 'GET',
      path: PATH,
      permission: 'subscriptions:read',
      tag: TAG,
      summary: 'List all subscriptions, the oldest first',
      answer: Type.Array(schema.subscription),
      handle: ({ identity: { tenant } }) =>
        database.asTenant(tenant, async (tx) => (await listSubscriptions(tx, tenant)).map(viewOf)),
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
      handle: (call) => importBackup(call, call.body),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      permission: 'subscriptions:read',
      tag: TAG,
      summary: 'Show a subscription',
      params: schema.idParams,
      answer: schema.subscription,
      handle: ({ identity: { tenant }, params: { id } }) =>
        database.asTenant(tenant, async (tx) => {
          const found = await findSubscription(tx, tenant, id)
          if (found === undefined) throw notFound('subscription', id)
          return viewOf(found)
        }),
    }),
    route({
      method: 'PATCH',
      path: `${PATH}/:id`,
      permission: 'subscriptions:write',
      tag: TAG,
      summary: 'Enable, disable, or choose the form of the body',
      description: 'Disabling calls off what waits for the receiver.',
      params: schema.idParams,
      body: schema.change,
      answer: schema.subscription,
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
      summary: 'Make a new secret; for a while the old one signs as well',
      params: schema.idParams,
      body: schema.rotation,
      answer: schema.rotated,
      idempotent: true,
      handle: (call) => rotate(call, call.params.id, call.body.overlapHours ?? OVERLAP_HOURS),
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
      handle: ({ identity, params, traceparent, newId }) => test(identity.tenant, params.id, traceparent, newId()),
    }),
  ]
}
