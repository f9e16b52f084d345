import { existingContacts } from '#conversations/contacts/store.ts'
import { timerAt } from '#conversations/encounters/act.ts'
import type { Because } from '#conversations/encounters/command.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { eventOf } from '#conversations/encounters/facts.ts'
import { nextAction } from '#conversations/encounters/inactivity.ts'
import { bareEncounter } from '#conversations/encounters/outside.ts'
import { openEncounters } from '#conversations/encounters/store.ts'
import { rulesOf } from '#conversations/queues/store.ts'
import { conflict, type Fault, invalid, type Problem, says } from '#platform/problem.ts'
import type { Tx } from '#platform/work.ts'

export type Opening = {
  tenant: string
  id: string
  queueId: string
  contactId: string
  channel: string
  /** Domain milliseconds. */
  at: number
  because: Because
}

const keyOf = (tenant: string, id: string): string => `${tenant}\n${id}`

/**
 * Opens encounters in one transaction. One known only from events of others is taken over with all it went through.
 * @returns for each the encounter, or the Problem that refuses it: unknown queue or contact (400), id taken (409)
 */
export async function openAll(tx: Tx, openings: readonly Opening[]): Promise<(Encounter | Problem)[]> {
  const [rules, people] = await Promise.all([rulesOf(tx, [], openings), existingContacts(tx, openings)])
  const contacts = new Set(people.map(({ tenant, contactId }) => keyOf(tenant, contactId)))
  const taken = new Set<string>()
  const judged = openings.map((opening): Encounter | Problem => {
    const { tenant, id, queueId, contactId, channel, at } = opening
    const faults: Fault[] = []
    if (rules.of(tenant, queueId) === null) faults.push(unknown('queueId', 'queue', queueId))
    if (!contacts.has(keyOf(tenant, contactId))) faults.push(unknown('contactId', 'contact', contactId))
    if (faults.length > 0) return invalid(...faults)
    if (taken.has(keyOf(tenant, id))) return isTaken(id)
    taken.add(keyOf(tenant, id))
    const opened = { ...bareEncounter({ tenant, encounterId: id, at }), bare: false, queueId, contactId, channel }
    return { ...opened, armedAt: nextAction(opened, rules.of(tenant, queueId))?.at ?? null }
  })
  const wanted = judged.filter((encounter): encounter is Encounter => !(encounter instanceof Error))
  const opened = new Map((await openEncounters(tx, wanted)).map((row) => [keyOf(row.tenant, row.id), row]))
  return judged.map((encounter, i) => {
    if (encounter instanceof Error) return encounter
    const row = opened.get(keyOf(encounter.tenant, encounter.id))
    if (row === undefined) return isTaken(encounter.id)
    const { at, because } = openings[i] as Opening
    tx.append([eventOf(encounter, { subtype: 'created', key: '', at, extra: { channel: encounter.channel } }, because)])
    // Taken over: the timer looks at once and sets itself by what the encounter went through.
    const dueAt = row.fresh ? encounter.armedAt : at
    if (dueAt !== null) tx.schedule([timerAt(encounter, dueAt)])
    return encounter
  })
}

const unknown = (field: string, what: string, id: string): Fault => ({
  path: `/${field}`,
  ...says(`there is no ${what} ${JSON.stringify(id)}`, `no existe: ${JSON.stringify(id)}`),
})

const isTaken = (id: string): Problem =>
  conflict(`There is an encounter ${JSON.stringify(id)} already.`, `Ya hay una conversación ${JSON.stringify(id)}.`)
