/** What asks the program to stop; SIGHUP is the window of a terminal that somebody closes. */
export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Aborted by the first signal to stop. Asked for before anything is started, so that an early one counts too. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of STOP_SIGNALS) process.once(signal, () => stopping.abort(new Error('it was told to stop')))
  return stopping.signal
}

/** Resolves when it is aborted. */
export const untilStopped = (stopping: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stopping.aborted) resolve()
    else stopping.addEventListener('abort', () => resolve(), { once: true })
  })
