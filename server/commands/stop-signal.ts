/** What asks the program to stop; SIGHUP is the window of a terminal that somebody closes. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Aborted by the first signal to stop. Asked for before anything is started, so that an early one counts too. The
 * listeners stay: one Ctrl-C makes two or three signals, and where nobody listens between two of them the system ends
 * the process in the midst of its stop, and the database of its own runs on.
 * @param again a second wish ends the process at once
 */
export function stopSignal(again: () => void = () => process.exit(1)): AbortSignal {
  const stopping = new AbortController()
  const heard = () => {
    if (stopping.signal.aborted) again()
    else stopping.abort(new Error('it was told to stop'))
  }
  for (const signal of STOP_SIGNALS) process.on(signal, heard)
  return stopping.signal
}

/** A second wish where something must not stay behind, such as the database of our own: that goes first. */
export const endAfter =
  (cleanUp: () => Promise<unknown> | undefined): (() => void) =>
  () =>
    void Promise.resolve(cleanUp())
      .catch(() => {})
      .finally(() => process.exit(1))

/** Resolves when it is aborted. */
export const untilStopped = (stopping: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stopping.aborted) resolve()
    else stopping.addEventListener('abort', () => resolve(), { once: true })
  })
