import { IconPlugConnectedX } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLostAt } from '../api/live.ts'
import { dateFormat } from '../ui/formatters.ts'
import { useLanguage } from './language.ts'
import classes from './shell.module.css'
import { shellTexts } from './shell.texts.ts'
import { useTexts } from './texts.ts'

/** A program that starts again is back by then. */
const PATIENCE_MS = 4_000

/** What is in sight stands still while the program is away: says so, and since when; and asks all of it anew once it is back. */
export function Lost() {
  const t = useTexts(shellTexts)
  const language = useLanguage()
  const at = useLostAt()
  const [told, tell] = useState<number | null>(null)
  const queries = useQueryClient()
  const before = useRef(at)
  useEffect(() => {
    // Also what nothing live concerns, and what was opened meanwhile and could not be loaded.
    if (before.current !== null && at === null) void queries.invalidateQueries()
    before.current = at
  }, [at, queries])
  useEffect(() => {
    if (at === null) return tell(null)
    const waiting = setTimeout(() => tell(at), PATIENCE_MS)
    return () => clearTimeout(waiting)
  }, [at])
  return (
    <div role="status" className={classes.lost}>
      {told !== null && (
        <p>
          <IconPlugConnectedX size={18} aria-hidden />
          {t('lost', { time: dateFormat(language, { hour: 'numeric', minute: '2-digit' }).format(told) })}
        </p>
      )}
    </div>
  )
}
