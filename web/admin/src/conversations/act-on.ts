import { useTexts } from '../app/texts.ts'
import { useSentence } from '../ui/error-state.tsx'
import { conversationTexts } from './texts.ts'

/** What came of an act on many: how many it was done to, and why not to the first of those that were left. */
export type Outcome = { done: number; left: number; why: unknown }

/** So many at once: a page of fifty is through in a moment, and the program is still there for the others. */
const AT_ONCE = 5

/**
 * Does something to each; what one of them refuses stops none of the others.
 * @throws the first refusal, when it could be done to none of them
 */
export async function actOn(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<Outcome> {
  const waiting = [...ids]
  const refused: unknown[] = []
  const next = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await act(id).catch((error: unknown) => refused.push(error))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  if (refused.length > 0 && refused.length === ids.length) throw refused[0]
  return { done: ids.length - refused.length, left: refused.length, why: refused[0] }
}

/** @returns what puts into words how an act on many went: `done`, and of those that were left how many and why */
export function useTold(): (outcome: Outcome, done: string) => string {
  const t = useTexts(conversationTexts)
  const sentence = useSentence()
  return ({ left, why }, done) => (left === 0 ? done : `${done} ${t('leftOver', { count: left, why: sentence(why) })}`)
}
