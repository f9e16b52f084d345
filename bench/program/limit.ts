import { startChild } from '../child.ts'
import type { LimitQuestions } from './limit-process.ts'
import { settingsOf } from './settings.ts'

/** Starts the limit of the intake; what listens there answers 202 and stores nothing. */
export async function startLimit(
  dataDir: string,
): Promise<{ host: string; port: number; pid: number; dataDir: string; stop(): Promise<void> }> {
  const child = startChild<LimitQuestions>(new URL('./limit-process.ts', import.meta.url), {
    cwd: dataDir,
    env: settingsOf(dataDir, 0),
  })
  try {
    const { port } = await child.ask('start', null)
    return { host: '127.0.0.1', port, pid: child.pid, dataDir, stop: child.stop }
  } catch (error) {
    await child.stop()
    throw error
  }
}
