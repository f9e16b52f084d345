import { useQueryClient } from '@tanstack/react-query'
import { eventTypeQuery } from './queries.ts'

/** Asks the catalogue how an event of a type looks; undefined where nobody registered the type, or it has no example. */
export function useExamples(): (type: string) => Promise<unknown> {
  const queries = useQueryClient()
  return async (type) => {
    try {
      const { versions, latest } = await queries.fetchQuery(eventTypeQuery(type))
      return (versions.find(({ version }) => version === latest) ?? versions.at(-1))?.examples[0]
    } catch {
      return undefined
    }
  }
}
