import { Type } from '@sinclair/typebox'
import { uuid, uuidParams } from '#platform/http/answer-fields.ts'
import { pageFields, pageSchema } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Dispatcher } from '../dispatcher.ts'
import { deliveryPage, deliveryWithHistory } from './lookup.ts'
import { countReplay, findDelivery, hasten, replay, type Selection } from './store.ts'
import { delivery, deliveryWithAttempts, spanFields, spanOf, status } from './view.ts'

const TAG = 'Deliveries'
const PATH = '/api/v1/deliveries'
/** One call replays this many at most, spread so that a receiver gets no flood: 200 a second. */
const REPLAY_LIMIT = 10_000
const REPLAY_SPACING_MS = 5
const MAX_IDS = 1_000

const ended = Type.Union([Type.Literal('failed'), Type.Literal('delivered'), Type.Literal('cancelled')])

export function deliveryRoutes(runtime: Pick<Runtime, 'database' | 'clock'>, dispatcher: Dispatcher): Route[] {
  const { database, clock } = runtime

  async function again(tenant: string, selection: Selection, spacingMs: number) {
    const now = clock.wall()
    const targets = await database.asTenant(tenant, (tx) =>
      replay(tx, tenant, selection, { now, limit: REPLAY_LIMIT, spacingMs }),
    )
    dispatcher.wake(tenant, targets)
    return targets.length
  }

  async function retry(tenant: string, id: string): Promise<void> {
    const waiting = await database.asTenant(tenant, (tx) => hasten(tx, tenant, id, clock.wall()))
    if (waiting !== undefined) {
      dispatcher.probe({ tenant, target: waiting.target })
      return
    }
    const found = await database.asTenant(tenant, (tx) => findDelivery(tx, tenant, id))
    if (found === undefined) throw notFound('delivery', id)
    if ((await again(tenant, { ids: [id] }, 0)) === 0) {
      throw invalid({
        path: '/id',
        ...says(
          'is of a delivery that was answered; it is not repeated',
          'es de una entrega que ya se respondió; no se repite',
        ),
      })
    }
    dispatcher.probe({ tenant, target: found.target })
  }

  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'deliveries:read',
      tag: TAG,
      summary: 'List deliveries: those that wait by due time, then the ended ones, the latest first',
      description: 'Dead letters are `status=failed`.',
      query: Type.Object({
        ...pageFields,
        status: Type.Optional(status),
        subscription: Type.Optional(Type.String({ maxLength: 255, description: 'Id of a subscription' })),
        target: Type.Optional(Type.String({ maxLength: 300 })),
        channel: Type.Optional(Type.String({ maxLength: 50 })),
        eventId: Type.Optional(Type.String({ maxLength: 255 })),
        ...spanFields,
      }),
      answer: pageSchema(delivery),
      handle: ({ identity: { tenant }, query }) => {
        const target = query.subscription === undefined ? query.target : `subscription:${query.subscription}`
        const { status: wanted, channel, eventId } = query
        const filter = { status: wanted, target, channel, eventId, ...spanOf(query) }
        return deliveryPage(database, tenant, filter, query.cursor, query.limit ?? 50)
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      permission: 'deliveries:read',
      tag: TAG,
      summary: 'Show a delivery with each attempt: request, answer, latency, next try',
      params: uuidParams,
      answer: deliveryWithAttempts,
      handle: ({ identity: { tenant }, params: { id } }) =>
        database.asTenant(tenant, async (tx) => {
          const found = await deliveryWithHistory(tx, tenant, id)
          if (found === undefined) throw notFound('delivery', id)
          return found
        }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/retry`,
      permission: 'deliveries:write',
      tag: TAG,
      summary: 'Attempt a delivery now: one that waits at once, one that has ended once more under the same id',
      params: uuidParams,
      answer: Type.Object({ id: Type.String() }),
      status: 202,
      idempotent: true,
      async handle({ identity: { tenant }, params: { id } }) {
        await retry(tenant, id)
        return { id }
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/replay`,
      permission: 'deliveries:write',
      tag: TAG,
      summary: 'Repeat ended deliveries by id or by filter; `dryRun` only counts them',
      description: `Without ids: the failed ones unless \`status\` says otherwise. At most ${REPLAY_LIMIT} a call, the oldest first, 200 a second; \`remaining\` says how many are left for another call.`,
      body: Type.Object({
        ids: Type.Optional(Type.Array(uuid, { minItems: 1, maxItems: MAX_IDS })),
        subscription: Type.Optional(Type.String({ maxLength: 255 })),
        target: Type.Optional(Type.String({ maxLength: 300 })),
        channel: Type.Optional(Type.String({ maxLength: 50 })),
        status: Type.Optional(ended),
        ...spanFields,
        exclude: Type.Optional(Type.Array(uuid, { maxItems: MAX_IDS })),
        dryRun: Type.Optional(Type.Boolean()),
      }),
      answer: Type.Object({ count: Type.Integer(), replayed: Type.Integer(), remaining: Type.Integer() }),
      status: 202,
      idempotent: true,
      async handle({ identity: { tenant }, body }) {
        const { ids, exclude, channel } = body
        if (ids === undefined && body.subscription === undefined && body.target === undefined && !body.since) {
          throw invalid({
            path: '/ids',
            ...says(
              'is missing: ids, subscription, target or since is needed',
              'falta: di cuáles, de qué suscripción o destino, o desde cuándo',
            ),
          })
        }
        const selection: Selection = {
          ...spanOf(body),
          ids,
          exclude,
          channel,
          target: body.subscription === undefined ? body.target : `subscription:${body.subscription}`,
          status: body.status ?? (ids === undefined ? 'failed' : undefined),
        }
        const count = await database.asTenant(tenant, (tx) => countReplay(tx, tenant, selection))
        const replayed = body.dryRun === true ? 0 : await again(tenant, selection, REPLAY_SPACING_MS)
        return { count, replayed, remaining: Math.max(0, count - replayed) }
      },
    }),
  ]
}
