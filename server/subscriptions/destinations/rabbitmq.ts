import { type Static, Type } from '@sinclair/typebox'
import { says } from '#platform/problem.ts'
import { attemptOnBus, missingBus } from './bus.ts'
import { addressPart, type DestinationKind } from './kind.ts'

const BUS = { bus: 'rabbitmq', called: 'RabbitMQ', setting: 'RABBITMQ_HOST, or CAUCE_BUS=rabbitmq' }
/** A short string of AMQP. */
const MOST_BYTES = 255

const schema = Type.Object(
  {
    kind: Type.Literal('rabbitmq'),
    exchange: Type.String({
      maxLength: MOST_BYTES,
      pattern: '^[^\\u0000-\\u001f\\u007f]*$',
      description:
        'Without control characters. It has to be there; empty: straight to the queue that the routing key names',
    }),
    routingKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MOST_BYTES,
        pattern: '^[^\\u0000-\\u001f\\u007f]*$',
        description: 'Without control characters; default: the type of the event',
      }),
    ),
  },
  { description: 'An exchange of the RabbitMQ that the program is set up with' },
)
export type RabbitmqDestination = Static<typeof schema>

/** Persistent, with confirms; a message that nobody has bound a queue for is not delivered. */
export const rabbitmq: DestinationKind<RabbitmqDestination> = {
  kind: 'rabbitmq',
  schema,
  faults({ exchange, routingKey }) {
    const faults = []
    for (const [name, value] of Object.entries({ exchange, routingKey })) {
      if (value !== undefined && Buffer.byteLength(value) > MOST_BYTES)
        faults.push({
          path: `/${name}`,
          ...says(`must have at most ${MOST_BYTES} bytes`, `debe tener como máximo ${MOST_BYTES} bytes`),
        })
    }
    if (exchange === '' && routingKey === undefined)
      faults.push({
        path: '/routingKey',
        ...says('is needed without an exchange: it names the queue', 'hace falta sin exchange: nombra la cola'),
      })
    return faults
  },
  address: ({ exchange, routingKey }) =>
    `rabbitmq:${addressPart(exchange)}${routingKey === undefined ? '' : `/${addressPart(routingKey)}`}`,
  missing: (runtime, tenant) => missingBus(runtime, tenant, BUS),
  send: (runtime, { exchange, routingKey }, message, signal) =>
    attemptOnBus(runtime, { ...message, to: exchange, key: routingKey ?? message.key }, signal),
}
