import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { actorTexts } from './actor.texts.ts'

/** Who did something: `user:<id>` by their name where the reader may see it, a key as such, or the program itself. */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const t = useTexts(actorTexts)
  const can = useCan()
  const [kind, id = ''] = (actor ?? '').split(/:(.*)/s)
  const user = useQuery({
    queryKey: ['settings', 'users', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
    enabled: kind === 'user' && id !== '' && can('users:read'),
    // Whoever was removed has no name any more.
    retry: false,
    staleTime: 300_000,
  })
  if (!actor) return <>—</>
  if (kind === 'user') return <span title={actor}>{user.data?.name ?? t('user')}</span>
  if (kind === 'key') return <span title={actor}>{t('key')}</span>
  if (kind === 'system' || kind === 'first-start' || kind === 'setting')
    return <span title={actor}>{t('program')}</span>
  return <span title={actor}>{actor}</span>
}
