import type { Schema } from '../../api/client.ts'
import { useTexts } from '../../app/texts.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { usersTexts } from './texts.ts'

export type User = Schema<'User'>

/** Whether a user comes in. */
export function UserState({ status }: { status: User['status'] }) {
  const t = useTexts(usersTexts)
  return <StateBadge tone={status === 'active' ? 'good' : 'quiet'}>{t(status)}</StateBadge>
}
