const LOOK_MS = 25

/**
 * Asks until `read` gives something, and gives that back.
 * @param late what to say after `timeoutMs`
 */
export async function until<T>(
  late: (seconds: number) => string,
  timeoutMs: number,
  read: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const found = await read()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(late(timeoutMs / 1000))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
