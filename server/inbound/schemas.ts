import { Type } from '@sinclair/typebox'
import { EXPRESSION_LIMIT } from '#platform/cel/language.ts'
import { instant, uuid } from '#platform/http/answer-fields.ts'
import { verificationSchema } from './verification/kinds.ts'
import { headerName } from './verification/words.ts'

const cel = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: EXPRESSION_LIMIT, description }))

export const receiptParams = Type.Object({ id: uuid, receiptId: uuid })

const name = Type.String({ minLength: 1, maxLength: 200 })
const mapping = Type.Object(
  {
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Type of each event' })),
    typeFrom: cel('CEL over `body`, `headers`, `now`: the type, where `type` does not fix it'),
    id: cel('CEL: id of the event; default: what the sender signed or named it by'),
    subject: cel('CEL: what it is about; default: the conversation, else its id'),
    conversation: cel('CEL: id of the encounter that it belongs to'),
    time: cel('CEL: when it happened; default: when it came'),
    data: cel('CEL: its data; default: the body as it came'),
  },
  {
    description:
      'What makes an event of a message. Without it the message has to be an event: flat, enterprise or CloudEvents',
  },
)
const secret = Type.String({
  minLength: 8,
  maxLength: 1_024,
  description: 'The secret or token that the sender has; default: one is made and shown once',
})

const fields = {
  name,
  enabled: Type.Optional(Type.Boolean({ default: true })),
  verification: verificationSchema,
  event: Type.Optional(mapping),
  headers: Type.Optional(
    Type.Array(headerName('A header that is kept with each message'), {
      maxItems: 30,
      description: 'Headers that are kept, and seen by expressions, besides content-type, user-agent and ce-…',
    }),
  ),
  networks: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
      maxItems: 50,
      description: 'Addresses or networks that alone may send, by the address that connects; default: all',
      examples: [['192.0.2.0/24']],
    }),
  ),
}
export const creation = Type.Object({ ...fields, secret: Type.Optional(secret) })
export const definition = Type.Object(fields)

export const endpoint = Type.Object({
  id: uuid,
  ...fields,
  enabled: Type.Boolean(),
  url: Type.Optional(
    Type.String({ description: 'Where senders post to; of a `secret-path` it is shown once, when it is made' }),
  ),
  secret: Type.Optional(Type.String({ description: 'Shown this once, where the program made it' })),
  createdAt: instant,
  updatedAt: instant,
})

export const rotation = Type.Object({
  secret: Type.Optional(secret),
  overlapHours: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 168, description: 'How long the old one is taken as well (default 24)' }),
  ),
})
export const rotated = Type.Object({
  secret: Type.Optional(Type.String()),
  url: Type.Optional(Type.String({ description: 'Of a `secret-path`: the new address. The old one ends at once' })),
  previousValidUntil: instant,
})

const message = Type.Object({
  contentType: Type.Optional(Type.String({ maxLength: 255, default: 'application/json' })),
  headers: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 4_096 }))),
  body: Type.Unknown({ description: 'A text is taken as it is, anything else as JSON' }),
})
export const trial = Type.Object({ event: Type.Optional(mapping), message })
export const tried = Type.Object({
  events: Type.Array(Type.Unknown({ description: 'The event as a CloudEvent' })),
})

const status = Type.Union([Type.Literal('received'), Type.Literal('taken'), Type.Literal('refused')], {
  description: '`received`: it is in hand, or the node that had it died; the sender tries again',
})
const receiptFields = {
  id: uuid,
  receivedAt: instant,
  status,
  verified: Type.Boolean({ description: 'Its sender proved who it is' }),
  code: Type.Optional(Type.String({ description: 'Why it was refused' })),
  reason: Type.Optional(Type.String()),
  says: Type.Optional(
    Type.Object({ en: Type.String(), es: Type.String() }, { description: 'The reason in both languages' }),
  ),
  messageId: Type.Optional(Type.String({ description: 'How the sender names it' })),
  contentType: Type.Optional(Type.String()),
  headers: Type.Record(Type.String(), Type.String()),
  size: Type.Integer({ description: 'Bytes of the body' }),
  eventId: Type.Optional(Type.String()),
  eventType: Type.Optional(Type.String()),
  events: Type.Optional(Type.Integer({ description: 'How many events it is, where they are several' })),
  times: Type.Integer({ description: 'How often the same message came' }),
  lastAt: instant,
}
export const receipt = Type.Object(receiptFields)
export const wholeReceipt = Type.Object({
  ...receiptFields,
  body: Type.Optional(Type.String({ description: 'As text, where it is one' })),
  bodyBase64: Type.Optional(Type.String({ description: 'The bytes, where they are no text' })),
  complete: Type.Boolean({ description: 'False: the body was too large to be kept of who proved nothing' }),
})

const filter = {
  status: Type.Optional(status),
  code: Type.Optional(Type.String({ maxLength: 100 })),
  since: Type.Optional(Type.String({ format: 'date-time', description: 'Came at or after' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Came before' })),
}
export const receiptQuery = {
  ...filter,
  verified: Type.Optional(Type.Boolean()),
}

/** Receipts a second, unless fewer are asked for. */
export const PACE = 100
export const refeeding = Type.Object(
  {
    ...filter,
    exclude: Type.Optional(Type.Array(uuid, { maxItems: 1_000, description: 'Receipts to leave out' })),
    perSecond: Type.Optional(
      Type.Integer({ minimum: 1, maximum: PACE, description: `Receipts a second (default ${PACE})` }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count' })),
  },
  { description: 'Without a filter: all that were kept' },
)
export const refed = Type.Object({
  count: Type.Integer(),
  complete: Type.Boolean({ description: 'False: there are more than were counted; all of them are fed in' }),
  started: Type.Boolean(),
  receipts: Type.Array(receipt, { description: 'The first of them' }),
})

export const refedOne = Type.Object({
  duplicate: Type.Boolean({ description: 'All of it was in the log already' }),
  events: Type.Array(
    Type.Object({ eventId: Type.String(), routingKey: Type.String(), duplicate: Type.Optional(Type.Boolean()) }),
  ),
})
