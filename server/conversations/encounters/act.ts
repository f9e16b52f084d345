import type { Because } from '#conversations/encounters/command.ts'
import { type Decision, decide, type Input, type Refusal } from '#conversations/encounters/decide.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { eventOf, factId, type Subtype } from '#conversations/encounters/facts.ts'
import { nextAction, type Said } from '#conversations/encounters/inactivity.ts'
import { lockEncounters, lockFreeEncounters, updateEncounters } from '#conversations/encounters/store.ts'
import { type RuleBook, rulesOf, voicesOf } from '#conversations/queues/store.ts'
import { insertMessages, type Message } from '#conversations/thread/store.ts'
import { DEFAULT_SOURCE, idsInLog } from '#events/index.ts'
import type { EventDraft } from '#platform/event.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** The due kind of the inactivity timer; its key is the encounter's id. */
export const INACTIVITY_KIND = 'encounter.inactivity'

export type Ask = {
  tenant: string
  encounterId: string
  input: Input
  because: Because
  /** The caller may ask the same once more, under the same id: it is carried out once. */
  repeats?: boolean
}

/** `unknown`: there is no such encounter. `busy`: somebody else holds it (only when told not to wait). */
export type Answer =
  | { state: 'done'; messages: readonly Said[]; refused: Refusal | undefined }
  | { state: 'unknown' | 'busy' }

/** What a decision tells. What was asked for leads to the rest: somebody wrote, and so is back. */
function eventsOf({ encounter, facts }: Decision, { input, because }: Ask): EventDraft[] {
  const asked = facts.find(({ key }) => key === input.id)
  if (asked === undefined) return facts.map((fact) => eventOf(encounter, fact, because))
  const first = eventOf(encounter, asked, because)
  const after = { cause: first.id, hops: because.hops + 1, traceparent: because.traceparent }
  return facts.map((fact) => (fact === asked ? first : eventOf(encounter, fact, after)))
}

/** Ids of asks that may come twice. */
export const repeatable = (asks: readonly Ask[]): ReadonlySet<string> =>
  new Set(asks.flatMap(({ repeats, input }) => (repeats ? [input.id] : [])))

/** What tells of an ask under its own id, whatever the encounter was like; undefined: nothing does. */
function toldAs(input: Input): Subtype | undefined {
  switch (input.kind) {
    case 'extend':
      return 'extended'
    case 'assign':
    case 'transfer':
    case 'return':
    case 'bot':
    case 'snooze':
      return 'assigned'
    case 'visit':
      return input.how === 'link' ? 'link_followed' : undefined
    default:
      return undefined
  }
}

/**
 * Asks that were carried out before: an earlier try of the same request, whose answer was lost. Time given would be given
 * twice, and a hand-over would undo what was done since. Asked for under the locks, so that two tries see each other.
 */
async function carriedOut(tx: Tx, asks: readonly Ask[]): Promise<ReadonlySet<Ask>> {
  const told = asks.flatMap((ask) => {
    const { tenant, encounterId, input, repeats } = ask
    const subtype = toldAs(input)
    if (!repeats || subtype === undefined) return []
    return [{ ask, tenant, source: DEFAULT_SOURCE, id: factId(tenant, encounterId, subtype, input.id) }]
  })
  const known = await idsInLog(tx, told)
  return new Set(told.flatMap(({ ask, id }) => (known.has(id) ? [ask] : [])))
}

const keyOf = (tenant: string, encounterId: string): string => `${tenant}\n${encounterId}`

/** Closing and warning speak to the person; all else needs neither their language nor texts. */
const speaks = ({ kind }: Input): boolean => kind === 'timer' || kind === 'close'

/** What is the same for every encounter of an installation. */
export type House = {
  /** Locale of what is said to people whose own is not known. */
  locale: string
}

/**
 * Carries out inputs in their order, in one transaction: locks the encounters, decides purely, issues the writes.
 * Whatever comes in, timers and people meet at the row lock: what was decided first is what the second one sees.
 * @param wait false leaves out what somebody else holds
 */
export async function act(tx: Tx, asks: readonly Ask[], house: House, wait = true): Promise<Answer[]> {
  const keys = [...new Map(asks.map((ask) => [keyOf(ask.tenant, ask.encounterId), ask])).values()]
  const named = asks.flatMap(({ tenant, input }) =>
    input.kind === 'transfer' ? [{ tenant, queueId: input.queueId }] : [],
  )
  const speaking = asks.filter((ask) => speaks(ask.input))
  // Sent together; the rules are read after the locks are held.
  const [locked, rules, voices, done] = await Promise.all([
    wait ? lockEncounters(tx, keys) : lockFreeEncounters(tx, keys),
    rulesOf(tx, keys, named),
    speaking.length > 0 ? voicesOf(tx, speaking) : undefined,
    carriedOut(tx, asks),
  ])
  const before = new Map(locked.map((encounter) => [keyOf(encounter.tenant, encounter.id), encounter]))
  const after = new Map(before)
  const messages: Message[] = []
  const events: EventDraft[] = []
  const answers = asks.map((ask): Answer => {
    const { tenant, encounterId, input } = ask
    const key = keyOf(tenant, encounterId)
    const found = after.get(key)
    if (found === undefined) return { state: wait ? 'unknown' : 'busy' }
    if (done.has(ask)) return { state: 'done', messages: [], refused: undefined }
    const decision = decide(input.kind === 'timer' ? { ...found, armedAt: null } : found, input, {
      rules: rules.of(tenant, found.queueId),
      texts: voices?.textsOf(tenant) ?? [],
      locale: voices?.localeOf(tenant, encounterId) ?? null,
      lastResort: house.locale,
    })
    after.set(key, decision.encounter)
    decision.messages.forEach(({ at, ...said }, n) => {
      messages.push({ ...said, tenant, encounterId, createdAt: at, seq: found.messageCount + 1 + n })
    })
    events.push(...eventsOf(decision, ask))
    return { state: 'done', messages: decision.messages, refused: decision.refused }
  })
  const armed = [...after.values()].map((encounter) => arm(encounter, rules))
  updateEncounters(
    tx,
    armed.flatMap(({ encounter }) => {
      const was = before.get(keyOf(encounter.tenant, encounter.id)) as Encounter
      return was === encounter ? [] : [{ before: was, after: encounter }]
    }),
  )
  insertMessages(tx, messages, repeatable(asks))
  tx.append(events)
  tx.schedule(armed.flatMap(({ due }) => due ?? []))
  return answers
}

/**
 * Sets the timer where the deadline is earlier than what is set. A later one is left alone: the timer rings early,
 * finds nothing to do and is set again.
 */
export function arm(encounter: Encounter, rules: RuleBook): { encounter: Encounter; due?: DueEntry } {
  const next = nextAction(encounter, rules.of(encounter.tenant, encounter.queueId))
  if (next === null || (encounter.armedAt !== null && encounter.armedAt <= next.at)) return { encounter }
  return { encounter: { ...encounter, armedAt: next.at }, due: timerAt(encounter, next.at) }
}

/** The timer of an encounter, set to ring at `dueAt`. */
export const timerAt = ({ tenant, id }: Pick<Encounter, 'tenant' | 'id'>, dueAt: number): DueEntry => ({
  kind: INACTIVITY_KIND,
  tenant,
  key: id,
  dueAt,
})
