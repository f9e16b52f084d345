/** What happens in the program, as it happens: a stream of events that says which queries are worth asking again. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

export type LiveEvent = {
  position: number
  id: string
  type: string
  subject: string | null
  conversationId: string | null
  time: string
}

type Listener = (event: LiveEvent) => void

const listeners = new Set<Listener>()
let source: EventSource | undefined

/** One stream for all who listen; it ends with the last of them. The browser connects again by itself. */
export function listen(listener: Listener): () => void {
  listeners.add(listener)
  if (source === undefined) {
    source = new EventSource('/api/v1/live')
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data) as LiveEvent
      for (const each of listeners) each(event)
    }
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    source?.close()
    source = undefined
  }
}

/** Asks the queries under `queryKey` again when an event comes that matters to them, at most once in `everyMs`. */
export function useLive(queryKey: readonly unknown[], matters: (event: LiveEvent) => boolean, everyMs = 2_000): void {
  const queries = useQueryClient()
  const now = useRef({ queryKey, matters })
  now.current = { queryKey, matters }
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const stop = listen((event) => {
      if (waiting !== undefined || !now.current.matters(event)) return
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
