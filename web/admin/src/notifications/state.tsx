import { useCallback } from 'react'
import { useTexts } from '../app/texts.ts'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { stateTexts } from './state.texts.ts'

export type Status = 'held' | 'queued' | 'sent' | 'failed' | 'suppressed' | 'cancelled'
export type Channel = 'push' | 'email' | 'inbox'

export const NOTIFICATION_TONES: Record<Status, Tone> = {
  held: 'quiet',
  queued: 'current',
  sent: 'good',
  failed: 'bad',
  suppressed: 'quiet',
  cancelled: 'quiet',
}

export function NotificationState({ status }: { status: Status }) {
  const t = useTexts(stateTexts)
  return <StateBadge tone={NOTIFICATION_TONES[status]}>{t(status)}</StateBadge>
}

/** A way to a person, inside a sentence. */
export function useChannelName(): (channel: Channel | null) => string {
  const t = useTexts(stateTexts)
  return useCallback((channel) => (channel === null ? '—' : t(channel)), [t])
}

/** The same at the beginning of a line. */
export function useChannelTitle(): (channel: Channel | null) => string {
  const name = useChannelName()
  return useCallback((channel) => name(channel).replace(/^./, (first) => first.toUpperCase()), [name])
}
