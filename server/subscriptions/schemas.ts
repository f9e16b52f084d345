import { Type } from '@sinclair/typebox'

const id = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })
const format = Type.Union([Type.Literal('as-received'), Type.Literal('cloudevents')], {
  description: 'How the body is written: as the event came in, or always as CloudEvents',
})
const status = Type.Union([Type.Literal('ACTIVE'), Type.Literal('DISABLED')])
const routingKeyPattern = Type.String({
  description: 'AMQP topic pattern: words between dots, `*` is one word, `#` any number',
  examples: ['encounter.*'],
})
const webhookUrl = Type.String({ examples: ['https://my-service.example/callback'] })
const secret = Type.String({ description: 'Standard Webhooks signing secret (`whsec_…`); shown this once' })
const time = Type.String({ format: 'date-time' })

export const idParams = Type.Object({ id })

export const registration = Type.Object({ routingKeyPattern, webhookUrl, format: Type.Optional(format) })

const fields = {
  id,
  routingKeyPattern,
  webhookUrl,
  createdAt: time,
  status,
  format: Type.Optional(format),
  statusReason: Type.Optional(Type.String({ description: 'Why it is disabled' })),
}
export const subscription = Type.Object(fields)
export const created = Type.Object({ ...fields, secret })

export const change = Type.Object(
  { status: Type.Optional(status), format: Type.Optional(format) },
  { minProperties: 1 },
)

export const rotation = Type.Object({
  overlapHours: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 168, description: 'How long the old secret signs as well (default 24)' }),
  ),
})
export const rotated = Type.Object({ secret, previousValidUntil: time })

export const backup = Type.Array(Type.Object({ id, routingKeyPattern, webhookUrl, createdAt: time, status }))
export const imported = Type.Object({
  imported: Type.Integer(),
  existing: Type.Integer(),
  subscriptions: Type.Array(Type.Object({ id, secret })),
})

export const tested = Type.Object({ deliveryId: Type.String() })
