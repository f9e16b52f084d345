import type { Because } from '#conversations/encounters/command.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { bornEvent, type ENCOUNTER_SUBTYPES } from '#events/index.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'

export type Subtype = (typeof ENCOUNTER_SUBTYPES)[number]

/** Something that happened. `key` tells it from others of its kind in the same encounter: a round, a message's id. */
export type Fact = {
  subtype: Subtype
  key: string
  /** Domain milliseconds. */
  at: number
  extra?: { readonly [name: string]: Json }
}

/** The same fact always gives the same id, so that a redo cannot tell it twice. */
export const factId = (tenant: string, encounterId: string, subtype: Subtype, key: string): string =>
  hashId(tenant, encounterId, subtype, key)

/** The event that tells of a fact, in the flat form. */
export const eventOf = (
  encounter: Pick<Encounter, 'tenant' | 'id' | 'queueId' | 'contactId' | 'brandId'>,
  fact: Fact,
  because: Because,
): EventDraft =>
  bornEvent({
    tenant: encounter.tenant,
    id: factId(encounter.tenant, encounter.id, fact.subtype, fact.key),
    subtype: fact.subtype,
    encounterId: encounter.id,
    queueId: encounter.queueId,
    patientId: encounter.contactId,
    brandId: encounter.brandId,
    at: fact.at,
    ...(fact.extra === undefined ? {} : { extra: fact.extra }),
    cause: because.cause,
    hops: because.hops,
    traceparent: because.traceparent,
  })
