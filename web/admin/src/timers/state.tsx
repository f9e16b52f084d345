import type { Schema } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { timersTexts } from './texts.ts'

export type Timer = Schema<'Timer'>

const TONES: Record<Timer['status'], Tone> = { scheduled: 'current', fired: 'good', failed: 'bad', cancelled: 'quiet' }

/** Where a timer stands. */
export function TimerState({ status }: { status: Timer['status'] }) {
  const t = useTexts(timersTexts)
  return <StateBadge tone={TONES[status]}>{t(status)}</StateBadge>
}
