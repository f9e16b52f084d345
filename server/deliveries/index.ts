/**
 * What leaves is a delivery. Other contexts enqueue inside their own transaction, register their ways out when
 * they open, and are told of the end by a due row of theirs.
 */
export type {
  Attempt,
  Cancelled,
  Channel,
  Delivery,
  DeliveryDraft,
  DeliveryEnd,
  Ended,
  NotifyOn,
  Prepared,
  Verdict,
} from './delivery.ts'
export { cancelDeliveries, enqueueDeliveries, registerChannel } from './enqueue.ts'
export { assertPublicUrl } from './guard.ts'
export type { HttpAnswer, HttpRequest } from './http-answer.ts'
export { outgoingHttp } from './outgoing-http.ts'
export { STANDARD_SCHEDULE_MS } from './schedule.ts'
export { newSecret, signStandardWebhook, verifyStandardWebhook } from './signature.ts'
