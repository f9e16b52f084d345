/** Aborted by the first signal to stop. Asked for before anything is started, so that an early one counts too. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  const stop = () => stopping.abort(new Error('it was told to stop'))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return stopping.signal
}

/** Resolves when it is aborted. */
export const untilStopped = (stopping: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stopping.aborted) resolve()
    else stopping.addEventListener('abort', () => resolve(), { once: true })
  })
