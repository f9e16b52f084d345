import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { actorTexts } from './actor.texts.ts'

/** An organisation of more people has the last of them called "a user". */
const MOST_PAGES = 5

/** Who works here, by id: asked once for all names on a page. */
async function colleagues(signal: AbortSignal): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = await body(
      api.GET('/api/v1/colleagues', { params: { query: { limit: 200, cursor } }, signal }),
    )
    for (const { id, name } of items) names.set(id, name)
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return names
}

/** Who did something: `user:<id>` by their name, a key as such, or the program itself. */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const t = useTexts(actorTexts)
  const can = useCan()
  const [kind, id = ''] = (actor ?? '').split(/:(.*)/s)
  const names = useQuery({
    queryKey: ['colleagues'],
    queryFn: ({ signal }) => colleagues(signal),
    enabled: kind === 'user' && can('conversations:read'),
    staleTime: 300_000,
  })
  if (!actor) return <>—</>
  if (kind === 'user') return <span title={actor}>{names.data?.get(id) ?? t('user')}</span>
  if (kind === 'key') return <span title={actor}>{t('key')}</span>
  if (kind === 'system' || kind === 'first-start' || kind === 'setting')
    return <span title={actor}>{t('program')}</span>
  return <span title={actor}>{actor}</span>
}
