import { registerChannel } from '#deliveries/index.ts'
import type { Service } from '#platform/service.ts'
import { countedGauge } from '#platform/telemetry/counted-gauge.ts'
import { callOffKind } from './call-off.ts'
import { probeChannel, webhookChannel } from './channels/webhook.ts'
import { subscriptionsConsumer } from './consumers.ts'
import { createAlerts } from './health/alerts.ts'
import { endpointCare } from './health/care.ts'
import { healthKinds } from './health/due.ts'
import { exhaustedKind } from './health/exhausted.ts'
import { probeKinds } from './health/probe.ts'
import { replayKind } from './replay/due.ts'
import { replayRoutes } from './replay/routes.ts'
import { subscriptionRoutes } from './routes.ts'
import { countDisabled } from './store.ts'

/** Who is told of which events: registrations over the stream, forwarded as signed webhooks. */
export const subscriptions: Service = {
  name: 'subscriptions',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    registerChannel(runtime, webhookChannel(runtime, endpointCare(runtime.clock)))
    registerChannel(runtime, probeChannel(runtime))
    const alerts = createAlerts(runtime)
    countedGauge(
      runtime.metrics,
      {
        name: 'cauce_endpoints_disabled',
        help: 'Subscriptions that were disabled since their endpoint fails or is gone',
      },
      () => countDisabled(runtime.database.worker),
    )
    return {
      routes: [...subscriptionRoutes(runtime), ...replayRoutes(runtime)],
      consumers: [subscriptionsConsumer(runtime)],
      dueKinds: [
        ...healthKinds(runtime, alerts),
        ...probeKinds(runtime, alerts),
        exhaustedKind(runtime),
        callOffKind(runtime),
        replayKind(runtime),
      ],
    }
  },
}
