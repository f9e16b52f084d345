import type { ReactNode } from 'react'
import type { ClockKind } from '../app/clock.ts'
import { type Tone, ToneMark } from './state-badge.tsx'
import classes from './timeline.module.css'
import { When } from './when.tsx'

export type Moment = {
  key: string
  at: string | number
  title: ReactNode
  tone?: Tone
  children?: ReactNode
}

/** What happened, one thing below the other. */
export function Timeline({ label, moments, clock }: { label: string; moments: readonly Moment[]; clock?: ClockKind }) {
  return (
    <ol className={classes.timeline} aria-label={label}>
      {moments.map(({ key, at, title, tone = 'quiet', children }) => (
        <li key={key}>
          <span className={classes.mark}>
            <ToneMark tone={tone} />
          </span>
          <div className={classes.what}>
            <div className={classes.head}>
              <span>{title}</span>
              <span className={classes.when}>
                <When at={at} clock={clock} />
              </span>
            </div>
            {children && <div className={classes.more}>{children}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}
