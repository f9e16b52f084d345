import { Type } from '@sinclair/typebox'
import { author, encounterAnswer, encounterView, status } from '#conversations/encounters/schema.ts'
import { id, visibleText } from '#conversations/fields.ts'
import { type ConversationFilter, LOOKED_THROUGH, listConversations } from '#conversations/list/store.ts'
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

const place = Type.Object({
  at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$' }),
  id: Type.String({ minLength: 1, maxLength: 255 }),
})

/** Conversations as those see them who attend them. */
export function conversationRoutes({ clock, database }: Runtime): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/conversations',
      permission: 'conversations:read',
      summary: 'Conversations, the newest first, with person, queue and last word',
      description: `Words (\`q\`) are looked for in the person's name, in ids and in what was said, large or small, with accents or without. A page looks through ${LOOKED_THROUGH} conversations for them; where it found less than a page it still has a cursor, which looks further back.`,
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
        q: Type.Optional(visibleText(100)),
      }),
      answer: pageSchema(listed),
      handle: async ({ identity: { tenant }, query }) => {
        const { limit = 50, cursor, ...filter } = query
        const before = readCursor(cursor, place)
        const { rows, next, rules } = await database.asTenant(tenant, async (tx) => {
          const found = await listConversations(tx, tenant, filter as ConversationFilter, limit, before)
          const keys = found.rows.map(({ encounter }) => ({ tenant, encounterId: encounter.id }))
          return { ...found, rules: await rulesOf(tx, keys, []) }
        })
        return {
          items: rows.map(({ encounter, contactName, queueName, brand, service, lastMessage }) => ({
            ...encounterView(encounter, rules.of(tenant, encounter.queueId), clock.now()),
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
