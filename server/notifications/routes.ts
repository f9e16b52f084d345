import { Type } from '@sinclair/typebox'
import { usersByIds } from '#access/index.ts'
import { contextKeyOf, loadContexts } from '#conversations/index.ts'
import { cancelDeliveries } from '#deliveries/index.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Call, type Identity, type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { CONFLICT_SQLSTATE, type Db } from '#platform/work.ts'
import * as answers from './answers.ts'
import { runsBehind, stepBehind } from './askers.ts'
import { ID, type Named, type NotificationBody, notificationBody, pushBody, requestOf } from './command.ts'
import { findNotification, type ListedNotification, listNotifications } from './log.ts'
import { deliveryIdOf, type OpenNotifier, queuedIds, SEND_KIND } from './notifier.ts'
import { byTime, timeCursor } from './paging.ts'
import { namesOf } from './people.ts'
import { planCancelled } from './plan.ts'
import { CHANNELS } from './request.ts'
import { lockOpen, ownKey } from './store.ts'

/** Rounds against others who write the same dedupe key: the second one finds the winner's row. */
const TRIES = 5

export function notificationRoutes(runtime: Runtime, notifier: OpenNotifier): Route[] {
  const { database, clock } = runtime

  /** A repeat under the same key has the same id, and what is written under it already is not written again. */
  async function send(
    { identity, traceparent, newId }: Call<unknown, unknown, unknown>,
    body: NotificationBody,
    textsAt: '/content' | '' = '/content',
  ) {
    const { tenant, actor } = identity
    const id = newId()
    for (let attempt = 1; ; attempt++) {
      try {
        return await database.asTenant(tenant, async (tx) => {
          const now = clock.now()
          const named = await namedIn(tx, tenant, body, notifier)
          const { request, faults } = requestOf(body, named, { tenant, id, traceparent, cause: actor, textsAt }, now)
          if (request === undefined) throw invalid(...faults)
          // Most meet nobody, and what will wait or be dropped under a cap hinders nobody: only who met others waits for them.
          const planned = await notifier.plan(tx, [request], now, attempt === 1 ? undefined : 'for update')
          const holder = planned.holders.get(ownKey(tenant, id))
          if (holder) return { notificationId: holder, duplicate: true }
          notifier.notify(tx, planned)
          return { notificationId: id }
        })
      } catch (error) {
        if ((error as { code?: string }).code !== CONFLICT_SQLSTATE || attempt === TRIES) throw error
      }
    }
  }

  return [
    route({
      method: 'POST',
      path: '/api/v1/notifications',
      permission: 'notifications:write',
      tag: 'Notifications',
      summary: 'Tell a person something, on the first channel that reaches them',
      body: notificationBody,
      answer: answers.acceptedAnswer,
      status: 202,
      idempotent: true,
      handle: (call) => send(call, call.body),
    }),
    route({
      method: 'POST',
      path: '/api/v1/push',
      permission: 'notifications:write',
      tag: 'Notifications',
      summary: 'Send a push with a link back into the conversation',
      body: pushBody,
      answer: answers.acceptedAnswer,
      status: 202,
      idempotent: true,
      handle: (call) => {
        const { to, title, body, format, deepLink, data } = call.body
        const content = {
          body,
          ...(title === undefined ? {} : { title }),
          ...(format === undefined ? {} : { format }),
        }
        const asked: NotificationBody = {
          to,
          content,
          channels: ['push'],
          ...(deepLink === undefined ? {} : { deepLink }),
          ...(data === undefined ? {} : { data }),
        }
        return send(call, asked, '')
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/notifications',
      permission: 'notifications:read',
      tag: 'Notifications',
      summary: 'List notifications, the newest first',
      query: Type.Object({
        ...pageFields,
        status: Type.Optional(Type.Union(answers.STATUSES.map((status) => Type.Literal(status)))),
        contactId: Type.Optional(ID),
        userId: Type.Optional(ID),
        conversation: Type.Optional({ ...ID, description: 'Id of the conversation that they are about' }),
        template: Type.Optional(ID),
        channel: Type.Optional(Type.Union(CHANNELS.map((channel) => Type.Literal(channel)))),
        category: Type.Optional(ID),
        from: Type.Optional(Type.String({ format: 'date-time', description: 'Asked for at or after' })),
        to: Type.Optional(Type.String({ format: 'date-time', description: 'Asked for before' })),
      }),
      answer: pageSchema(answers.notificationAnswer),
      async handle({ identity, query }) {
        const { limit = 50, cursor, ...filter } = query
        const before = readCursor(cursor, timeCursor)
        const { tenant } = identity
        const { found, names, runs } = await database.asTenant(tenant, async (tx) => {
          const queued = filter.status === 'queued' ? await queuedIds(tx, tenant) : undefined
          const found = await listNotifications(tx, tenant, { ...filter, before, limit }, queued)
          const causes = mayReadFlows(identity) ? found.rows.map(({ cause }) => cause) : []
          const [names, runs] = await Promise.all([
            namesOf(tx, tenant, found.rows),
            runsBehind(runtime, tx, tenant, causes),
          ])
          return { found, names, runs }
        })
        const page = pageFrom(found, byTime)
        return {
          ...page,
          items: page.items.map((row) => ({ ...shown(row, names(row)), askedBy: runs.get(row.cause) ?? null })),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/notifications/:id',
      permission: 'notifications:read',
      tag: 'Notifications',
      summary: 'One notification with what was said and each change of its state',
      params: uuidParams,
      answer: answers.notificationWithStates,
      async handle({ identity, params }) {
        const { tenant } = identity
        const { row, names, askedBy } = await database.asTenant(tenant, async (tx) => {
          const row = await findNotification(tx, tenant, params.id)
          const causes = row !== undefined && mayReadFlows(identity) ? [row.cause] : []
          const [run] = (await runsBehind(runtime, tx, tenant, causes)).values()
          const askedBy =
            run === undefined ? null : { ...run, step: await stepBehind(runtime, tx, tenant, run.runId, params.id) }
          return { row, names: await namesOf(tx, tenant, row === undefined ? [] : [row]), askedBy }
        })
        if (row === undefined) throw notFound('notification', params.id)
        return {
          ...shown(row, names(row)),
          askedBy,
          html: row.payload?.html ?? null,
          states: row.states.map(({ at, status, channel, address, reason, payload, templateVersion }) => ({
            at: new Date(at).toISOString(),
            status,
            channel,
            address: address ?? null,
            reason: reason ?? null,
            payload: payload ?? null,
            templateVersion: templateVersion ?? null,
          })),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/notifications/:id/cancel',
      permission: 'notifications:write',
      tag: 'Notifications',
      summary: 'Call off a notification that was not handed over yet',
      params: uuidParams,
      answer: answers.calledOffAnswer,
      refuses: [409],
      async handle({ identity, params }) {
        const { tenant, actor } = identity
        return database.asTenant(tenant, async (tx) => {
          const [open] = await lockOpen(tx, [{ tenant, id: params.id }])
          if (open === undefined || open.status === 'failed') {
            const row = await findNotification(tx, tenant, params.id)
            throw row === undefined
              ? notFound('notification', params.id)
              : conflict(`The notification is ${row.status} already.`, 'El aviso ya no espera.')
          }
          const now = clock.now()
          const facts = (await notifier.factsOf(tx, [open.request], 'for update')).get(ownKey(tenant, open.request.id))
          const plan = planCancelled(open, facts, `called off by ${actor}`, now)
          notifier.write(tx, [plan], [open.request], 'locked', now)
          tx.unschedule(SEND_KIND, tenant, [open.id])
          if (open.channel !== null) {
            await cancelDeliveries(tx, tenant, { ids: [deliveryIdOf(tenant, open.id, open.channel)] }, runtime)
          }
          return { id: open.id, status: plan.row.status }
        })
      },
    }),
  ]
}

/** Looks up what a command names: person, encounter and template. */
async function namedIn(db: Db, tenant: string, body: NotificationBody, notifier: OpenNotifier): Promise<Named> {
  const { to, deepLink, template } = body
  const contactId = typeof to === 'string' ? to : 'contactId' in to ? to.contactId : null
  const userId = typeof to === 'object' && 'userId' in to ? to.userId : null
  const encounterId = typeof deepLink === 'object' ? deepLink.encounterId : null
  const contact = { tenant, contactId }
  const encounter = { tenant, encounterId }
  const [contexts, users, templates] = await Promise.all([
    loadContexts(db, [contact, encounter]),
    userId === null ? [] : usersByIds(db, [{ tenant, id: userId }]),
    template === undefined ? null : notifier.templates(db, tenant),
  ])
  const known = encounterId === null ? undefined : contexts.get(contextKeyOf(encounter))?.encounter
  return {
    isContact: contactId !== null && contexts.get(contextKeyOf(contact))?.contact != null,
    isUser: users.length > 0,
    encounter: encounterId === null ? undefined : (known?.status ?? null),
    encounterOf: known?.contactId ?? null,
    templateChannels: template === undefined ? undefined : templates?.get(template),
  }
}

const mayReadFlows = ({ permissions }: Identity): boolean => permissions.has('flows:read')

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

const shown = (row: ListedNotification, receiverName: string | null) => ({
  id: row.id,
  to:
    row.user_kind === null
      ? { address: row.address }
      : row.user_kind === 'contact'
        ? { contactId: row.user_id }
        : { userId: row.user_id },
  receiverName,
  channel: row.channel,
  address: row.address,
  template: row.template,
  templateVersion: row.template_version,
  locale: row.locale,
  title: row.payload?.title ?? null,
  body: row.payload?.body ?? null,
  link: row.payload?.link ?? null,
  data: row.payload?.data ?? null,
  category: row.category,
  status: row.status,
  reason: row.reason,
  dedupeKey: row.dedupe_key,
  cause: row.cause,
  encounterId: row.encounter_id,
  sendAt: iso(row.send_at),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  readAt: iso(row.read_at),
})
