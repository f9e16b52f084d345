import { Tooltip } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { useState } from 'react'
import { useLanguage } from '../app/language.ts'
import { exact, relative } from './moments.ts'

/** A moment in words, exact on hover and focus. Without one, a dash. */
export function When({ at }: { at: string | number | null | undefined }) {
  const language = useLanguage()
  const [now, setNow] = useState(Date.now)
  useInterval(() => setNow(Date.now()), 30_000, { autoInvoke: true })
  if (at === null || at === undefined) return <>—</>
  const moment = typeof at === 'number' ? at : Date.parse(at)
  return (
    <Tooltip label={exact(moment, language)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={new Date(moment).toISOString()}>{relative(moment, now, language)}</time>
    </Tooltip>
  )
}
