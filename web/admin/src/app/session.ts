/** Who is signed in, and what they may do. The session itself is a cookie that no script reads. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api, body, sessionBegan } from '../api/client.ts'
import type { operations } from '../api/schema.d.ts'
import { hearClock } from './clock.ts'

export type Permission = operations['postKeys']['requestBody']['content']['application/json']['scopes'][number]
export type Role = operations['postUsers']['requestBody']['content']['application/json']['role']
export type Session = operations['getMe']['responses'][200]['content']['application/json']

/** For whom this page was loaded. What pages keep in memory, as drafts, is theirs. */
let loadedFor: string | undefined
const nameOf = ({ tenant, user }: Session): string => `${tenant} ${user?.id}`

/** Whether the page has to be loaded anew for who is signed in now. */
export const isSomebodyElse = (session: Session): boolean => loadedFor !== nameOf(session)

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await body(api.GET('/api/v1/me', { signal }))
    hearClock(session.clock)
    loadedFor ??= nameOf(session)
    return session
  },
  staleTime: 5 * 60_000,
})

/** The session; only inside the shell, where there is one. */
export const useSession = (): Session => useSuspenseQuery(sessionQuery).data

/** How it ended for who still works here: by itself, or since somebody signed out in another tab. */
export type Ended = 'by itself' | 'elsewhere'
let ended: Ended | null = null
const watchers = new Set<() => void>()

/** Notes that who works here has to sign in again, or has. */
export function setSessionEnded(now: Ended | null): void {
  if (ended !== null && now === null) sessionBegan()
  // What goes on by itself, as the news of pages, is refused as well: it does not know why.
  ended = now === 'by itself' ? (ended ?? now) : now
  for (const each of watchers) each()
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Whether who works here has to sign in again before anything else, and why; null: they need not. */
export const useSessionEnded = (): Ended | null => useSyncExternalStore(watch, () => ended)

/** What the program calls the first organisation until somebody gives it a name. */
const UNNAMED = { tenant: 'default', tenantName: 'Default' }

/** Whether nobody has set this installation up yet, and the reader is who may. */
export const isNew = ({ tenant, tenantName, user, permissions }: Session): boolean =>
  tenant === UNNAMED.tenant &&
  tenantName === UNNAMED.tenantName &&
  user?.role === 'owner' &&
  permissions.includes('tenants:write')

/** Whether the reader may do that. What one may not do is not offered. */
export function useCan(): (permission: Permission | undefined) => boolean {
  const { permissions } = useSession()
  return (permission) => permission === undefined || permissions.includes(permission)
}

export type SignIn = operations['postSession']['requestBody']['content']['application/json']

let tabs: BroadcastChannel | undefined
/** Between the tabs of a browser, which share the cookie. Nothing is said but that somebody came or went. */
const otherTabs = (): BroadcastChannel => {
  tabs ??= new BroadcastChannel('cauce.session')
  return tabs
}

/** Who is told when somebody came or went in another tab. */
export function whenSessionChanges(listener: () => unknown): void {
  otherTabs().onmessage = () => void listener()
}

export async function signIn(given: SignIn): Promise<void> {
  await api.POST('/api/v1/session', { body: given })
  otherTabs().postMessage('in')
}

export async function signOut(): Promise<void> {
  await api.DELETE('/api/v1/session')
  otherTabs().postMessage('out')
}
