import type { Service } from '#platform/service.ts'
import { openVault } from '#secrets/index.ts'
import { callbackChannel } from './channels/callback.ts'
import { httpChannel } from './channels/http.ts'
import { createDispatcher } from './dispatcher.ts'
import { registerChannel } from './enqueue.ts'
import { deliveryRoutes } from './history/routes.ts'
import { causedDeliveries } from './history/store.ts'
import { deliveryMetrics } from './metrics.ts'
import { outgoingHttp } from './outgoing-http.ts'
import { settings } from './settings.ts'
import { standingRoutes } from './standing/routes.ts'
import { deliveryState } from './state.ts'

export { attemptTrace } from './attempt-trace.ts'
export type { CallbackDelivery } from './channels/callback.ts'
export type { HttpDelivery } from './channels/http.ts'
export { cleaned } from './channels/secrets-in.ts'
export type {
  Attempt,
  Cancelled,
  Care,
  Channel,
  Delivery,
  DeliveryDraft,
  DeliveryEnd,
  GivenUp,
  Noted,
  Postponed,
  Prepared,
  Verdict,
} from './delivery.ts'
export {
  cancelDeliveries,
  cancelPaced,
  cancelWaiting,
  enqueueDeliveries,
  holdUnbegun,
  probeTarget,
  readyForDeliveries,
  registerChannel,
} from './enqueue.ts'
export { type AllowList, assertPublicUrl, readAllowList } from './guard.ts'
export { deliveryPage, deliveryWithHistory, replayDeliveries } from './history/lookup.ts'
export {
  awaitedKeys,
  type Carried,
  carriedBy,
  countReplay,
  firstOfReplay,
  type Selection,
  statesOf,
} from './history/store.ts'
export { recordsOf, standingOf, standingsOf, type TargetRecord, type TargetStanding } from './history/target.ts'
export {
  attempt as attemptSchema,
  delivery as deliverySchema,
  deliveryWithAttempts,
  spanFields as deliverySpanFields,
  spanOf as deliverySpanOf,
  status as deliveryStatusSchema,
} from './history/view.ts'
export { attemptOfAnswer, type HttpAnswer, type HttpRequest } from './http-answer.ts'
export { type OutgoingHttp, outgoingHttp } from './outgoing-http.ts'
export { pacedUntil, waitingReplays } from './pace/store.ts'
export { STANDARD_SCHEDULE_MS } from './schedule.ts'
export { settings as deliverySettings } from './settings.ts'
export {
  newKeyPair,
  newSecret,
  type SigningKey,
  signingKey,
  signStandardWebhook,
  verifyStandardWebhook,
} from './signature.ts'
export { type DeliveryStanding, deliveryStanding } from './standing/store.ts'

/**
 * What leaves is a delivery: one table, one dispatcher, many small channels. Other contexts enqueue inside their
 * own transaction, register their ways out when they open, and are told of the end by a due row of theirs.
 */
export const deliveries: Service = {
  name: 'deliveries',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  async open(runtime) {
    const state = deliveryState(runtime.database)
    registerChannel(runtime, httpChannel(runtime, await openVault(runtime)))
    registerChannel(runtime, callbackChannel(runtime))
    const dispatcher = createDispatcher({
      database: runtime.database,
      clock: runtime.clock,
      logger: runtime.logger,
      spans: runtime.spans,
      channels: state.channels,
      keepDays: runtime.settings.of(settings).CAUCE_DELIVERY_RETENTION_DAYS,
      onAttempt: (channel, attempt, seconds) => observe(channel, attempt, seconds),
    })
    const observe = deliveryMetrics(
      runtime,
      () => dispatcher.sending,
      () => dispatcher.inHand,
    )
    return {
      routes: [...standingRoutes(runtime), ...deliveryRoutes(runtime, dispatcher)],
      consequences: [{ name: 'deliveries', find: causedDeliveries }],
      async start() {
        await dispatcher.start()
        state.dispatcher = dispatcher
      },
      async stop(drain) {
        state.dispatcher = null
        await dispatcher.stop(drain)
        await outgoingHttp(runtime).close()
      },
    }
  },
}
