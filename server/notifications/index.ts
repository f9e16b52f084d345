export type {
  ChannelName,
  Notifier,
  NotifyContent,
  NotifyContext,
  NotifyRequest,
  Outcome,
  StillTrue,
} from './request.ts'
export { CHANNELS } from './request.ts'
/** Names that templates and Liquid contents may use; `contact` has only these fields. */
export { TEMPLATE_NAMES } from './template.ts'
