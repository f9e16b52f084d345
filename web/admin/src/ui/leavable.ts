import { type UseMutationResult, useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'

type Leavable<Answer> = {
  /** Asks, and breaks off what was asked before. */
  ask: () => Promise<Answer>
  /** Breaks off what is under way: the connection ends, and with it the program's work. */
  leave: () => void
}

/** A question of which only the latest asking is waited for. */
export function leavable<Answer>(asked: (signal: AbortSignal) => Promise<Answer>): Leavable<Answer> {
  let underWay = new AbortController()
  return {
    ask() {
      underWay.abort()
      underWay = new AbortController()
      return asked(underWay.signal)
    },
    leave: () => underWay.abort(),
  }
}

/**
 * A question that takes long and that nobody waits for any more when its page is left: it is broken off then, and by
 * `leave`. What the program works on for nobody would keep others, and whoever comes back, waiting.
 */
export function useLeavable<Answer>(
  asked: (signal: AbortSignal) => Promise<Answer>,
): UseMutationResult<Answer, Error, void> & { leave: () => void } {
  const latest = useRef(asked)
  latest.current = asked
  const [question] = useState(() => leavable<Answer>((signal) => latest.current(signal)))
  useEffect(() => question.leave, [question])
  const asking = useMutation<Answer, Error, void>({ mutationFn: question.ask })
  const leave = () => {
    // First of all, so that the page is not told of its own doing as of a failure.
    asking.reset()
    question.leave()
  }
  return { ...asking, leave }
}
