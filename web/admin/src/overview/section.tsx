import { Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './overview.module.css'

/** One question and its answer. */
export function Question({ asks, about, children }: { asks: string; about?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.question}>
      <Title order={2} size="h3" id={id}>
        {asks}
      </Title>
      {about && <p className={classes.about}>{about}</p>}
      {children}
    </section>
  )
}
