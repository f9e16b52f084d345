import { type Static, Type } from '@sinclair/typebox'
import { isEmail } from '#platform/email-address.ts'
import type { Json } from '#platform/event.ts'
import { type Fault, says } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import { isStorableJson } from '#platform/storable.ts'
import { notTheirs, opensSomething, type Person } from './gate.ts'
import { CHANNELS, type NotifyRequest } from './request.ts'
import { compileTexts } from './templates/template.ts'

/** Ids and addresses stand in paths, headers and logs: no control characters. */
const VISIBLE = '^[^\\u0000-\\u001f\\u007f\\p{Cs}]+$'
export const ID = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: VISIBLE,
  description: 'Without control characters',
})
const KEY = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,79}$', description: 'For example `come-back`' })

const deepLinkSchema = Type.Union([
  Type.Object(
    { encounterId: ID },
    { description: 'A signed link to this conversation: for its contact only, in whose name whoever has it answers' },
  ),
  Type.String({ minLength: 1, maxLength: 2_000, description: 'A URL, or the address of a screen of an app' }),
])

const dataSchema = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
  maxProperties: 100,
  description: 'Handed to the channel; texts reach it as `data`. At most 64 kB',
})

/** The same in a notification's content and in a push. */
const FORMAT = Type.Optional(
  Type.Union([Type.Literal('plain'), Type.Literal('liquid')], {
    description:
      'Of title and body. `plain` (default): they leave as they are. `liquid`: as in templates, over `contact`, `data`, `link` and `now`',
  }),
)

const addressOr = (description: string) => Type.String({ minLength: 1, maxLength: 500, pattern: VISIBLE, description })

/** Body of POST /api/v1/notifications. */
export const notificationBody = Type.Object({
  to: Type.Union([
    addressOr('Id of a contact; any other text is an address: of e-mail where it is one, else of a device'),
    Type.Object({ contactId: ID }),
    Type.Object({ userId: ID }),
    Type.Object({ address: addressOr('Of e-mail or of a device; without control characters') }),
  ]),
  template: Type.Optional(KEY),
  content: Type.Optional(
    Type.Object({
      title: Type.Optional(Type.String({ maxLength: 250 })),
      body: Type.String({ minLength: 1, maxLength: 20_000 }),
      format: FORMAT,
    }),
  ),
  channels: Type.Array(Type.Union(CHANNELS.map((name) => Type.Literal(name))), {
    minItems: 1,
    maxItems: CHANNELS.length,
    uniqueItems: true,
    description: 'In order of fall-back',
  }),
  deepLink: Type.Optional(deepLinkSchema),
  data: Type.Optional(dataSchema),
  category: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  critical: Type.Optional(Type.Boolean({ description: 'Leaves whatever has changed while it waited' })),
  dedupeKey: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'One message per key' })),
  sendAt: Type.Optional(Type.String({ format: 'date-time', description: 'Not before this time; past: at once' })),
})
export type NotificationBody = Static<typeof notificationBody>

/** Body of POST /api/v1/push, as its source document has it. */
export const pushBody = Type.Object({
  to: addressOr('Id of a contact, who needs a push address; any other text is the address of a device'),
  title: Type.Optional(Type.String({ maxLength: 250 })),
  body: Type.String({ minLength: 1, maxLength: 2_000 }),
  format: FORMAT,
  deepLink: Type.Optional(deepLinkSchema),
  data: Type.Optional(dataSchema),
})

/** What is known of the people and encounters that a command names. */
export type Named = {
  /** Whether the string or id names a contact. */
  isContact: boolean
  isUser: boolean
  /** Status of `deepLink.encounterId`; null: there is no such encounter. Undefined: none is named. */
  encounter: 'open' | 'warned' | 'closed' | null | undefined
  /** Whose encounter that is; null: nobody's that is known. */
  encounterOf: string | null
  /** Whether the template exists with a text for each channel asked; undefined: none is named. */
  templateChannels: readonly string[] | undefined
}

/** What goes with a message is a reference, not a document: it is kept with each delivery, and waits in memory. */
const MOST_DATA_BYTES = 65_536

/** A message may wait a year: longer is a mistake in the date. */
const LONGEST_WAIT_MS = 366 * 86_400_000

/**
 * A command as a request of the gate, or all that is wrong with it.
 * @param now domain milliseconds
 */
