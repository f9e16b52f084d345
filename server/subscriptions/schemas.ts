import { Type } from '@sinclair/typebox'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { destinationSchema } from './destinations/kinds.ts'
import { health } from './health/view.ts'
import { progress } from './replay/progress.ts'
import { MOST_DELAYS } from './retry-delays.ts'

const id = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'Without control characters',
})
const format = Type.Union(
  [
    Type.Literal('as-received'),
    Type.Literal('cloudevents'),
    Type.Literal('cloudevents-binary'),
    Type.Literal('cloudevents-batch'),
  ],
  {
    description:
      'How it is written: as the event came in, or always as CloudEvents: structured, binary (attributes in `ce-` headers, which the signature does not cover; one too long for headers goes structured), or a batch of one',
  },
)
const status = Type.Union([Type.Literal('ACTIVE'), Type.Literal('DISABLED')])
const routingKeyPattern = Type.String({
  description: 'AMQP topic pattern: words between dots, `*` is one word, `#` any number',
  examples: ['encounter.*'],
})
const webhookUrl = Type.String({ examples: ['https://my-service.example/callback'] })
const secret = Type.String({ description: 'Standard Webhooks signing secret (`whsec_…`); shown this once' })
const publicKey = Type.String({ description: 'Verifies `v1a` signatures (`whpk_…`); the private half is never shown' })
const signature = Type.Union([Type.Literal('v1'), Type.Literal('v1a')], {
  description:
    'How requests are signed: `v1` is HMAC-SHA256 with a shared secret, `v1a` ed25519, where the receiver has a public key only',
})
const retryDelays = Type.Array(Type.String({ maxLength: 40, examples: ['PT5M'] }), {
  maxItems: MOST_DELAYS,
  description:
    'Delays between the attempts of a delivery (ISO 8601, PT1S to PT24H, P7D in all), each ±15 %; none: a single attempt. Default: PT5S, PT5M, PT30M, PT2H, PT5H, PT10H, PT14H, PT20H, PT24H',
})

export const idParams = Type.Object({ id })

export const registration = Type.Object({
  routingKeyPattern,
  webhookUrl: Type.Optional(webhookUrl),
  destination: Type.Optional(destinationSchema),
  format: Type.Optional(format),
  signature: Type.Optional(signature),
  retryDelays: Type.Optional(retryDelays),
})

const fields = {
  id,
  routingKeyPattern,
  webhookUrl: Type.Optional(webhookUrl),
  destination: Type.Optional(destinationSchema),
  createdAt: instant,
  status,
  format: Type.Optional(format),
  retryDelays: Type.Optional(retryDelays),
  signature: Type.Optional(signature),
  publicKeys: Type.Optional(
    Type.Array(Type.Object({ publicKey, validUntil: Type.Optional(instant) }), {
      description: 'Those that sign now, the newest first; one that was rotated out says until when',
    }),
  ),
  previousValidUntil: Type.Optional(
    Type.Unsafe<string>({ ...instant, description: 'Until when a secret that was rotated out signs as well' }),
  ),
  statusReason: Type.Optional(Type.String({ description: 'Why it is disabled' })),
}
export const subscription = Type.Object(fields, { title: 'Subscription' })
export const listed = Type.Object({ ...fields, health: Type.Optional(health) }, { title: 'ListedSubscription' })
export const subscriptionWithHealth = Type.Object({ ...fields, health, replay: Type.Optional(progress) })
export const created = Type.Object({ ...fields, secret: Type.Optional(secret) })

export const change = Type.Object(
  {
    routingKeyPattern: Type.Optional(routingKeyPattern),
    webhookUrl: Type.Optional(webhookUrl),
    destination: Type.Optional(destinationSchema),
    status: Type.Optional(status),
    format: Type.Optional(format),
    retryDelays: Type.Optional(
      orNull(retryDelays, { description: 'null: the default again. Holds for what waits, too' }),
    ),
  },
  { minProperties: 1 },
)

export const rotation = Type.Object({
  signature: Type.Optional(signature),
  overlapHours: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 168, description: 'How long the old secret signs as well (default 24)' }),
  ),
})
export const rotated = Type.Object({
  secret: Type.Optional(secret),
  publicKey: Type.Optional(publicKey),
  previousValidUntil: instant,
})

export const backup = Type.Array(Type.Object({ id, routingKeyPattern, webhookUrl, createdAt: instant, status }))
export const imported = Type.Object({
  imported: Type.Integer(),
  existing: Type.Integer(),
  subscriptions: Type.Array(Type.Object({ id, secret })),
})

export const tested = Type.Object({ deliveryId: Type.String() })
