import { usersByIds } from '#access/index.ts'
import {
  type ContextKey,
  type ConversationContext,
  contextKeyOf,
  encounterStates,
  loadContexts,
} from '#conversations/index.ts'
import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'
import type { PreviewPerson } from './contract.ts'
import type { EncounterState, Person } from './gate.ts'
import type { NotifyRequest } from './request.ts'
import { ownKey } from './store.ts'

/** The person by themselves, since an encounter's context tells of its own contact, whoever was asked for. */
const contactKey = (tenant: string, contactId: string): ContextKey => ({ tenant, contactId })

/** The people of a batch of requests, as their own context tells of them. */
export type Contexts = ReadonlyMap<string, ConversationContext>

export type User = { tenant: string; id: string; email: string; name: string }

export const NO_USERS: ReadonlyMap<string, User> = new Map()

/** Users that requests are for, by `ownKey`. */
export async function usersOf(db: Db, requests: readonly NotifyRequest[]): Promise<ReadonlyMap<string, User>> {
  const wanted = requests.flatMap(({ tenant, to }) => ('userId' in to ? [{ tenant, id: to.userId }] : []))
  if (wanted.length === 0) return NO_USERS
  return new Map((await usersByIds(db, wanted)).map((user) => [ownKey(user.tenant, user.id), user]))
}

/** Whom a kept notification was for. */
export type Receiver = { user_kind: 'contact' | 'user' | null; user_id: string | null }

/** What to call the receivers of a list, in at most two statements; those who have no name are absent. */
export async function namesOf(
  db: Db,
  tenant: string,
  receivers: readonly Receiver[],
): Promise<(receiver: Receiver) => string | null> {
  const ids = (kind: 'contact' | 'user') => [
    ...new Set(
      receivers.flatMap(({ user_kind, user_id }) => (user_kind === kind && user_id !== null ? [user_id] : [])),
    ),
  ]
  const [contacts, users] = [ids('contact'), ids('user')]
  const [contexts, known] = await Promise.all([
    contacts.length === 0
      ? null
      : loadContexts(
          db,
          contacts.map((id) => contactKey(tenant, id)),
        ),
    users.length === 0
      ? []
      : usersByIds(
          db,
          users.map((id) => ({ tenant, id })),
        ),
  ])
  const named = new Map(known.map(({ id, name }) => [id, name]))
  return ({ user_kind, user_id }) => {
    if (user_id === null) return null
    if (user_kind === 'user') return named.get(user_id) ?? null
    return contexts?.get(contextKeyOf(contactKey(tenant, user_id)))?.contact?.name ?? null
  }
}

/** How people are found by their ids. */
export type Known = {
  user(id: string): Pick<User, 'id' | 'name' | 'email'> | undefined
  contact(id: string): PreviewPerson | null | undefined
}

/** The people of a tenant among those that were read. */
export const knownOf = (tenant: string, contexts: Contexts, users: ReadonlyMap<string, User>): Known => ({
  user: (id) => users.get(ownKey(tenant, id)),
  contact: (id) => contexts.get(contextKeyOf(contactKey(tenant, id)))?.contact,
})

/** Null: nobody of that id is known. Undefined: the request names an address only. */
export function personOf({ to, onlyKnown }: NotifyRequest, known: Known): Person | null | undefined {
  if ('address' in to) return undefined
  if ('userId' in to) {
    const user = known.user(to.userId)
    if (user === undefined) return null
    const { id, name, email } = user
    return { kind: 'user', id, name, locale: null, timeZone: null, attributes: {}, addresses: { email }, bare: false }
  }
  const contact = known.contact(to.contactId)
  if (!contact && onlyKnown === true) return null
  // A flow may hear of somebody before their bare row is written.
  return contactPerson(contact ?? { id: to.contactId })
}

/** @param contact as kept, or as a simulation describes them; without `addresses` nothing is known of them */
export function contactPerson(contact: PreviewPerson): Person {
  const { id, name = null, locale = null, timeZone = null, attributes = {}, addresses = {} } = contact
  const [email, push] = [addressOf(addresses.email), addressOf(addresses.push)]
  return {
    kind: 'contact',
    id,
    name,
    locale,
    timeZone,
    attributes,
    addresses: { ...(email === null ? {} : { email }), ...(push === null ? {} : { push }) },
    bare: contact.bare ?? contact.addresses === undefined,
  }
}

/** A contact may keep one address of a kind or several, the preferred first. */
function addressOf(kept: Json | undefined): string | null {
  const first = Array.isArray(kept) ? kept[0] : kept
  return typeof first === 'string' && first !== '' ? first : null
}

/** The encounters that requests depend on or lead to, by `ownKey` of their own ids, in one statement. */
export async function namedEncounters(
  db: Db,
  requests: readonly NotifyRequest[],
): Promise<ReadonlyMap<string, EncounterState & { contactId: string | null }>> {
  const ids = requests.flatMap(({ tenant, stillTrue, deepLink }) => [
    ...(stillTrue === undefined ? [] : [{ tenant, encounterId: stillTrue.encounterId }]),
    ...(deepLink === undefined || 'url' in deepLink ? [] : [{ tenant, encounterId: deepLink.encounterId }]),
  ])
  const wanted = new Map(ids.map((id) => [ownKey(id.tenant, id.encounterId), id]))
  const states = await encounterStates(db, [...wanted.values()])
  return new Map(states.map((state) => [ownKey(state.tenant, state.encounterId), state]))
}

/** What is asked of an encounter before a message leaves. */
export type Claim = Pick<NotifyRequest, 'tenant' | 'id' | 'stillTrue'>

/** The encounters that requests depend on, by `ownKey` of the request; those that are not known are absent. */
export async function encountersOf(db: Db, requests: readonly Claim[]): Promise<ReadonlyMap<string, EncounterState>> {
  const claims = requests.flatMap(({ tenant, id, stillTrue }) =>
    stillTrue === undefined ? [] : [{ tenant, id, encounterId: stillTrue.encounterId }],
  )
  const states = await encounterStates(db, claims)
  const byKey = new Map(states.map((state) => [ownKey(state.tenant, state.encounterId), state]))
  return new Map(
    claims.flatMap(({ tenant, id, encounterId }) => {
      const state = byKey.get(ownKey(tenant, encounterId))
      return state === undefined ? [] : [[ownKey(tenant, id), state] as const]
    }),
  )
}

/** The contacts of the given requests, in one statement. */
export const loadPeople = (db: Db, requests: readonly NotifyRequest[]): Promise<Contexts> =>
  loadContexts(
    db,
    requests.flatMap(({ tenant, to }) => ('contactId' in to ? [contactKey(tenant, to.contactId)] : [])),
  )
