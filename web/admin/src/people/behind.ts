/** Names for what only ids tell of: whom a conversation is with, or whom an event is about. */
import { useQuery } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import { useCan } from '../app/session.ts'

export type PersonBehind = Schema<'PersonBehind'>

/** All that a page draws at once is asked for at once. */
const TOGETHER_MS = 10
const MOST_TOGETHER = 200
/** How often, and how soon, who was nobody is asked for once more. */
const TRIES = 3
const UNKNOWN_MS = 5_000

type Answer = (person: Promise<PersonBehind | null>) => void
let waiting = new Map<string, Answer[]>()

function askAll(): void {
  const asked = [...waiting]
  waiting = new Map()
  for (let at = 0; at < asked.length; at += MOST_TOGETHER) {
    const some = asked.slice(at, at + MOST_TOGETHER)
    const subjects = some.map(([subject]) => subject)
    const found = body(api.POST('/api/v1/contacts/behind', { body: { subjects } }))
    for (const [subject, answers] of some)
      for (const answer of answers)
        answer(found.then(({ items }) => items.find((person) => person.subject === subject) ?? null))
  }
}

const ask = (subject: string): Promise<PersonBehind | null> =>
  new Promise((answer) => {
    if (waiting.size === 0) setTimeout(askAll, TOGETHER_MS)
    waiting.set(subject, [...(waiting.get(subject) ?? []), answer])
  })

/** Who stands behind the id of a conversation or a person; null while that is not known, and where it is nobody's. */
export function usePersonBehind(subject: string | null | undefined): PersonBehind | null {
  const enabled = useCan()('conversations:read') && subject != null && subject !== ''
  const { data } = useQuery({
    queryKey: ['people', 'behind', subject],
    queryFn: () => ask(subject as string),
    enabled,
    // Whoever is nobody yet may be known a moment later: an event is shown before its conversation is made of it.
    staleTime: ({ state }) => (state.data === null ? UNKNOWN_MS : 300_000),
    refetchInterval: ({ state }) => (state.data === null && state.dataUpdateCount < TRIES ? UNKNOWN_MS : false),
    // The id stands there as well.
    retry: false,
  })
  return data ?? null
}
