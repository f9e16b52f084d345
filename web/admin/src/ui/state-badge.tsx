import type { ReactNode } from 'react'
import classes from './state-badge.module.css'

/**
 * What a state means to whoever reads it: `current` is under way, `warm` waits for a person, `good` came out well, `bad` was
 * lost or failed, `quiet` is held, over or of no consequence.
 */
export type Tone = 'current' | 'warm' | 'good' | 'bad' | 'quiet'

/** Each tone has a shape too: nobody has to tell colours apart. */
const SHAPES: Record<Tone, ReactNode> = {
  current: <circle cx="6" cy="6" r="4.5" />,
  warm: <path d="M6 1.2 11.3 10.6H.7Z" strokeLinejoin="round" />,
  good: (
    <path d="M1.5 6.5 4.7 9.6 10.5 2.7" fill="none" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
  ),
  bad: <path d="m2.2 2.2 7.6 7.6m0-7.6-7.6 7.6" fill="none" strokeWidth="2.2" strokeLinecap="round" />,
  quiet: <circle cx="6" cy="6" r="4" fill="none" strokeWidth="1.8" />,
}

export function ToneMark({ tone, size = 12 }: { tone: Tone; size?: number }) {
  return (
    <svg viewBox="0 0 12 12" width={size} height={size} className={classes.mark} data-tone={tone} aria-hidden="true">
      {SHAPES[tone]}
    </svg>
  )
}

/**
 * A state: colour, shape and word.
 * @param sentence what may be longer than its line, and goes on in the next one
 */
export function StateBadge({
  tone,
  sentence = false,
  children,
}: {
  tone: Tone
  sentence?: boolean
  children: ReactNode
}) {
  return (
    <span className={classes.badge} data-tone={tone} data-sentence={sentence || undefined}>
      <ToneMark tone={tone} />
      {children}
    </span>
  )
}
