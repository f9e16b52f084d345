import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { shortestMinutes } from '#conversations/encounters/silence.ts'
import { textsStale } from '#conversations/errors.ts'
import { id, locale, optional, plainText, textOf } from '#conversations/fields.ts'
import type { Queue } from '#conversations/queues/queue.ts'
import { readQueue, readTexts, replaceTexts } from '#conversations/queues/store.ts'
import {
  type ConversationText,
  differences,
  readings,
  repeatedTexts,
  type TextMoment,
  type TextPlace,
} from '#conversations/queues/texts.ts'
import { oneOf, orNull } from '#platform/http/answer-fields.ts'
import { namesTag } from '#platform/http/entity-tag.ts'
import { type Route, route } from '#platform/http/route.ts'
import { hashId } from '#platform/ids.ts'
import { invalid } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const tag = 'Queues'
const moment = Type.Union([Type.Literal('warning'), Type.Literal('closing')])
const scope = { brand: textOf(255), product: textOf(255), queue: id, service: textOf(255) }

const item = Type.Object({
  on: moment,
  locale,
  text: plainText,
  brand: Type.Optional(scope.brand),
  product: Type.Optional(scope.product),
  queue: Type.Optional(scope.queue),
  service: Type.Optional(scope.service),
})
const MAX_ITEMS = 1_000
const textsBody = Type.Object({ items: Type.Array(item, { maxItems: MAX_ITEMS }) })

const readBody = Type.Object({
  on: moment,
  locale: optional(locale),
  queue: optional(scope.queue),
  brand: optional(scope.brand),
  product: optional(scope.product),
  service: optional(scope.service),
  items: Type.Optional(
    Type.Array(item, { maxItems: MAX_ITEMS, description: 'Texts to try; absent: those that are kept' }),
  ),
})
const readAnswer = Type.Object({
  place: Type.Object(
    {
      queue: orNull(Type.String()),
      brand: orNull(Type.String()),
      product: orNull(Type.String()),
      service: orNull(Type.String()),
      locale: orNull(Type.String()),
    },
    { description: 'What counted: what was asked, and of a queue that is known what it belongs to' },
  ),
  readings: Type.Array(
    Type.Object({
      from: oneOf(['queue', 'texts', 'builtIn'], {
        description: "The queue's own `warningTexts`, one of these texts, or one that Cauce brings",
      }),
      item: Type.Optional(Type.Integer({ description: 'Where it stands among the texts' })),
      locale: Type.String(),
      text: Type.String(),
    }),
    { description: 'The first is read; each other one would be if those before it were not there' },
  ),
})

/** The entity tag of a list of texts. */
const tagOf = (texts: readonly ConversationText[]): string => `"${hashId('texts', JSON.stringify(texts))}"`

/** Whether a close follows that the warning may speak of. A closing text without words of its own is about a silence. */
const isBySilence = (on: TextMoment, queue: Queue | null): boolean =>
  on === 'closing' || (queue?.closeInactive === true && shortestMinutes(queue, 'closeMin') !== null)

/**
 * What the platform writes into conversations by itself.
 * @param house.locale for whose language is not known, or has no text
 */
export function textRoutes({ clock, database }: Runtime, house: { locale: string }): Route[] {
  return [
    route({
      method: 'PUT',
      path: '/api/v1/conversation-texts',
      permission: 'queues:write',
      summary: 'Replace the warning and closing texts by brand, product, queue and service',
      description:
        'With If-Match, texts that somebody else changed meanwhile are not overwritten: 409 with the difference.',
      tag,
      body: textsBody,
      answer: textsBody,
      refuses: [409],
      handle: async (call) => {
        const { identity, body, request, reply } = call
        const { tenant } = identity
        const after = body.items as ConversationText[]
        const repeated = repeatedTexts(after)
        if (repeated.length > 0) {
          const message = (first: number) => `is for the same moment, language and place as /items/${first}`
          throw invalid(...repeated.map(({ index, first }) => ({ path: `/items/${index}`, message: message(first) })))
        }
        const wanted = request.headers['if-match'] ?? '*'
        return database.asTenant(tenant, async (tx) => {
          const before = await readTexts(tx, tenant)
          const isAny = wanted.trim() === '*'
          const isBased = namesTag(wanted, tagOf(before))
          if (!isBased || !(await replaceTexts(tx, tenant, { before: isAny ? null : before, after }, clock.now()))) {
            throw textsStale(differences(after, await readTexts(tx, tenant)))
          }
          audit(tx, call, {
            at: clock.wall(),
            action: 'conversation-texts.changed',
            target: 'conversation-texts',
            before: { items: before },
            after: body,
          })
          // As it will be read: what is stored is in an order of its own.
          reply.header('etag', tagOf(await readTexts(tx, tenant)))
          return body
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/conversation-texts',
      permission: 'queues:read',
      summary: 'The warning and closing texts; the ETag is for If-Match',
      tag,
      answer: textsBody,
      handle: async ({ identity: { tenant }, reply }) => {
        const texts = await database.asTenant(tenant, (tx) => readTexts(tx, tenant))
        reply.header('etag', tagOf(texts))
        return { items: texts }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/conversation-texts/read',
      permission: 'queues:read',
      summary: 'Which text a person would read in a place, and which ones if it were not there',
      description:
        'Changes nothing. A queue that is named brings its brand, product and service, unless others are named.',
      tag,
      body: readBody,
      answer: readAnswer,
      handle: ({ identity: { tenant }, body }) =>
        database.asTenant(tenant, async (tx) => {
          const { on, locale = null } = body
          const queue = body.queue == null ? null : await readQueue(tx, tenant, body.queue)
          const texts = (body.items as ConversationText[] | undefined) ?? (await readTexts(tx, tenant))
          const place: TextPlace = {
            queue: body.queue ?? null,
            brand: body.brand ?? queue?.brand ?? null,
            product: body.product ?? queue?.product ?? null,
            service: body.service ?? queue?.service ?? null,
            locale,
            bySilence: isBySilence(on, queue),
          }
          const { bySilence: _, ...shown } = place
          return { place: shown, readings: [...readings(on, place, texts, queue?.warningTexts ?? {}, house.locale)] }
        }),
    }),
  ]
}
