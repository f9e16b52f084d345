import {
  type ConversationContext,
  type Encounter,
  isClosing,
  type Lasting,
  standingAfter,
  standingBefore,
} from '#conversations/index.ts'
import { echoOf } from '#flows/echo.ts'
import type { Around, Doer, Talks } from '#flows/machine/talks.ts'
import type { Effect } from '#flows/run.ts'

/** What is known of the conversations of a time, from elsewhere than its events. */
export type Known = ReadonlyMap<string, ConversationContext>

/**
 * Conversations as the events of a time tell of them. What people did is not changed by what runs would have done: what runs
 * do to a conversation is told to them, and nothing follows from it.
 */
export function standingTalks(around: Around, known: Known): Talks {
  const talks = new Map<string, Encounter>()

  const refuse = (): never => {
    throw new Error('conversations of the past are not opened')
  }

  /** One that was there already when the time began. */
  function found(id: string): Encounter | undefined {
    const stands = talks.get(id)
    if (stands !== undefined) return stands
    const lasting = lastingOf(known.get(id))
    if (lasting === undefined || (lasting.openedAt ?? 0) > around.now()) return undefined
    const encounter = standingBefore(around.tenant, id, around.now(), lasting)
    talks.set(id, encounter)
    return encounter
  }

  function tell(effect: Effect, { run, hops }: Doer): void {
    const view = echoOf(effect, run.about, run.event.subject, around.now())
    if (view === null) return
    const { id, source, type, subject, data } = view
    around.append({
      tenant: around.tenant,
      id,
      source,
      type,
      subject,
      form: 'cloudevents',
      raw: '',
      data,
      occurredAt: around.now(),
      encounterId: run.about.encounterId,
      traceparent: null,
      cause: `run:${run.id}`,
      hops: hops + 1,
      origin: 'internal',
    })
  }

  return {
    get: found,
    open: refuse,
    hear: refuse,
    follow(event) {
      const { encounterId, type, tenant, occurredAt } = event
      if (encounterId === null) return
      const isOfIt = type.startsWith('encounter.')
      const before =
        found(encounterId) ?? (isOfIt ? standingBefore(tenant, encounterId, occurredAt, undefined) : undefined)
      if (before !== undefined && isOfIt) talks.set(encounterId, standingAfter(before, event))
    },
    write: tell,
    do(deed, doer) {
      const stands = deed.kind === 'close' ? found(deed.encounterId) : undefined
      // A close that is called off, or comes behind another, is told to nobody.
      if (deed.kind === 'close' && stands !== undefined && !isClosing(stands, deed.quietSince)) return
      tell(deed, doer)
    },
  }
}

function lastingOf(context: ConversationContext | undefined): Lasting | undefined {
  const encounter = context?.encounter
  if (!encounter) return undefined
  const { queueId, contactId, brandId, channel, openedAt, tags } = encounter
  return { queueId, contactId, brandId, channel, openedAt: Date.parse(openedAt), tags }
}
