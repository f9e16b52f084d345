import { type ReactNode, useState } from 'react'
import classes from './folded.module.css'

/** What few need: one line until somebody opens it; `open` says how it begins. */
export function Folded({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) {
  const [begins] = useState(open)
  return (
    <details className={classes.folded} open={begins}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}
