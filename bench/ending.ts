/** What runs beside the bench, and must not outlive it. */
const running = new Set<() => Promise<void>>()

/**
 * @param stop ends it; resolves when it is gone
 * @param gone resolves when it is, whoever ended it
 */
export function endWithBench(stop: () => Promise<void>, gone: Promise<void>): void {
  running.add(stop)
  void gone.then(() => running.delete(stop))
}

/** Ends all of it, for a bench that is told to stop. */
export const endAll = async (): Promise<void> => {
  await Promise.all([...running].map((stop) => stop()))
}
