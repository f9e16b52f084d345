import { useColleagues } from '../api/colleagues.ts'
import { useKeyNames } from '../api/key-names.ts'
import { useTexts } from '../app/texts.ts'
import { actorTexts } from './actor.texts.ts'

/** Who did something: `user:<id>` and `key:<id>` by their name, or the program itself. */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const [kind] = (actor ?? '').split(':', 1)
  const nameOf = useActorName(kind)
  if (!actor) return <>—</>
  return <span title={actor}>{nameOf(actor)}</span>
}

/**
 * What those are called who do something; of who has no name, or none that the reader may see, what they are.
 * @param kind asks only for the names that this kind has
 */
export function useActorName(kind?: string): (actor: string) => string {
  const t = useTexts(actorTexts)
  const colleagues = useColleagues(kind === undefined || kind === 'user')
  const keys = useKeyNames(kind === undefined || kind === 'key')
  return (actor) => {
    const [kind, id = ''] = actor.split(/:(.*)/s)
    if (kind === 'user') return colleagues.get(id)?.name ?? t('user')
    if (kind === 'key') {
      const name = keys.get(id)
      return name === undefined ? t('key') : t('keyNamed', { name })
    }
    return kind === 'system' || kind === 'first-start' || kind === 'setting' ? t('program') : actor
  }
}
