/**
 * Named points at which a test kills the process (CAUCE_CRASH_AT=`name`, or `name:n` for the n-th passage) or makes
 * it stand still (`name:n:stop`) until somebody continues it.
 * In production the armed name is undefined and a point costs one comparison.
 */
let armed: { name: string; left: number; signal: 'SIGKILL' | 'SIGSTOP' } | undefined

/** @param spec undefined disarms */
export function armCrashPoint(spec: string | undefined): void {
  const [, name, passage, stop] = spec?.match(/^(.*?)(?::(\d+)(:stop)?)?$/) ?? []
  armed = name === undefined ? undefined : { name, left: Number(passage ?? 1), signal: stop ? 'SIGSTOP' : 'SIGKILL' }
}

export function crashPoint(name: string): void {
  if (armed === undefined || armed.name !== name) return
  armed.left -= 1
  if (armed.left > 0) return
  const { signal } = armed
  armed = undefined
  // SIGKILL, not exit: nothing may be flushed or finished.
  process.kill(process.pid, signal)
}
