export {
  addBusinessTime,
  addTime,
  businessTimeBetween,
  type Calendar,
  isOpen,
  nextOpening,
} from '#conversations/calendars/calendar.ts'
export { type CalendarKey, calendarKeyOf, calendarsOf } from '#conversations/calendars/store.ts'
export {
  type ContactView,
  type ContextKey,
  type ConversationContext,
  contextKeyOf,
  type EncounterView,
  type QueueView,
} from '#conversations/context/context.ts'
export { loadContexts } from '#conversations/context/store.ts'
export {
  assignEncounters,
  closeEncounters,
  extendEncounters,
  tagEncounters,
  writeMessages,
} from '#conversations/encounters/ask.ts'
export type {
  AssignCommand,
  Because,
  CloseCommand,
  ExtendCommand,
  OutgoingMessage,
  TagCommand,
} from '#conversations/encounters/command.ts'
export { type LinkClaims, type LinkSigner, linkSigner } from '#conversations/links/token.ts'
