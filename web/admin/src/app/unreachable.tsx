import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../ui/error-state.tsx'
import { Mark } from './mark.tsx'
import classes from './sign-in.module.css'

/** The program did not say who one is: nothing of it can be shown. */
export function Unreachable({ error, reset }: ErrorComponentProps) {
  return (
    <main className={classes.page} id="page">
      <div className={classes.card}>
        <Mark size={36} />
        <ErrorState error={error} retry={reset} />
      </div>
    </main>
  )
}
