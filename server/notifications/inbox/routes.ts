import { Type } from '@sinclair/typebox'
import { pageFields, pageFrom, readCursor } from '#platform/http/page.ts'
import { type Identity, type Route, route } from '#platform/http/route.ts'
import { Problem } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import type { Runtime } from '#platform/service.ts'
import { inboxAnswer, readAnswer } from '../answers.ts'
import { byTime, timeCursor } from '../paging.ts'
import { countUnread, type InboxOwner, markRead, readInbox } from './store.ts'

/** The inbox is a person's: a key that stands for a program has none. */
function ownerOf({ tenant, person }: Identity): InboxOwner {
  if (person === null) {
    throw new Problem(403, 'notifications/no-person', 'This credential stands for no person, so it has no inbox.')
  }
  return { tenant, ...person }
}

export function inboxRoutes({ database, clock }: Runtime): Route[] {
  return [
    route({
      method: 'GET',
      path: '/notifications/me',
      permission: 'self',
      tag: 'Inbox',
      summary: 'My messages, the newest first, and how many are unread',
      query: Type.Object(pageFields),
      answer: inboxAnswer,
      async handle({ identity, query }) {
        const owner = ownerOf(identity)
        const limit = query.limit ?? 50
        const before = readCursor(query.cursor, timeCursor)
        const [found, unread] = await database.asTenant(owner.tenant, (tx) =>
          Promise.all([readInbox(tx, owner, { before, limit }), countUnread(tx, owner)]),
        )
        const page = pageFrom(found, byTime)
        return {
          items: page.items.map(({ id, template, payload, created_at, read_at }) => ({
            id,
            template,
            title: payload.title,
            body: payload.body,
            data: { ...(payload.data as object), ...(payload.link === null ? {} : { link: payload.link }) },
            status: read_at === null ? 'unread' : 'read',
            createdAt: created_at.toISOString(),
            readAt: read_at?.toISOString() ?? null,
          })),
          unread,
          nextCursor: page.nextCursor,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/notifications/read',
      permission: 'self',
      tag: 'Inbox',
      summary: 'Mark messages of mine as read',
      description: 'Exactly one of `ids` and `all`.',
      body: Type.Object({
        ids: Type.Optional(Type.Array(Type.String({ format: 'uuid' }), { minItems: 1, maxItems: 1_000 })),
        all: Type.Optional(Type.Literal(true)),
      }),
      faults: (body) => exactlyOne(body, ['ids', 'all']),
      answer: readAnswer,
      async handle({ identity, body }) {
        const owner = ownerOf(identity)
        return {
          read: await database.asTenant(owner.tenant, (tx) => markRead(tx, owner, body.ids ?? null, clock.now())),
        }
      },
    }),
  ]
}
