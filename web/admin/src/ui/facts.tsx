import { Fragment, type ReactNode } from 'react'
import classes from './facts.module.css'

/** What is known of one thing: names and values. What is undefined is left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value ?? '—'}</dd>
          </Fragment>
        ))}
    </dl>
  )
}
