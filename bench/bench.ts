import type { Figure } from './measure/figure.ts'
import type { Observe } from './program/start.ts'

/** What a scenario is given. */
export type Bench = {
  /** Shorter and smaller: to see that all works, not to quote. */
  quick: boolean
  /** The `quick` or the whole value. */
  sized<T>(whole: T, quick: T): T
  /** A data directory of its own, gone after the run. */
  folder(name: string): Promise<string>
  /** How the program is looked into, if at all. */
  observe: Observe
  /** Tells what is being done now. */
  say(line: string): void
}

export type Scenario = { name: string; summary: string; run(bench: Bench): Promise<Figure[]> }

/**
 * Runs with the resources that `open` gives and closes all of them, the last opened first, also after a failure.
 * @example
 * await withResources(async (use) => { const receiver = await use(startReceiver(1)) … })
 */
export async function withResources<T>(
  work: (use: <R extends { stop(): unknown }>(resource: R | Promise<R>) => Promise<R>) => Promise<T>,
): Promise<T> {
  const open: { stop(): unknown }[] = []
  try {
    return await work(async (opening) => {
      const resource = await opening
      open.push(resource)
      return resource
    })
  } finally {
    for (const resource of open.reverse()) await resource.stop()
  }
}
