import { type Static, Type } from '@sinclair/typebox'
import { isTimeZone } from '#conversations/calendars/zone.ts'
import { addressFaults } from '#conversations/contacts/addresses.ts'
import type { Contact } from '#conversations/contacts/contact.ts'
import { findContacts, listContacts, readContact, readContacts, saveContact } from '#conversations/contacts/store.ts'
import { peopleBehind } from '#conversations/context/store.ts'
import {
  freeObject,
  id,
  idCursor,
  idParams,
  keepable,
  locale,
  optional,
  textOf,
  visibleText,
} from '#conversations/fields.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { assertKnown, tagOf } from '#platform/http/entity-tag.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const tag = 'Contacts'
/** As many as a page of events shows, and more. */
const MOST_BEHIND = 200
const body = Type.Object({
  name: optional(textOf(500, 0)),
  locale: optional(locale),
  timeZone: optional(textOf(100)),
  addresses: Type.Optional(freeObject),
  attributes: Type.Optional(freeObject),
})
const answer = Type.Object(
  {
    id,
    name: orNull(Type.String()),
    locale: orNull(Type.String()),
    timeZone: orNull(Type.String()),
    addresses: freeObject,
    attributes: freeObject,
  },
  { title: 'Contact' },
)

const viewOf = ({ id, name, locale, timeZone, addresses, attributes }: Contact) => ({
  id,
  name,
  locale,
  timeZone,
  addresses,
  attributes,
})

/** People: name, language, zone, and where they are reached. */
export function contactRoutes({ clock, database }: Runtime): Route[] {
  const put = async (tenant: string, contactId: string, given: Static<typeof body>, ifMatch: string | undefined) => {
    const addresses = keepable(given.addresses ?? {}, '/addresses')
    const faults = addressFaults(addresses, '/addresses')
    if (given.timeZone != null && !isTimeZone(given.timeZone)) {
      faults.push({
        path: '/timeZone',
        ...says('is not an IANA time zone such as America/Santiago', 'no es una zona horaria, como America/Santiago'),
      })
    }
    if (faults.length > 0) throw invalid(...faults)
    const contact: Contact = {
      tenant,
      id: contactId,
      // Of a name of spaces nothing could be shown, nor followed.
      name: given.name?.trim() || null,
      locale: given.locale ?? null,
      timeZone: given.timeZone ?? null,
      addresses,
      attributes: keepable(given.attributes ?? {}, '/attributes'),
      bare: false,
      version: 1,
    }
    await database.asTenant(tenant, async (tx) => {
      if (ifMatch !== undefined) {
        const before = await readContact(tx, tenant, contactId, 'for no key update')
        assertKnown(ifMatch, 'contact', before && viewOf(before))
      }
      await saveContact(tx, contact, clock.now())
    })
    return viewOf(contact)
  }
  return [
    route({
      method: 'PUT',
      path: '/api/v1/contacts/:id',
      permission: 'conversations:write',
      summary: 'Make or replace a contact',
      description: 'With If-Match, a contact that somebody else changed meanwhile is not overwritten: 409.',
      tag,
      params: idParams,
      body,
      answer,
      refuses: [409],
      handle: async ({ identity, params, body, request, reply }) => {
        const saved = await put(identity.tenant, params.id, body, request.headers['if-match'])
        reply.header('etag', tagOf('contact', saved))
        return saved
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/contacts/:id',
      permission: 'conversations:read',
      summary: 'A contact; the ETag is for If-Match',
      tag,
      params: idParams,
      answer,
      handle: async ({ identity: { tenant }, params, reply }) => {
        const contact = await database.asTenant(tenant, (tx) => readContact(tx, tenant, params.id))
        if (contact === null) throw notFound('contact', params.id)
        const shown = viewOf(contact)
        reply.header('etag', tagOf('contact', shown))
        return shown
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/contacts/behind',
      permission: 'conversations:read',
      summary: 'Who stands behind ids of conversations, or of contacts themselves',
      description: 'For names beside what events tell of. Ids of neither are left out; nothing is stored.',
      tag,
      body: Type.Object({ subjects: Type.Array(textOf(1_024), { maxItems: MOST_BEHIND }) }),
      answer: Type.Object({
        items: Type.Array(
          Type.Object({ subject: Type.String(), id, name: orNull(Type.String()) }, { title: 'PersonBehind' }),
        ),
        nextCursor: Type.Null(),
      }),
      handle: async ({ identity: { tenant }, body: { subjects } }) => {
        const people = await database.asTenant(tenant, (tx) => peopleBehind(tx, tenant, subjects))
        return { items: [...people].map(([subject, { id, name }]) => ({ subject, id, name })), nextCursor: null }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/contacts',
      permission: 'conversations:read',
      summary: 'Contacts by id',
      tag,
      query: Type.Object({
        ...pageFields,
        q: Type.Optional({
          ...visibleText(100),
          description: 'Words in the name, the id or an address; large or small, with accents or without',
        }),
      }),
      answer: pageSchema(answer),
      handle: async ({ identity: { tenant }, query }) => {
        const limit = query.limit as number
        const after = readCursor(query.cursor, idCursor) ?? ''
        const { q } = query
        const ids =
          q === undefined
            ? null
            : await findContacts(database.worker, tenant, q, { within: 'all', limit: limit + 1, after })
        const found = await database.asTenant(tenant, (tx) =>
          ids === null ? listContacts(tx, tenant, limit, after) : readContacts(tx, tenant, ids, limit),
        )
        const page = pageFrom(found, (last) => last.id)
        return { ...page, items: page.items.map(viewOf) }
      },
    }),
  ]
}
