import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './form-foot.module.css'

/** What a long form in a detail ends with: in sight wherever one is in the form. */
export function FormFoot({ children }: { children: ReactNode }) {
  return <Group className={classes.foot}>{children}</Group>
}
