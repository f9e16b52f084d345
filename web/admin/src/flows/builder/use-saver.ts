import { useSession } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useActorName } from '../../ui/actor.tsx'
import { builderTexts } from './texts.ts'

/** What somebody is called who saved the draft; null: it is the reader, in another window. */
export function useSaver(by: string | null): string | null {
  const t = useTexts(builderTexts)
  const { user } = useSession()
  const nameOf = useActorName(by?.split(':', 1)[0] ?? '')
  if (by !== null && by === `user:${user?.id}`) return null
  return by === null ? t('somebodyElse') : nameOf(by)
}
