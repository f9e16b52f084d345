import { registerChannel } from '#deliveries/index.ts'
import type { Service } from '#platform/service.ts'
import { webhookChannel } from './channels/webhook.ts'
import { subscriptionsConsumer } from './consumers.ts'
import { disabledKind } from './due.ts'
import { replayKind } from './replay/due.ts'
import { replayRoutes } from './replay/routes.ts'
import { subscriptionRoutes } from './routes.ts'

/** Who is told of which events: registrations over the stream, forwarded as signed webhooks. */
export const subscriptions: Service = {
  name: 'subscriptions',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    registerChannel(runtime, webhookChannel(runtime))
    return {
      routes: [...subscriptionRoutes(runtime), ...replayRoutes(runtime)],
      consumers: [subscriptionsConsumer(runtime)],
      dueKinds: [disabledKind(runtime), replayKind(runtime)],
    }
  },
}
