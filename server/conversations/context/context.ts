import type { Queue } from '#conversations/queues/queue.ts'
import type { Json } from '#platform/event.ts'

/** What to look up: the encounter decides over queue and contact; the other two help while it is unknown. */
export type ContextKey = {
  tenant: string
  encounterId?: string | null
  contactId?: string | null
  queueId?: string | null
}

/** As conditions (CEL) and texts (Liquid) see it. Times are ISO 8601 in UTC. */
export type ContactView = {
  id: string
  name: string | null
  locale: string | null
  timeZone: string | null
  addresses: { readonly [kind: string]: Json }
  attributes: { readonly [name: string]: Json }
  /** True while only events of others have told of the person: nothing but the id is known. */
  bare: boolean
}

export type EncounterView = {
  id: string
  queueId: string | null
  contactId: string | null
  brandId: string | null
  channel: string | null
  status: 'open' | 'warned' | 'closed'
  /** The timer that runs: `tmipw` to the warning, `tmip` to the close; `none` when closed. */
  stage: 'tmipw' | 'tmip' | 'none'
  /** Number of the silence; grows each time the person comes back. */
  round: number
  /**
   * The silence the encounter is in. In a run that a warning started it is that warning's silence, whichever system
   * noticed it and whatever has come since: for dedupe keys.
   */
  stageKey: string
  handling: 'queued' | 'assigned' | 'bot' | 'snoozed'
  team: string | null
  user: string | null
  /** Until when it rests; null: it does not. */
  snoozedUntil: string | null
  openedAt: string
  lastPatientAt: string | null
  warnedAt: string | null
  closedAt: string | null
  closeReason: string | null
  /** Words that flows have put on it. */
  tags: readonly string[]
}

export type QueueView = {
  id: string
  name: string | null
  brand: string | null
  product: string | null
  service: string | null
  continuity: boolean
  max_inactive_patient_warning_time: number | null
  max_inactive_patient_time: number | null
  close_inactive_encounters: boolean
  continuity_extension_time: number
  calendarId: string | null
}

const namesOf = <View>(names: { [name in keyof View]: true }) => Object.keys(names)

/** What conditions and texts can ask for, of each. */
export const VIEW_MEMBERS = {
  contact: namesOf<ContactView>({
    id: true,
    name: true,
    locale: true,
    timeZone: true,
    addresses: true,
    attributes: true,
    bare: true,
  }),
  encounter: namesOf<EncounterView>({
    id: true,
    queueId: true,
    contactId: true,
    brandId: true,
    channel: true,
    status: true,
    stage: true,
    round: true,
    stageKey: true,
    handling: true,
    team: true,
    user: true,
    snoozedUntil: true,
    openedAt: true,
    lastPatientAt: true,
    warnedAt: true,
    closedAt: true,
    closeReason: true,
    tags: true,
  }),
  queue: namesOf<QueueView>({
    id: true,
    name: true,
    brand: true,
    product: true,
    service: true,
    continuity: true,
    max_inactive_patient_warning_time: true,
    max_inactive_patient_time: true,
    close_inactive_encounters: true,
    continuity_extension_time: true,
    calendarId: true,
  }),
}

/** A queue as conditions and texts see it. */
export const viewOfQueue = (queue: Queue): QueueView => ({
  id: queue.id,
  name: queue.name,
  brand: queue.brand,
  product: queue.product,
  service: queue.service,
  continuity: queue.continuity,
  max_inactive_patient_warning_time: queue.warningMin,
  max_inactive_patient_time: queue.closeMin,
  close_inactive_encounters: queue.closeInactive,
  continuity_extension_time: queue.extensionMin,
  calendarId: queue.calendarId,
})

/** Null where nothing is known (a bare row, seen only in events, is known by its id). */
export type ConversationContext = {
  contact: ContactView | null
  encounter: EncounterView | null
  queue: QueueView | null
}

/** The key under which `loadContexts` gives the context of what was asked. */
export const contextKeyOf = (key: ContextKey): string =>
  JSON.stringify([key.tenant, key.encounterId ?? null, key.contactId ?? null, key.queueId ?? null])
