import { ApiError } from '../api/problem.ts'
import { useTexts } from '../app/texts.ts'
import { useSentence } from '../ui/error-state.tsx'
import { flowTexts } from './texts.ts'

/** Whether a draft has faults, so that it can neither be played nor published. */
export const isUnfit = (error: unknown): boolean => error instanceof ApiError && error.problem.code === 'flows/unfit'

/** What happened and what to do, in a sentence: the faults of a drawing are told where it is drawn. */
export function useFlowSentence(): (error: unknown) => string {
  const t = useTexts(flowTexts)
  const sentence = useSentence()
  return (error) => (isUnfit(error) ? t('unfit') : sentence(error))
}
