/** Resolves with the first signal to stop; asked for before anything is started, so that an early one drains too. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}
