import { arm, timerAt } from '#conversations/encounters/act.ts'
import type { Because } from '#conversations/encounters/command.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { eventOf } from '#conversations/encounters/facts.ts'
import { bareEncounter, follow, outsideEvent } from '#conversations/encounters/outside.ts'
import {
  type Change,
  insertEncounters,
  lockInOrder,
  readEncounters,
  updateEncounters,
} from '#conversations/encounters/store.ts'
import { insertBare, type RuleBook, rulesOf, withThresholds } from '#conversations/queues/store.ts'
import type { Clock } from '#platform/clock.ts'
import type { EventDraft, LogEvent } from '#platform/event.ts'
import type { Consumer } from '#platform/service.ts'
import type { Db, DueEntry } from '#platform/work.ts'

/** Ids known to have their row: spares most batches the insert of bare queues and contacts. */
const MAX_KNOWN = 100_000

/** Follows what other systems tell of their encounters. */
export function conversationsConsumer(clock: Clock): Consumer {
  const known = new Set<string>()
  return {
    name: 'conversations',
    required: true,
    async handle(events, db, now) {
      const heard = events.flatMap((event) => {
        const outside = outsideEvent(event, clock.scale !== 1)
        return outside === null ? [] : [{ event, outside }]
      })
      const spoken = events.filter(isOfFlow)
      if (heard.length + spoken.length === 0) return null
      const keys = [
        ...new Map(heard.map(({ outside }) => [`${outside.tenant}\n${outside.encounterId}`, outside])).values(),
      ]
      const named = heard.flatMap(({ outside: { tenant, queueId } }) => (queueId === null ? [] : [{ tenant, queueId }]))
      const [found, rules, looks] = await Promise.all([
        readEncounters(db, keys),
        rulesOf(db, keys, named),
        timersOf(db, spoken, now),
      ])
      const { changes, made, told, due } = followAll(found, heard, rules, now)
      due.push(...looks)

      const fresh = <Item extends { tenant: string; id: string | null; kind: string }>(items: readonly Item[]) => [
        ...new Map(
          items.flatMap((item) => {
            const key = `${item.kind}\n${item.tenant}\n${item.id}`
            return item.id === null || known.has(key) ? [] : [[key, { ...item, id: item.id }] as const]
          }),
        ),
      ]
      const queues = fresh(
        heard.map(({ outside: o }) => ({ kind: 'queue', tenant: o.tenant, id: o.queueId, brand: o.brandId, at: o.at })),
      )
      const contacts = fresh(
        heard.map(({ outside: o }) => ({ kind: 'contact', tenant: o.tenant, id: o.contactId, at: o.at })),
      )
      if (changes.length + made.length + told.length + due.length + queues.length + contacts.length === 0) return null

      return (tx) => {
        insertBare(
          tx,
          queues.map(([, queue]) => queue),
          contacts.map(([, contact]) => contact),
        )
        insertEncounters(tx, made)
        lockInOrder(
          tx,
          changes.map(({ after }) => ({ tenant: after.tenant, encounterId: after.id })),
        )
        updateEncounters(tx, changes)
        tx.append(told)
        tx.schedule(due)
        tx.afterCommit(() => {
          if (known.size > MAX_KNOWN) known.clear()
          for (const [key] of [...queues, ...contacts]) known.add(key)
        })
      }
    },
  }
}

/** A message that another context wrote: told by nobody who decided on the encounter. */
const isOfFlow = ({ origin, type, cause }: LogEvent): boolean =>
  origin === 'internal' && type === 'encounter.message_sent' && cause !== null

/**
 * Timers that have to look because a flow spoke: where a queue has times of its own for who spoke last, that may bring
 * the deadline nearer, and whoever writes messages does not read the encounters (`writeMessages`).
 */
async function timersOf(db: Db, spoken: readonly LogEvent[], now: number): Promise<DueEntry[]> {
  const keys = new Map(
    spoken.flatMap(({ tenant, encounterId }) =>
      encounterId === null ? [] : [[`${tenant}\n${encounterId}`, { tenant, encounterId }] as const],
    ),
  )
  if (keys.size === 0) return []
  const encounters = await withThresholds(db, [...keys.values()])
  return encounters.map(({ tenant, encounterId }) => timerAt({ tenant, id: encounterId }, now))
}

/** Folds a batch over the encounters it tells of. */
function followAll(
  found: readonly Encounter[],
  heard: readonly { event: LogEvent; outside: NonNullable<ReturnType<typeof outsideEvent>> }[],
  rules: RuleBook,
  now: number,
): { changes: Change[]; made: Encounter[]; told: EventDraft[]; due: DueEntry[] } {
  const before = new Map(found.map((encounter) => [`${encounter.tenant}\n${encounter.id}`, encounter]))
  const after = new Map(before)
  const told: EventDraft[] = []
  for (const { event, outside } of heard) {
    const key = `${outside.tenant}\n${outside.encounterId}`
    const encounter = after.get(key) ?? bareEncounter(outside)
    const decision = follow(encounter, outside, rules.of(outside.tenant, encounter.queueId ?? outside.queueId))
    after.set(key, decision.encounter)
    const because: Because = { cause: event.id, hops: event.hops + 1, traceparent: event.traceparent }
    for (const fact of decision.facts) told.push(eventOf(decision.encounter, fact, because))
  }
  const changes: Change[] = []
  const made: Encounter[] = []
  const due: DueEntry[] = []
  for (const [key, encounter] of after) {
    const was = before.get(key)
    if (was === undefined) made.push(encounter)
    else if (was !== encounter) changes.push({ before: was, after: encounter })
    // The timer is only asked to look: it sets itself under the row lock, by the settings of that moment.
    if (arm(encounter, rules).due !== undefined) due.push(timerAt(encounter, now))
  }
  return { changes, made, told, due }
}
