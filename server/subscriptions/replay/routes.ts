import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import {
  attemptSchema,
  countReplay,
  deliveryPage,
  deliverySchema,
  deliverySettings,
  deliverySpanFields,
  deliverySpanOf,
  deliveryStatusSchema,
  deliveryWithHistory,
  firstOfReplay,
  replayDeliveries,
  type Selection,
} from '#deliveries/index.ts'
import { headsAt, positionBefore, readHead } from '#events/index.ts'
import { instant, uuid } from '#platform/http/answer-fields.ts'
import { pageFields, pageSchema } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, type Fault, invalid, notFound, says } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { disabled } from '../errors.ts'
import { idParams } from '../schemas.ts'
import { findSubscription } from '../store.ts'
import { type Subscription, targetOf } from '../subscription.ts'
import { REPLAY_KIND, type ReplayPayload } from './due.ts'
import { type Missing, missingIn, type Range } from './missing.ts'
import { payload, payloadOf } from './payload.ts'
import { forgetOver, stopReplays } from './progress.ts'
import { beginReplay } from './store.ts'

const PATH = '/api/v1/subscriptions/:id'
const TAG = 'Subscriptions'
/** A count looks at a million positions at most, and then says that it is not complete. */
const MAX_STEPS = 100
/** Deliveries of a count that are shown, so that some can be left out. */
const SHOWN = 100
/** One call by filter puts back this many at most. */
const MAX_REPLAY = 10_000
/** Deliveries a second, unless fewer are asked for. */
const PACE = 200
const DAY_MS = 86_400_000

const deliveryParams = Type.Object({ ...idParams.properties, deliveryId: uuid })

const request = Type.Object({
  deliveryId: Type.Optional(uuid),
  since: Type.Optional(
    Type.String({ format: 'date-time', description: 'All that was received since and not delivered' }),
  ),
  until: Type.Optional(instant),
  filter: Type.Optional(
    Type.Object({
      status: Type.Union([Type.Literal('failed'), Type.Literal('cancelled'), Type.Literal('delivered')]),
      since: Type.Optional(instant),
      until: Type.Optional(instant),
    }),
  ),
  exclude: Type.Optional(Type.Array(uuid, { maxItems: 1_000 })),
  perSecond: Type.Optional(
    Type.Integer({ minimum: 1, maximum: PACE, description: `Deliveries a second (default ${PACE})` }),
  ),
  dryRun: Type.Optional(Type.Boolean({ description: 'Only count' })),
})
type ReplayRequest = Static<typeof request>

const replayed = Type.Object({
  count: Type.Integer(),
  complete: Type.Boolean({ description: 'False: there may be more than was counted' }),
  started: Type.Boolean(),
  since: Type.Optional(
    Type.Unsafe<string>({
      ...instant,
      description:
        'From when on it was looked: not further back than deliveries are kept (CAUCE_DELIVERY_RETENTION_DAYS)',
    }),
  ),
  deliveries: Type.Optional(
    Type.Array(
      Type.Object({
        deliveryId: Type.String(),
        eventId: Type.Optional(Type.String()),
        type: Type.Optional(Type.String()),
        subject: Type.Optional(Type.String()),
        time: instant,
      }),
      { description: `The first ${SHOWN}` },
    ),
  ),
})

/** What is wrong with what a replay shall send. A bound that is not looked at would let more go than was meant. */
function choiceFaults(body: ReplayRequest): Fault[] {
  const faults = exactlyOne(body, ['deliveryId', 'since', 'filter'])
  if (body.until !== undefined && body.since === undefined)
    faults.push({
      path: '/until',
      ...says('goes with since; a filter has an until of its own', 'va con el comienzo; un filtro tiene su propio fin'),
    })
  for (const [at, { since, until }] of [['', body] as const, ['/filter', body.filter ?? {}] as const])
    if (since !== undefined && until !== undefined && Date.parse(until) <= Date.parse(since))
      faults.push({ path: `${at}/until`, ...says('must be after since', 'debe ser posterior al comienzo') })
  if (body.exclude !== undefined && body.deliveryId !== undefined)
    faults.push({
      path: '/exclude',
      ...says('cannot go with deliveryId, which names the only one', 'no va con una sola entrega'),
    })
  return faults
}

