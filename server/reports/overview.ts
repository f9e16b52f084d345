import { Type } from '@sinclair/typebox'
import { countOpen } from '#conversations/index.ts'
import { deliveryStanding } from '#deliveries/index.ts'
import { logStanding } from '#events/index.ts'
import { CHANNELS, countFailed, setUpChannels } from '#notifications/index.ts'
import { instant, oneOf } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'

const DAY_MS = 86_400_000
const count = (description: string) => Type.Integer({ minimum: 0, description: `${description} At most 10000.` })

/** How things stand now: what waits, what was lost, how what leaves fares. Counts are bounded, so that it costs little however much there is. */
export function overviewRoute(runtime: Pick<Runtime, 'database' | 'clock' | 'settings'>): Route {
  const { database, clock } = runtime
  const setUp = setUpChannels(runtime)
  const notSetUp = CHANNELS.filter((channel) => !setUp.has(channel))
  return route({
    method: 'GET',
    path: '/api/v1/overview',
    permission: 'conversations:read',
    tag: 'Reports',
    summary: 'How things stand now: what waits, what was lost, how channels fare',
    answer: Type.Object(
      {
        at: { ...instant, description: 'Wall time' },
        conversations: Type.Object({
          open: count('Conversations that are not closed.'),
          warned: count('Of which the person was warned and has not answered.'),
        }),
        events: Type.Object({
          ahead: count('Events that not all who must have read.'),
          setAside: count('Events that somebody could not handle and does not try any more.'),
          quarantined: count('Events kept apart because of their type or their schema.'),
        }),
        deliveries: Type.Object({
          waiting: count('Deliveries that wait for an attempt.'),
          lost: count('Deliveries that were given up within a day.'),
          breakersOpen: Type.Integer({ minimum: 0, description: 'Receivers that nothing is sent to for a while' }),
          webhooksPaused: Type.Integer({ minimum: 0, description: 'Of which they are subscriptions' }),
          channels: Type.Array(
            Type.Object({
              channel: Type.String(),
              delivered: Type.Integer(),
              failed: Type.Integer(),
              waiting: Type.Integer(),
              stuck: Type.Integer({
                description: 'Of those that wait: tried without success, or for a receiver that was not well last time',
              }),
              down: Type.Boolean({
                description: 'A receiver that something waits for is paused, and nothing of the channel arrived since',
              }),
            }),
            { description: 'Of the newest 1000 that ended within a day, and of what waits' },
          ),
        }),
        notifications: Type.Object({
          failed: count('Notifications that no channel could take, of those asked for within a day of domain time.'),
          notSetUp: Type.Array(oneOf(CHANNELS), { description: 'Channels that have no provider here' }),
        }),
      },
      { title: 'Overview' },
    ),
    handle: ({ identity: { tenant } }) => {
      const now = clock.wall()
      return database.asTenant(tenant, async (tx) => {
        const [conversations, events, deliveries, failed] = await Promise.all([
          countOpen(tx, tenant),
          logStanding(tx, tenant),
          deliveryStanding(tx, tenant, now - DAY_MS, now),
          countFailed(tx, tenant, clock.now() - DAY_MS),
        ])
        const notifications = { failed, notSetUp }
        return { at: new Date(now).toISOString(), conversations, events, deliveries, notifications }
      })
    },
  })
}
