import { Type } from '@sinclair/typebox'
import { type Route, route } from '#platform/http/route.ts'
import type { Answer, Arrival } from './receive.ts'

const NOTHING = Buffer.alloc(0)

/** The one address that needs no credential: whoever sends proves it by the message. */
export const receiveRoute = (receive: (arrival: Arrival) => Promise<Answer>): Route =>
  route({
    method: 'POST',
    path: '/in/:address',
    permission: 'public',
    tag: 'Inbound webhooks',
    summary: 'Receive a webhook of another system',
    description:
      'Proven as the endpoint asks. The 202 is sent after the message and its event are durable; a message that came before answers `duplicate: true` and has no second effect.',
    params: Type.Object({ address: Type.String({ maxLength: 100 }) }),
    answer: Type.Object({
      received: Type.Literal(true),
      duplicate: Type.Optional(Type.Literal(true)),
      eventId: Type.Optional(Type.String({ description: 'Of the event that it became' })),
    }),
    status: 202,
    rawBody: true,
    bodies: { '*/*': { schema: Type.Unknown({ description: 'As the other system sends it' }) } },
    refuses: [401, 403, 415, 422],
    intake: true,
    handle: ({ params: { address }, body, request, traceparent }) =>
      receive({
        address,
        headers: Object.fromEntries(
          Object.entries(request.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, [value].flat().join(', ')]],
          ),
        ),
        body: (body as Buffer | undefined) ?? NOTHING,
        remote: request.ip,
        trace: traceparent,
      }),
  })
