import { calendarRoutes } from '#conversations/calendars/routes.ts'
import { conversationsConsumer } from '#conversations/consumers.ts'
import { contactRoutes } from '#conversations/contacts/routes.ts'
import { dueKinds } from '#conversations/due.ts'
import { createDesk } from '#conversations/encounters/desk.ts'
import { encounterRoutes } from '#conversations/encounters/routes.ts'
import { createLinks } from '#conversations/links/links.ts'
import { linkRoutes } from '#conversations/links/routes.ts'
import { linkVeil } from '#conversations/links/veil.ts'
import { conversationRoutes } from '#conversations/list/routes.ts'
import { queueRoutes } from '#conversations/queues/routes.ts'
import { textRoutes } from '#conversations/queues/text-routes.ts'
import { conversationSettings } from '#conversations/settings.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Service } from '#platform/service.ts'

export {
  addBusinessTime,
  type Calendar,
  nextOpening,
  WEEKDAYS,
  type Weekday,
} from '#conversations/calendars/calendar.ts'
export { calendarBody, calendarFaults } from '#conversations/calendars/schema.ts'
export { type CalendarKey, calendarKeyOf, calendarsOf } from '#conversations/calendars/store.ts'
export { isTimeZone } from '#conversations/calendars/zone.ts'
export { findContacts, pickContacts } from '#conversations/contacts/store.ts'
export {
  type ContactView,
  type ContextKey,
  type ConversationContext,
  contextKeyOf,
  type QueueView,
  VIEW_MEMBERS,
  viewOfQueue,
} from '#conversations/context/context.ts'
export { silencesOf } from '#conversations/context/silences.ts'
export { encounterStates, loadContexts, peopleBehind, peopleMeant } from '#conversations/context/store.ts'
export { commandEncounters, writeMessages } from '#conversations/encounters/ask.ts'
export type { EncounterCommand } from '#conversations/encounters/command.ts'
export { countedAt } from '#conversations/encounters/counted-at.ts'
export { type Encounter, stageKey } from '#conversations/encounters/encounter.ts'
export { closingText, isClosing } from '#conversations/encounters/inactivity.ts'
export { isGrant, isOfEncounters, isRenewal, PERSON_NAMES, RENEWAL_TYPES } from '#conversations/encounters/outside.ts'
export {
  type Lasting,
  type Pretended,
  pretendHeard,
  pretendInput,
  pretendOpened,
  pretendSaid,
  standingAfter,
  standingBefore,
  viewOfEncounter,
} from '#conversations/encounters/pretend.ts'
export { seenAfterDeed, seenAfterEvent } from '#conversations/encounters/seen.ts'
export { SIGNS_OF_LIFE, SILENCE_TYPES, silenceOf } from '#conversations/encounters/silence-key.ts'
export { countOpen } from '#conversations/encounters/store.ts'
export { linkSigner } from '#conversations/links/token.ts'
export { conversationsOf, LOOKED_THROUGH, MOST_PEOPLE } from '#conversations/list/store.ts'
export type { Rules } from '#conversations/queues/queue.ts'
export { readTexts as conversationTexts, rulesOf } from '#conversations/queues/store.ts'
export type { ConversationText } from '#conversations/queues/texts.ts'

/** Contacts, queues, calendars, encounters and their inactivity; signed links. */
export const conversations: Service = {
  name: 'conversations',
  settings: conversationSettings,
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    const house = { locale: runtime.settings.of(platformSettings).CAUCE_LOCALE }
    const desk = createDesk(runtime, house)
    const links = createLinks(runtime, runtime.settings.of(conversationSettings).CAUCE_LINK_HOURS)
    return {
      routes: [
        ...queueRoutes(runtime),
        ...textRoutes(runtime, house),
        ...calendarRoutes(runtime),
        ...contactRoutes(runtime),
        ...encounterRoutes(runtime, desk, links),
        ...conversationRoutes(runtime),
        ...linkRoutes(runtime, links, house),
      ],
      consumers: [conversationsConsumer(runtime.clock)],
      dueKinds: dueKinds(runtime.clock, house),
      veil: linkVeil(links),
      stop: () => desk.idle(),
    }
  },
}
