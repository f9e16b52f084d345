import { Skeleton } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useLanguage } from '../app/language.ts'
import { numberFormat } from './formatters.ts'
import classes from './stat.module.css'
import { type Tone, ToneMark } from './state-badge.tsx'

/** A figure that a decision hangs on, what it counts, and the way to its rows. */
export function Stat(props: {
  label: string
  /** Undefined while it is being asked for; null where there is not enough to say. */
  value: number | string | null | undefined
  tone?: Tone
  /** What it is compared with, an interval, or why there is none. */
  note?: ReactNode
  link?: LinkProps
}) {
  const { label, value, tone, note, link } = props
  const language = useLanguage()
  const shown = typeof value === 'number' ? numberFormat(language).format(value) : (value ?? '—')
  const inside = (
    <>
      <span className={classes.label}>
        {tone && <ToneMark tone={tone} />}
        {label}
      </span>
      {value === undefined ? (
        <Skeleton height={32} width={72} my={2} />
      ) : (
        <strong className={classes.value}>{shown}</strong>
      )}
      {note && <span className={classes.note}>{note}</span>}
    </>
  )
  return link ? (
    <Link {...link} className={classes.stat}>
      {inside}
    </Link>
  ) : (
    <div className={classes.stat}>{inside}</div>
  )
}