export function replayRoutes(runtime: Runtime): Route[] {
  const { clock, database } = runtime
  const keepDays = runtime.settings.of(deliverySettings).CAUCE_DELIVERY_RETENTION_DAYS

  async function known(tx: Tx, tenant: string, id: string): Promise<Subscription> {
    const subscription = await findSubscription(tx, tenant, id, clock.wall())
    if (subscription === undefined) throw notFound('subscription', id)
    return subscription
  }

  const noted = (tx: Tx, by: Actor, what: string, id: string, after: object) =>
    audit(tx, by, { at: clock.wall(), action: `subscription.${what}`, target: `subscription:${id}`, after })

  /** Of a repeat of the same request the first has begun it: false. */
  async function begins(tx: Tx, tenant: string, id: string, begun: Parameters<typeof beginReplay>[2]) {
    await forgetOver(tx, tenant, id)
    return beginReplay(tx, { tenant, subscription: id }, begun, clock.wall())
  }

  /** One delivery, answered or given up, once more under the same id. */
  async function replayOne(tx: Tx, tenant: string, subscription: Subscription, deliveryId: string, dryRun: boolean) {
    const found = await deliveryWithHistory(tx, tenant, deliveryId)
    if (found === undefined || found.target !== targetOf(subscription.id)) throw notFound('delivery', deliveryId)
    if (found.status === 'pending')
      throw conflict(
        `The delivery waits for its next attempt at ${found.nextAttemptAt}.`,
        'La entrega espera su próximo intento.',
      )
    if (!dryRun) await replayDeliveries(tx, tenant, { ids: [deliveryId] }, { limit: 1, spacingMs: 0 }, runtime)
    return { count: 1, complete: true, started: !dryRun, begun: !dryRun }
  }

  async function replayFiltered(
    tx: Tx,
    tenant: string,
    selection: Selection,
    { id, dryRun, spacingMs, key }: { id: string; dryRun: boolean; spacingMs: number; key: string },
  ) {
    const [count, first] = await Promise.all([
      countReplay(tx, tenant, selection),
      firstOfReplay(tx, tenant, selection, SHOWN),
    ])
    const positions = first.flatMap(({ eventPosition }) => (eventPosition === null ? [] : [eventPosition]))
    const events = new Map((await headsAt(tx, positions)).map((event) => [event.position, event]))
    const most = Math.min(count, MAX_REPLAY)
    const begun = !dryRun && (await begins(tx, tenant, id, { id: key, counted: most, putBack: most, walks: false }))
    if (begun) await replayDeliveries(tx, tenant, selection, { limit: most, spacingMs, replay: key }, runtime)
    return {
      count,
      complete: dryRun || count <= MAX_REPLAY,
      started: !dryRun,
      begun,
      deliveries: first.map(({ id, eventId, eventPosition, endedAt }) => {
        const event = events.get(eventPosition ?? 0)
        return {
          deliveryId: id,
          ...(eventId === null ? {} : { eventId }),
          ...(event === undefined ? {} : { type: event.type, subject: event.subject }),
          time: event === undefined ? endedAt.toISOString() : new Date(event.occurredAt).toISOString(),
        }
      }),
    }
  }

  /** What was delivered longer ago than the history is kept would count as missing, and be sent again. */
  const keptSince = (since: string): number => {
    const behind = clock.wall() - clock.wallAt(Date.parse(since)) - keepDays * DAY_MS
    return Date.parse(since) + Math.max(0, Math.ceil(behind * clock.scale))
  }

  /** The range is found as worker: the bisection reads times of positions, whoever's they are, and tells nobody. */
  async function rangeOf(since: number, until: string | undefined): Promise<Range> {
    const after = await positionBefore(database.worker, since)
    const upTo =
      until === undefined ? await readHead(database.worker) : await positionBefore(database.worker, Date.parse(until))
    return { after, upTo }
  }

  async function replayMissing(
    tx: Tx,
    tenant: string,
    subscription: Subscription,
    range: Range,
    body: ReplayRequest,
    how: { spacingMs: number; key: string },
  ) {
    const exclude = body.exclude ?? []
    const found: Missing[] = []
    let count = 0
    let { after } = range
    for (let step = 0; step < MAX_STEPS && after < range.upTo; step++) {
      const { missing, next } = await missingIn(tx, tenant, subscription, { ...range, after }, new Set(exclude))
      count += missing.length
      found.push(...missing.slice(0, SHOWN - found.length))
      after = next
    }
    const dryRun = body.dryRun === true
    const walks = range.after < range.upTo
    const begun =
      !dryRun && (await begins(tx, tenant, subscription.id, { id: how.key, counted: count, putBack: 0, walks }))
    if (begun && walks) {
      const step: ReplayPayload = { ...range, subscription: subscription.id, exclude, spacingMs: how.spacingMs }
      tx.schedule([{ kind: REPLAY_KIND, tenant, key: how.key, dueAt: clock.wall(), payload: step }])
    }
    return {
      count,
      complete: after >= range.upTo,
      started: !dryRun,
      begun,
      deliveries: found.map(({ deliveryId, event }) => ({
        deliveryId,
        eventId: event.id,
        type: event.type,
        subject: event.subject,
        time: new Date(event.occurredAt).toISOString(),
      })),
    }
  }

  /** @param key of a replay that is begun: under the same one it is begun once */
  async function replay(by: Actor, id: string, body: ReplayRequest, key: string) {
    const { tenant } = by.identity
    const { deliveryId, since, until, filter, exclude = [], dryRun = false, perSecond = PACE } = body
    const faults = choiceFaults(body)
    if (faults.length > 0) throw invalid(...faults)
    const spacingMs = 1_000 / perSecond
    const from = since === undefined ? undefined : keptSince(since)
    const range = from === undefined ? undefined : await rangeOf(from, until)
    return database.asTenant(tenant, async (tx) => {
      const subscription = await known(tx, tenant, id)
      if (subscription.status === 'DISABLED' && !dryRun) throw disabled(id)
      const tell = <Answer extends { begun: boolean; count: number }>({ begun, ...answer }: Answer, what: object) => {
        const left = exclude.length === 0 ? {} : { leftOut: exclude.length }
        if (begun) noted(tx, by, 'replayed', id, { ...what, count: answer.count, ...left })
        return answer
      }
      if (range !== undefined && from !== undefined) {
        const looked = new Date(from).toISOString()
        const missing = await replayMissing(tx, tenant, subscription, range, body, { spacingMs, key })
        const what = { what: 'missing', since: looked, ...(until === undefined ? {} : { until }), perSecond }
        return { ...tell(missing, what), since: looked }
      }
      if (deliveryId !== undefined)
        return tell(await replayOne(tx, tenant, subscription, deliveryId, dryRun), { deliveryId })
      const selection: Selection = {
        target: targetOf(id),
        exclude,
        status: filter?.status,
        ...deliverySpanOf(filter ?? {}),
      }
      const { status: what, ...span } = filter ?? {}
      const done = await replayFiltered(tx, tenant, selection, { id, dryRun, spacingMs, key })
      return tell(done, { what, ...span, perSecond })
    })
  }

  async function stop(by: Actor, id: string) {
    const { tenant } = by.identity
    return database.asTenant(tenant, async (tx) => {
      await known(tx, tenant, id)
      const stopped = await stopReplays(tx, tenant, id, runtime)
      if (stopped > 0) noted(tx, by, 'replay-stopped', id, { count: stopped })
      return { stopped }
    })
  }

  return [
    route({
      method: 'GET',
      path: `${PATH}/deliveries`,
      permission: 'deliveries:read',
      tag: TAG,
      summary: "A subscription's deliveries: those that wait, then the ended ones, the latest first",
      params: idParams,
      query: Type.Object({ ...pageFields, status: Type.Optional(deliveryStatusSchema), ...deliverySpanFields }),
      answer: pageSchema(deliverySchema),
      async handle({ identity: { tenant }, params: { id }, query }) {
        await database.asTenant(tenant, (tx) => known(tx, tenant, id))
        const filter = { status: query.status, target: targetOf(id), ...deliverySpanOf(query) }
        return deliveryPage(database, tenant, filter, query.cursor, query.limit ?? 50)
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/deliveries/:deliveryId/attempts`,
      permission: 'deliveries:read',
      tag: TAG,
      summary: 'Each attempt of a delivery: request, answer, latency, next try',
      params: deliveryParams,
      answer: Type.Object({ items: Type.Array(attemptSchema), nextCursor: Type.Null() }),
      handle: ({ identity: { tenant }, params: { id, deliveryId } }) =>
        database.asTenant(tenant, async (tx) => {
          const found = await deliveryWithHistory(tx, tenant, deliveryId)
          if (found === undefined || found.target !== targetOf(id)) throw notFound('delivery', deliveryId)
          return { items: found.history, nextCursor: null }
        }),
    }),
    route({
      method: 'GET',
      path: `${PATH}/deliveries/:deliveryId/payload`,
      // What an event says is for those who may read events.
      permission: 'events:read',
      tag: TAG,
      summary: 'What a delivery sent, byte for byte',
      params: deliveryParams,
      answer: payload,
      handle: ({ identity: { tenant }, params: { id, deliveryId } }) =>
        database.asTenant(tenant, async (tx) => payloadOf(tx, tenant, await known(tx, tenant, id), deliveryId)),
    }),
    route({
      method: 'POST',
      path: `${PATH}/replay`,
      permission: 'deliveries:write',
      tag: TAG,
      summary: 'Send again: one delivery, all that is missing since a time, or by filter',
      description:
        'With `dryRun` it only counts and shows the first deliveries; `exclude` leaves some out. At most `perSecond` go out in a second, also where they had to wait for the receiver, under the same `webhook-id` as before.',
      params: idParams,
      body: request,
      answer: replayed,
      status: 202,
      idempotent: true,
      handle: (call) => replay(call, call.params.id, call.body, call.newId()),
    }),
    route({
      method: 'POST',
      path: `${PATH}/replay/stop`,
      permission: 'deliveries:write',
      tag: TAG,
      summary: 'Stop the replay under way: what was not tried yet is called off',
      description:
        'What is being sent at this moment ends as it may. What had been delivered before stays delivered; the rest can be replayed again.',
      params: idParams,
      answer: Type.Object({ stopped: Type.Integer({ description: 'Deliveries that are not sent' }) }),
      handle: (call) => stop(call, call.params.id),
    }),
  ]
}
