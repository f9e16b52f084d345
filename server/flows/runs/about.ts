import { countedAt, encounterStates, silencesOf } from '#conversations/index.ts'
import { quietSinceIn } from '#flows/beginning.ts'
import { personIn, textIn } from '#flows/cancelling.ts'
import type { About } from '#flows/run.ts'
import { QUIET } from '#flows/walk.ts'
import type { EventDraft } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

/** Who an event is about, as far as its data tells. */
export function aboutOf(event: Pick<EventDraft, 'data' | 'encounterId' | 'origin' | 'source' | 'type' | 'raw'>): About {
  const { data } = event
  const warnedAt = quietSinceIn(event)
  return {
    encounterId: event.encounterId,
    contactId: personIn(data),
    queueId: textIn(data, 'queue_id', 'queueId'),
    silence: null,
    ...(warnedAt === null ? {} : { warnedAt }),
  }
}

/**
 * An event and what is known of whom it is about. `position`: where it stands in the log, or would stand; one that only
 * would has no `receivedAt`.
 */
type Told = {
  event: Pick<EventDraft, 'tenant' | 'type' | 'subject' | 'occurredAt' | 'origin'> & { readonly receivedAt?: number }
  position: number
  about: About
}

/**
 * Finds out what the events do not say themselves: the encounter that a subject names, and the silence that a
 * warning is about. At most two statements for a batch.
 * @param byReceipt silences count from receipt (on a scaled clock)
 */
export async function completeAbouts(told: readonly Told[], db: Db, byReceipt: boolean): Promise<void> {
  const unsure = told.filter(({ about }) => about.encounterId === null)
  if (unsure.length > 0) {
    const found = await encounterStates(
      db,
      unsure.map(({ event }) => ({ tenant: event.tenant, encounterId: event.subject })),
    )
    const known = new Set(found.map(({ tenant, encounterId }) => `${tenant}\n${encounterId}`))
    for (const item of unsure) {
      const { tenant, subject } = item.event
      if (known.has(`${tenant}\n${subject}`)) item.about = { ...item.about, encounterId: subject }
    }
  }
  const warnings = told.flatMap((item) => {
    const { encounterId } = item.about
    return item.event.type === QUIET && encounterId !== null ? [{ item, encounterId }] : []
  })
  const silences = await silencesOf(
    db,
    warnings.map(({ item, encounterId }) => ({ tenant: item.event.tenant, encounterId, before: item.position })),
    byReceipt,
  )
  warnings.forEach(({ item }, i) => {
    const { key = null, since = null } = silences[i] ?? {}
    const { receivedAt } = item.event
    item.about = {
      ...item.about,
      silence: key,
      ...(since === null ? {} : { silentSince: since }),
      ...(receivedAt === undefined ? {} : { warnedAt: countedAt({ ...item.event, receivedAt }, byReceipt) }),
    }
  })
}
