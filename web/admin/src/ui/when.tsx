import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useLanguage } from '../app/language.ts'
import { durationWords, lengthWords } from './durations.ts'
import { exact, relative } from './moments.ts'

/** One clock for all moments that are shown; it ticks while there are some. */
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined
let shown = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  ticking ??= setInterval(() => {
    shown = Date.now()
    for (const each of listeners) each()
  }, 20_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

/** About now, rendered again as time goes by. Never behind a moment that has just come. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => shown)

/** A moment in words ("hace 3 h"), exact on hover, in the reader's zone. Without one, a dash. */
export function When({ at }: { at: string | number | null | undefined }) {
  const language = useLanguage()
  const now = useNow()
  if (at === null || at === undefined) return <>—</>
  const moment = typeof at === 'number' ? at : Date.parse(at)
  return (
    <Tooltip label={exact(moment, language)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={new Date(moment).toISOString()}>
        {relative(moment, Math.max(now, Date.now() - 20_000), language)}
      </time>
    </Tooltip>
  )
}

/** How long something took or takes, in words: of milliseconds, or of an ISO 8601 duration. */
export function Lasting({ of, business = false }: { of: number | string | null | undefined; business?: boolean }) {
  const language = useLanguage()
  if (of === null || of === undefined) return <>—</>
  return <>{typeof of === 'number' ? lengthWords(of, language) : durationWords({ iso: of, business }, language)}</>
}
