import type { EncounterView } from '#conversations/context/context.ts'
import { countedAt } from '#conversations/encounters/counted-at.ts'
import { type Action, decide } from '#conversations/encounters/decide.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import type { Surroundings } from '#conversations/encounters/inactivity.ts'
import { bareEncounter, type Incoming } from '#conversations/encounters/outside.ts'
import { standingAfter, textsIn, viewOfEncounter } from '#conversations/encounters/pretend.ts'
import type { Json } from '#platform/event.ts'

/*
 * A conversation of which no more is known than conditions and texts see, or what somebody wrote down of that by hand, and
 * how it is seen after something happens: decided as of real ones. Only what changes is seen otherwise, and one that
 * nobody knows (null) stays unknown.
 */

/** What flows do to it. */
type Deed = Extract<Action, { kind: 'assign' | 'close' | 'extend' | 'tag' }> & { id: string; at: number }

const NOTHING_AROUND: Surroundings = { rules: null, texts: [], locale: null, lastResort: '' }

/**
 * How it is seen once something was done to it.
 * @param silence that goes on to be its key, whatever happens: that of the warning a run began with
 * @returns `isTold`: whether an event tells of it, as far as is known
 */
export function seenAfterDeed(view: Json, deed: Deed, silence: string | null): { view: Json; isTold: boolean } {
  const before = standing(view, deed.at)
  if (before === null) return { view, isTold: true }
  const { encounter, facts } = decide(before, deed, NOTHING_AROUND)
  return { view: seen(view, before, encounter, silence), isTold: facts.length > 0 }
}

/** How it is seen after an event that tells of it, whoever told it. */
export function seenAfterEvent(
  view: Json,
  event: Pick<Incoming, 'type' | 'data' | 'occurredAt' | 'receivedAt'>,
  silence: string | null,
): Json {
  const before = standing(view, countedAt({ ...event, origin: 'rest' }, false))
  if (before === null) return view
  const after = standingAfter(before, { ...event, tenant: '', encounterId: before.id })
  return seen(view, before, after, silence)
}

function seen(view: Json, before: Encounter, after: Encounter, silence: string | null): Json {
  if (after === before) return view
  const was: { readonly [name: string]: unknown } = viewOfEncounter(before)
  const changed = Object.entries(viewOfEncounter(after)).filter(
    ([name, value]) => value !== was[name] && !(name === 'stageKey' && silence),
  )
  return changed.length === 0
    ? view
    : { ...(view as object), ...(Object.fromEntries(changed) as { [name: string]: Json }) }
}

/** @param at the moment from which it counts what nobody says the time of */
function standing(view: Json, at: number): Encounter | null {
  if (typeof view !== 'object' || view === null || Array.isArray(view)) return null
  const known: { readonly [member in keyof EncounterView]?: Json } = view
  const status = oneOf(known.status, ['warned', 'closed'], 'open')
  const [team, user] = [textIn(known.team), textIn(known.user)]
  return {
    ...bareEncounter({
      tenant: '',
      encounterId: textIn(known.id) ?? '',
      at: Math.min(at, momentIn(known.openedAt) ?? at),
    }),
    bare: false,
    queueId: textIn(known.queueId),
    contactId: textIn(known.contactId),
    brandId: textIn(known.brandId),
    status,
    handling: oneOf(known.handling, ['assigned', 'bot', 'snoozed'], 'queued'),
    assignee: team === null && user === null ? null : { team, user },
    snoozedUntil: momentIn(known.snoozedUntil),
    lastPatientAt: momentIn(known.lastPatientAt),
    // Whoever is warned was so at some time.
    warnedAt: momentIn(known.warnedAt) ?? (status === 'warned' ? at : null),
    closedAt: momentIn(known.closedAt),
    closeReason: textIn(known.closeReason),
    round: typeof known.round === 'number' && Number.isSafeInteger(known.round) ? known.round : 0,
    tags: textsIn(known.tags),
  }
}

const textIn = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

function momentIn(value: Json | undefined): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : at
}

const oneOf = <T extends string>(value: Json | undefined, names: readonly T[], otherwise: T): T =>
  names.find((name) => name === value) ?? otherwise
