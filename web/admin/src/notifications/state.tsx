import { useTexts } from '../app/texts.ts'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { stateTexts } from './state.texts.ts'

export type Status = 'held' | 'queued' | 'sent' | 'failed' | 'suppressed' | 'cancelled'
export type Channel = 'push' | 'email' | 'inbox'

const TONES: Record<Status, Tone> = {
  held: 'quiet',
  queued: 'current',
  sent: 'good',
  failed: 'bad',
  suppressed: 'quiet',
  cancelled: 'quiet',
}

export function NotificationState({ status }: { status: Status }) {
  const t = useTexts(stateTexts)
  return <StateBadge tone={TONES[status]}>{t(status)}</StateBadge>
}

export function useChannelName(): (channel: Channel | null) => string {
  const t = useTexts(stateTexts)
  return (channel) => (channel === null ? '—' : t(channel))
}
