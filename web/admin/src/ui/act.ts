import { notifications } from '@mantine/notifications'
import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { ApiError } from '../api/problem.ts'
import { useSentence } from './error-state.tsx'

/** Says in the corner what was done. */
export const toast = (message: string) => notifications.show({ message, color: 'current', autoClose: 5_000 })

/**
 * A change: pending while it is on its way, a toast when it is done, the lists that it concerns asked again. A failure
 * is told in a toast that stays, with what was kept, unless `quiet`: then whoever asked shows it, as a form does at its fields.
 * While it is on its way it is not begun again: a second click may come before the first one is drawn.
 */
export function useAct<Given = void, Answer = unknown>(options: {
  act: (given: Given) => Promise<Answer>
  /** What was done, as a sentence; none where the page shows it by itself. */
  done?: string | ((answer: Answer, given: Given) => string)
  /** Beginnings of the keys of queries that are no longer true. */
  refresh?: readonly QueryKey[]
  quiet?: boolean
  after?: (answer: Answer, given: Given) => unknown
}): UseMutationResult<Answer, Error, Given> {
  const { act, done, refresh = [], quiet = false, after } = options
  const queries = useQueryClient()
  const sentence = useSentence()
  const again = () => void Promise.all(refresh.map((queryKey) => queries.invalidateQueries({ queryKey })))
  const onItsWay = useRef(false)
  const acting = useMutation<Answer, Error, Given>({
    mutationFn: async (given) => {
      try {
        return await act(given)
      } finally {
        onItsWay.current = false
      }
    },
    onSuccess: async (answer, given) => {
      const message = typeof done === 'function' ? done(answer, given) : done
      if (message) toast(message)
      again()
      await after?.(answer, given)
    },
    onError: (error) => {
      if (quiet) return
      // Somebody was faster: what is shown is no longer true.
      if (error instanceof ApiError && error.status === 409) again()
      notifications.show({ message: sentence(error), color: 'red', autoClose: false, role: 'alert' })
    },
  })
  const { mutate } = acting
  const once = useCallback<typeof mutate>(
    (...given) => {
      if (onItsWay.current) return
      onItsWay.current = true
      mutate(...given)
    },
    [mutate],
  )
  return { ...acting, mutate: once }
}
