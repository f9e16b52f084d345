/**
 * Named points at which a test kills the process (CAUCE_CRASH_AT=`name` or `name:n` for the n-th passage).
 * In production the armed name is undefined and a point costs one comparison.
 */
let armed: { name: string; left: number } | undefined

export function armCrashPoint(spec: string | undefined): void {
  if (spec === undefined) {
    armed = undefined
    return
  }
  const at = spec.match(/^(.*):(\d+)$/)
  armed = at ? { name: at[1] ?? '', left: Number(at[2]) } : { name: spec, left: 1 }
}

export function crashPoint(name: string): void {
  if (armed === undefined || armed.name !== name) return
  armed.left -= 1
  // SIGKILL, not exit: nothing may be flushed or finished.
  if (armed.left <= 0) process.kill(process.pid, 'SIGKILL')
}