export function requestOf(
  body: NotificationBody,
  named: Named,
  base: {
    tenant: string
    id: string
    traceparent: string
    cause: string
    /** Where the texts stand in the body that was sent. */
    textsAt: '/content' | ''
  },
  now: number,
): { request: NotifyRequest; faults?: undefined } | { request?: undefined; faults: Fault[] } {
  const faults: Fault[] = exactlyOne(body, ['template', 'content'])
  const { template, content, channels, deepLink, data, category, critical, dedupeKey } = body
  if (template !== undefined) faults.push(...templateFaults(template, channels, named.templateChannels))
  if (typeof body.to === 'object' && 'contactId' in body.to && !named.isContact) {
    faults.push({
      path: '/to/contactId',
      ...says('nobody of that id is known', 'no se conoce a nadie con ese identificador'),
    })
  }
  if (typeof body.to === 'object' && 'userId' in body.to && !named.isUser) {
    faults.push({
      path: '/to/userId',
      ...says('nobody of that id is known', 'no se conoce a nadie con ese identificador'),
    })
  }
  faults.push(...recipientFaults(body, named.isContact))
  if (content?.format === 'liquid') faults.push(...textFaults(content, channels, base.textsAt))
  if (typeof deepLink === 'object' && named.encounter === null) {
    faults.push({ path: '/deepLink/encounterId', message: 'there is no such encounter' })
  }
  const misled = notTheirs(named.encounterOf, addressee(recipientOf(body.to, named.isContact)))
  if (misled !== null) faults.push({ path: '/deepLink/encounterId', message: misled })
  if (typeof deepLink === 'string' && !opensSomething(deepLink)) {
    faults.push({ path: '/deepLink', message: 'must be an absolute URL that opens a page or an app' })
  }
  if (data !== undefined && Buffer.byteLength(JSON.stringify(data)) > MOST_DATA_BYTES) {
    faults.push({ path: '/data', message: `must have at most ${MOST_DATA_BYTES} bytes` })
  }
  if (!isStorableJson(JSON.stringify(body))) faults.push({ path: '', message: 'holds a NUL or half a character' })
  const sendAt = body.sendAt === undefined ? undefined : Date.parse(body.sendAt)
  if (sendAt !== undefined && sendAt > now + LONGEST_WAIT_MS) {
    faults.push({ path: '/sendAt', message: 'must be within a year' })
  }
  if (faults.length > 0) return { faults }
  return {
    request: {
      tenant: base.tenant,
      id: base.id,
      to: recipientOf(body.to, named.isContact),
      ...(template === undefined ? {} : { template }),
      ...(content === undefined ? {} : { content: { ...content, format: content.format ?? 'plain' } }),
      channels,
      ...(deepLink === undefined ? {} : { deepLink: typeof deepLink === 'string' ? { url: deepLink } : deepLink }),
      ...(data === undefined ? {} : { data: data as { [name: string]: Json } }),
      ...(category === undefined ? {} : { category }),
      ...(critical === undefined ? {} : { critical }),
      ...(dedupeKey === undefined ? {} : { dedupeKey }),
      ...(sendAt === undefined ? {} : { sendAt }),
      ...stillTrueOf(body, named, now),
      traceparent: base.traceparent,
      cause: base.cause,
    },
  }
}

function textFaults(
  { title, body }: NonNullable<NotificationBody['content']>,
  channels: NotificationBody['channels'],
  at: string,
): Fault[] {
  const [channel = 'inbox'] = channels
  const texts = { body, ...(title === undefined ? {} : { title }) }
  // An e-mail without a title gets one of its body's beginning.
  const { faults = [] } = compileTexts(channel, texts, { untitled: true })
  return faults.map((fault) => ({ ...fault, path: `${at}/${fault.path}` }))
}

const templateFaults = (
  template: string,
  channels: readonly string[],
  known: readonly string[] | undefined,
): Fault[] =>
  known === undefined
    ? [{ path: '/template', message: `there is no template ${template}` }]
    : channels.some((channel) => known.includes(channel))
      ? []
      : [{ path: '/template', message: `${template} has texts for ${known.join(', ')} only` }]

function addressee(to: NotifyRequest['to']): Pick<Person, 'kind' | 'id'> | null {
  if ('contactId' in to) return { kind: 'contact', id: to.contactId }
  return 'userId' in to ? { kind: 'user', id: to.userId } : null
}

function recipientOf(to: NotificationBody['to'], isContact: boolean): NotifyRequest['to'] {
  if (typeof to !== 'string') return to
  return isContact ? { contactId: to } : { address: to }
}

/** An address that no channel of the order can use would be found out only when it fails. */
function recipientFaults({ to, channels }: NotificationBody, isContact: boolean): Fault[] {
  const recipient = recipientOf(to, isContact)
  if (!('address' in recipient)) return []
  const fitting = isEmail(recipient.address) ? 'email' : 'push'
  if (channels.includes(fitting)) return []
  const message = fitting === 'email' ? 'is an e-mail address: ask for the channel email' : 'is no e-mail address'
  return [{ path: typeof to === 'string' ? '/to' : '/to/address', message }]
}

/**
 * A message that leads back to a conversation is about that conversation: if it has to wait and the person comes
 * back meanwhile, or the conversation closes, nobody needs it any more. About a closed one, it is about its end.
 */
function stillTrueOf(body: NotificationBody, named: Named, now: number): Pick<NotifyRequest, 'stillTrue'> {
  const { deepLink, critical } = body
  if (typeof deepLink !== 'object' || critical === true) return {}
  if (named.encounter !== 'open' && named.encounter !== 'warned') return {}
  return { stillTrue: { encounterId: deepLink.encounterId, statuses: ['open', 'warned'], quietSince: now } }
}
