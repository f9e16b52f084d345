import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ErrorState } from '../ui/error-state.tsx'
import { Mark } from './mark.tsx'
import classes from './sign-in.module.css'

/** The program did not say who one is: nothing of it can be shown, until it is asked again. */
export function Unreachable({ error }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className={classes.page} id="page">
      <div className={classes.card}>
        <Mark size={36} />
        <ErrorState error={error} retry={() => void router.invalidate()} />
      </div>
    </main>
  )
}
