import { conversationsOf, findContacts, MOST_PEOPLE, peopleMeant } from '#conversations/index.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

/** Of one person: a look at the index for each of them. */
export const MOST_CONVERSATIONS = 200

/**
 * What runs are about that somebody seeks by a name or part of it, an id of a person, or a subject: these people, the newest of
 * their conversations, and the words themselves.
 * @returns null where too many people have the words to look each of them up
 */
export async function subjectsOf(
  { worker, asTenant }: Runtime['database'],
  tenant: string,
  words: string,
): Promise<string[] | null> {
  const people = await findContacts(worker, tenant, words, { within: 'name', limit: MOST_PEOPLE + 1 })
  if (people.length > MOST_PEOPLE) return null
  const theirs = await asTenant(tenant, (tx) => conversationsOf(tx, tenant, people, MOST_CONVERSATIONS))
  return [words.trim(), ...people, ...theirs]
}

/** Runs as lists and answers show them, each with the person whom it is about. */
export async function withPeople<R extends { subject: string; named: string | null }>(
  db: Db,
  tenant: string,
  rows: readonly R[],
) {
  const people = await peopleMeant(db, tenant, rows)
  return rows.map((row, i) => ({ ...row, person: people[i] ?? null }))
}
