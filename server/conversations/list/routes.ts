import { Type } from '@sinclair/typebox'
import { findContacts } from '#conversations/contacts/store.ts'
import { author, encounterAnswer, encounterView, status } from '#conversations/encounters/schema.ts'
import { id, visibleText } from '#conversations/fields.ts'
import { type ConversationFilter, LOOKED_THROUGH, listConversations, MOST_PEOPLE } from '#conversations/list/store.ts'
import { rulesOf } from '#conversations/queues/store.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { pageFields, pageSchema, readCursor, writeCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'

const text = orNull(Type.String())
const moment = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))
const handling = Type.Union([
  Type.Literal('queued'),
  Type.Literal('assigned'),
  Type.Literal('bot'),
  Type.Literal('snoozed'),
])

const listed = Type.Composite(
  [
    encounterAnswer,
    Type.Object({
      contactName: text,
      queueName: text,
      service: text,
      lastMessage: orNull(Type.Object({ from: author, text: Type.String(), createdAt: Type.String() })),
    }),
  ],
  { title: 'Conversation', description: 'An encounter with what people know it by; the last word may be cut off' },
)

const placeFields = {
  at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$' }),
  id: Type.String({ maxLength: 255 }),
}
const place = Type.Object({ ...placeFields, of: Type.Optional(Type.Literal('people')) })
/** In another order: the place of one means nothing in the other. */
const waitingPlace = Type.Object({ ...placeFields, of: Type.Literal('waiting') })

/** Conversations as those see them who attend them. */
export function conversationRoutes({ clock, database }: Runtime): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/conversations',
      permission: 'conversations:read',
      summary: 'Conversations, the newest first, with person, queue and last word',
      description: `Words (\`q\`) are looked for large or small, with accents or without. First come all conversations of the people who have them in their name or id; then, the newest first as well, those in which they were said or whose id has them. For these a page looks through ${LOOKED_THROUGH} conversations; where it found less than a page it still has a cursor, which looks further back. Words that more than ${MOST_PEOPLE} people have are looked for among conversations alone.`,
      tag: 'Encounters',
      query: Type.Object({
        ...pageFields,
        queueId: Type.Optional(id),
        contactId: Type.Optional(id),
        status: Type.Optional(status),
        handling: Type.Optional(handling),
        user: Type.Optional(id),
        team: Type.Optional(id),
        brand: Type.Optional(id),
        service: Type.Optional(id),
        channel: Type.Optional(id),
        tag: Type.Optional(id),
        from: moment('Opened at or after'),
        to: moment('Opened before'),
        waitsFor: Type.Optional(
          Type.Literal('us', {
            description:
              'Those that wait for our answer, open or warned, as their `waitsFor` says; the longest first (`unansweredSince`), also among those in which words were found',
          }),
        ),
        q: Type.Optional(visibleText(100)),
      }),
      answer: pageSchema(listed),
      handle: async ({ identity: { tenant }, query }) => {
        const { limit = 50, cursor, ...filter } = query
        const { q, waitsFor } = filter
        const before = readCursor(cursor, waitsFor === undefined ? place : waitingPlace)
        const now = clock.now()
        const people =
          q === undefined
            ? []
            : await findContacts(database.worker, tenant, q, { within: 'name', limit: MOST_PEOPLE + 1 })
        const { rows, next, rules } = await database.asTenant(tenant, async (tx) => {
          const found = await listConversations(tx, tenant, filter as ConversationFilter, limit, before, people, now)
          const keys = found.rows.map(({ encounter }) => ({ tenant, encounterId: encounter.id }))
          return { ...found, rules: await rulesOf(tx, keys, []) }
        })
        return {
          items: rows.map(({ encounter, contactName, queueName, brand, service, lastMessage }) => ({
            ...encounterView(encounter, rules.of(tenant, encounter.queueId), now),
            brandId: brand,
            contactName,
            queueName,
            service,
            lastMessage: lastMessage && {
              from: lastMessage.from,
              text: lastMessage.text,
              createdAt: new Date(lastMessage.at).toISOString(),
            },
          })),
          nextCursor: next === null ? null : writeCursor(next),
        }
      },
    }),
  ]
}
