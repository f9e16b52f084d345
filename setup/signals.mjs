/** One wish of a person, one signal. */

const SAME_WISH_MS = 500
const STOPS = new Set(['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * A single Ctrl-C, or a window closed, arrives several times: from the terminal, from npm, which passes it on, and from our own start
 * step. A program that drains at the first and aborts at the second would never drain. From here on a repeat within
 * half a second of one that was heard is dropped before any listener hears it; who goes on pressing is heard again. Call
 * before the first listener is added.
 * @returns {{ heard(): boolean }} whether this process was asked to stop
 */
export function takeRepeatsAsOne() {
  const emit = process.emit
  let lastAt = Number.NEGATIVE_INFINITY
  process.emit = (name, ...rest) => {
    if (!STOPS.has(name)) return emit.call(process, name, ...rest)
    const now = performance.now()
    if (now - lastAt < SAME_WISH_MS) return true
    lastAt = now
    return emit.call(process, name, ...rest)
  }
  return { heard: () => lastAt > 0 }
}
