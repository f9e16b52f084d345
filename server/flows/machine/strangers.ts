import { type ContactView, loadContexts } from '#conversations/index.ts'
import { type Left, type PretendHouse, toldBefore } from '#notifications/index.ts'
import type { Db } from '#platform/work.ts'

/** Who is known of the people of a world, and what they were told before it begins. */
export type People = { contacts: Map<string, ContactView>; told: Map<string, readonly Left[]> }

/**
 * People whom messages are for beside those of the world (`to` of a step). A graph alone does not say who they are: a world
 * names them as it is played, and is played again once they are known.
 */
export type Strangers = {
  name(id: string): void
  /** Reads those who were named. @returns whether the world is another one with them */
  meet(db: Db): Promise<boolean>
}

/** More than a step names in all honesty. */
const MOST = 10_000

/** @param from when the world begins, domain milliseconds */
export function createStrangers(house: PretendHouse, { contacts, told }: People, from: number): Strangers {
  const looked = new Set<string>()
  const named = new Set<string>()
  return {
    name(id) {
      if (!contacts.has(id) && !looked.has(id) && looked.size + named.size < MOST) named.add(id)
    },
    async meet(db) {
      const ids = [...named]
      named.clear()
      for (const id of ids) looked.add(id)
      if (ids.length === 0) return false
      const found = await loadContexts(
        db,
        ids.map((contactId) => ({ tenant: house.tenant, contactId })),
      )
      for (const { contact } of found.values()) if (contact !== null) contacts.set(contact.id, contact)
      for (const [person, left] of await toldBefore(db, house, ids, from)) told.set(person, left)
      return ids.some((id) => contacts.has(id))
    },
  }
}
