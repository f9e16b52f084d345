import { useColleagues } from '../api/colleagues.ts'
import { useTexts } from '../app/texts.ts'
import { actorTexts } from './actor.texts.ts'

/** Who did something: `user:<id>` by their name, a key as such, or the program itself. */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const t = useTexts(actorTexts)
  const [kind, id = ''] = (actor ?? '').split(/:(.*)/s)
  const colleagues = useColleagues(kind === 'user')
  if (!actor) return <>—</>
  if (kind === 'user') return <span title={actor}>{colleagues.get(id)?.name ?? t('user')}</span>
  if (kind === 'key') return <span title={actor}>{t('key')}</span>
  if (kind === 'system' || kind === 'first-start' || kind === 'setting')
    return <span title={actor}>{t('program')}</span>
  return <span title={actor}>{actor}</span>
}
