import { useLanguage } from '../../app/language.ts'
import { eventWords } from '../words.ts'
import classes from './name.module.css'

/** An event by what it tells of, its type behind it; by its type alone where we have no words for it. */
export function EventName({ type }: { type: string }) {
  const words = eventWords(type, useLanguage())
  if (words === null) return <code>{type}</code>
  return (
    <>
      {words} <code className={classes.type}>{type}</code>
    </>
  )
}
