/** What happens in the program, as it happens: a stream of events that says which queries are worth asking again. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

export type LiveEvent = {
  position: number
  id: string
  type: string
  subject: string
  conversationId: string | null
  time: string
}

/** What happened within a moment, and how many more than are told of here. */
export type LiveFrame = { events: LiveEvent[]; left: number }

type Listener = (frame: LiveFrame) => void

const listeners = new Set<Listener>()
let source: EventSource | undefined

/** One stream for all who listen; it ends with the last of them. The browser connects again by itself. */
export function listen(listener: Listener): () => void {
  listeners.add(listener)
  if (source === undefined) {
    source = new EventSource('/api/v1/live')
    source.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as LiveFrame
      for (const each of listeners) each(frame)
    }
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    source?.close()
    source = undefined
  }
}

/** Asks the queries under `queryKey` again when something happened that matters to them, at most once in `everyMs`. */
export function useLive(queryKey: readonly unknown[], matters: (event: LiveEvent) => boolean, everyMs = 2_000): void {
  const queries = useQueryClient()
  const now = useRef({ queryKey, matters })
  now.current = { queryKey, matters }
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const stop = listen(({ events, left }) => {
      // What is not told of may matter too.
      if (waiting !== undefined || !(left > 0 || events.some((event) => now.current.matters(event)))) return
      waiting = setTimeout(() => {
        waiting = undefined
        void queries.invalidateQueries({ queryKey: now.current.queryKey })
      }, everyMs)
    })
    return () => {
      stop()
      clearTimeout(waiting)
    }
  }, [queries, everyMs])
}
