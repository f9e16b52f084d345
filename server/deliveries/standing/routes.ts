import { Type } from '@sinclair/typebox'
import { count, instant, orNull } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'
import { pausedReceivers } from './store.ts'

const receiver = Type.Object(
  {
    target: Type.String(),
    channel: orNull(Type.String({ description: 'Null: nothing waits for it' })),
    pausedAt: Type.String({ ...instant, description: 'Since then it is paused again and again' }),
    until: Type.String({ ...instant, description: 'When one delivery is tried' }),
    waiting: Type.Integer({ minimum: 0, description: 'Deliveries that wait for it. At most 10000.' }),
    nextId: orNull(
      Type.String({ description: 'The delivery that is tried first: to retry it is to ask the receiver now' }),
    ),
    lastStatus: orNull(count),
    lastError: orNull(Type.String()),
  },
  { title: 'PausedReceiver' },
)

/** The receivers that the overview counts as paused; subscriptions say so of themselves. */
export function standingRoutes({ database, clock }: Pick<Runtime, 'database' | 'clock'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/deliveries/paused',
      permission: 'deliveries:read',
      tag: 'Deliveries',
      summary: 'List receivers that nothing is sent to for a while, other than subscriptions; at most 1000',
      answer: Type.Object({ items: Type.Array(receiver) }),
      handle: ({ identity: { tenant } }) =>
        database.asTenant(tenant, async (tx) => ({
          items: (await pausedReceivers(tx, tenant, clock.wall())).map(({ pausedAt, until, ...rest }) => ({
            ...rest,
            pausedAt: pausedAt.toISOString(),
            until: until.toISOString(),
          })),
        })),
    }),
  ]
}
