/**
 * Microseconds of the machine's monotonic clock: the same in every process, and never set back. Instants on it are
 * carried in events from the generator to the receiver.
 */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + Math.floor(nanoseconds / 1000)
}
