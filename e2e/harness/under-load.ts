import { pause } from './client.ts'

const AFTER_MS = 300

/** Runs a load while something happens, and for a moment after it. */
export async function underLoad(
  load: (stop: () => boolean) => Promise<void>,
  happens: () => Promise<void>,
): Promise<void> {
  let over = false
  const loading = load(() => over)
  const happening = async () => {
    await happens()
    await pause(AFTER_MS)
  }
  // Where that fails, what loads may wait for a program that is not there any more.
  const done = happening().finally(() => {
    over = true
  })
  await Promise.all([done, loading])
}
