/** What happens in the program, as it happens: a stream of events that says which queries are worth asking again. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { api } from './client.ts'

export type LiveEvent = {
  position: number
  id: string
  type: string
  subject: string
  conversationId: string | null
  time: string
}

/** What happened within a moment, and how many more than are told of here; `missed`: or while nobody could tell. */
export type LiveFrame = { events: LiveEvent[]; left: number; missed?: true }

type Listener = (frame: LiveFrame) => void

/** When the browser gives up, as it does when a proxy answers in the place of the program. */
const AGAIN_MS = 5_000
const LONGEST_MS = 60_000

const listeners = new Set<Listener>()
const watchers = new Set<() => void>()
/** Since when (by the browser's clock) the stream of a window in sight is broken off. */
let lostAt: number | null = null
let source: EventSource | undefined
let again: ReturnType<typeof setTimeout> | undefined
let waitMs = AGAIN_MS
let away = false

/** A browser opens few connections to one address, six as a rule: tabs that nobody looks at must not hold one each. */
const inSight = (): boolean => document.visibilityState !== 'hidden'

const tell = (frame: LiveFrame): void => {
  for (const each of listeners) each(frame)
}

function lose(at: number | null): void {
  if (at === lostAt) return
  lostAt = at
  for (const each of watchers) each()
}

function connect(): void {
  const opened = new EventSource('/api/v1/live')
  source = opened
  opened.onmessage = ({ data }) => tell(JSON.parse(data) as LiveFrame)
  opened.onopen = () => {
    waitMs = AGAIN_MS
    if (away) tell({ events: [], left: 0, missed: true })
    away = false
    lose(null)
  }
  opened.onerror = () => {
    away = true
    lose(lostAt ?? Date.now())
    // Else the browser connects again by itself.
    if (opened.readyState !== 2 || source !== opened) return
    again = setTimeout(() => void connectAgain(), waitMs)
    waitMs = Math.min(waitMs * 2, LONGEST_MS)
  }
}

/** A stream does not tell why it was refused. Whoever is signed out is told so by this question, and nobody listens any more. */
async function connectAgain(): Promise<void> {
  const lost = source
  await api.GET('/api/v1/me').catch(() => {})
  // Meanwhile somebody may have looked away and back: then another one is open, or none is wanted.
  if (source === lost && listeners.size > 0) connect()
}

function disconnect(): void {
  source?.close()
  source = undefined
  clearTimeout(again)
  waitMs = AGAIN_MS
  lose(null)
}

/** Out of sight the stream ends; whoever looks again is told that something may have been missed. */
function look(): void {
  if (!inSight()) {
    away = true
    disconnect()
  } else if (source === undefined) connect()
}

/** One stream for all who listen; it ends with the last of them. Where it breaks off it begins again. */
export function listen(listener: Listener): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', look)
  listeners.add(listener)
  look()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    document.removeEventListener('visibilitychange', look)
    disconnect()
    away = false
  }
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Since when (by the browser's clock) nothing tells any more of what happens; null: all is well, or nobody listens. */
export const useLostAt = (): number | null => useSyncExternalStore(watch, () => lostAt)

/** Asks the queries under `queryKey` again when something happened that matters to them, at most once in `everyMs`. */
export function useLive(queryKey: readonly unknown[], matters: (event: LiveEvent) => boolean, everyMs = 2_000): void {
  const queries = useQueryClient()
  const now = useRef({ queryKey, matters })
  now.current = { queryKey, matters }
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const stop = listen(({ events, left, missed }) => {
      // What is not told of may matter too.
      if (waiting !== undefined || !(missed || left > 0 || events.some((event) => now.current.matters(event)))) return
      waiting = setTimeout(() => {
        waiting = undefined
        void queries.invalidateQueries({ queryKey: now.current.queryKey })
      }, everyMs)
    })
    return () => {
      stop()
      clearTimeout(waiting)
      // From here on nothing tells of what happens: whoever comes back within a moment asks anew all the same.
      void queries.invalidateQueries({ queryKey: now.current.queryKey, refetchType: 'none' })
    }
  }, [queries, everyMs])
}
