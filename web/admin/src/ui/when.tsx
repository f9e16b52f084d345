import { Text, Tooltip } from '@mantine/core'
import { useRef, useState, useSyncExternalStore } from 'react'
import { type ClockKind, currentTime } from '../app/clock.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { durationWords, lengthWords } from './durations.ts'
import { carried } from './iso-duration.ts'
import { brief, exact, relative } from './moments.ts'
import { uiTexts } from './texts.ts'

const DAY_MS = 86_400_000

/** One tick for all moments that are shown; there is none while none is. */
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined
let ticks = 0

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  ticking ??= setInterval(() => {
    ticks += 1
    for (const each of listeners) each()
  }, 20_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

/** Now by the program's clock; who asks is rendered again as time goes by. */
export function useNow(clock: ClockKind = 'domain'): number {
  useSyncExternalStore(subscribe, () => ticks)
  return currentTime(clock)
}

/**
 * A moment in words ("hace 3 h"), exact on hover, in the reader's zone. Without one, a dash. What machines and users did
 * (attempts, sign-ins, the audit log) is told by the clock of the wall.
 * @param props.dated what is a day away or further has its date and time beside its words: "el próximo mes" is no appointment
 */
export function When(props: { at: string | number | null | undefined; clock?: ClockKind; dated?: boolean }) {
  const { at, clock, dated = false } = props
  const language = useLanguage()
  const now = useNow(clock)
  const shown = useRef<HTMLTimeElement>(null)
  const [isLookedAt, look] = useState(false)
  if (at === null || at === undefined) return <>—</>
  const moment = typeof at === 'number' ? at : Date.parse(at)
  // A list has hundreds of moments: the exact one is made when somebody looks at it.
  return (
    <>
      <time
        ref={shown}
        dateTime={new Date(moment).toISOString()}
        onPointerEnter={() => look(true)}
        onPointerLeave={() => look(false)}
      >
        {relative(moment, now, language)}
        {dated && Math.abs(moment - now) >= DAY_MS && (
          <Text span inherit c="dimmed">
            {` · ${brief(moment, language)}`}
          </Text>
        )}
      </time>
      {isLookedAt && <Tooltip opened label={exact(moment, language)} target={shown} />}
    </>
  )
}

/** When what waits is done next: of what is due already the moment that went by says nothing. */
export function Next({ at }: { at: string | null | undefined }) {
  const t = useTexts(uiTexts)
  const now = useNow('wall')
  return at && Date.parse(at) <= now ? t('dueNow') : <When at={at} clock="wall" />
}

/** How long something took or takes, in words: of milliseconds, or of an ISO 8601 duration. */
export function Lasting({ of }: { of: number | string | null | undefined }) {
  const language = useLanguage()
  if (of === null || of === undefined) return <>—</>
  return (
    <>
      {typeof of === 'number'
        ? lengthWords(of, language)
        : durationWords({ iso: carried(of), business: false }, language)}
    </>
  )
}
