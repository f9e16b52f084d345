import type { Logger } from 'pino'
import type { Signals } from '#platform/signals.ts'
import type { Database, Tx } from '#platform/work.ts'

/**
 * For what a node keeps in memory and people seldom change (flags, the event catalogue): a change is noted in the
 * commit that makes it, the other nodes are told at once, and whoever missed it finds it within a second.
 */
export type Changes = {
  /** Notes a change of a topic; after the commit every node is told, this one included. */
  note(tx: Tx, topic: string): void
  /**
   * `fn` reads again what its owner keeps: called before anything else runs, after each change, and when one may have
   * been missed. When it fails it is called again within a second.
   */
  on(topic: string, fn: () => void | Promise<void>): void
  /** Everything kept is read once; from now on changes are looked for. */
  start(): Promise<void>
  stop(): Promise<void>
}

const SWEEP_MS = 1_000

const NOTE = `insert into change (topic, version) values ($1, 1)
on conflict (topic) do update set version = change.version + 1`
const READ = 'select topic, version from change'

export function createChanges(
  database: Pick<Database, 'worker'>,
  signals: Pick<Signals, 'send' | 'on'>,
  logger: Logger,
): Changes {
  const listeners = new Map<string, (() => void | Promise<void>)[]>()
  const versions = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined

  async function tell(topic: string): Promise<void> {
    for (const fn of listeners.get(topic) ?? []) {
      try {
        await fn()
      } catch (error) {
        logger.warn({ err: error, topic }, 'a change could not be taken in; trying again')
        versions.delete(topic)
      }
    }
  }

  const readVersions = () => database.worker.query<{ topic: string; version: number }>(READ)

  async function look(): Promise<void> {
    for (const { topic, version } of await readVersions()) {
      if (versions.get(topic) === version) continue
      versions.set(topic, version)
      await tell(topic)
    }
  }

  return {
    note(tx, topic) {
      void tx.query(NOTE, [topic])
      tx.afterCommit(() => {
        void tell(topic)
        signals.send(`change:${topic}`)
      })
    },
    on(topic, fn) {
      const known = listeners.get(topic)
      if (known !== undefined) {
        known.push(fn)
        return
      }
      listeners.set(topic, [fn])
      signals.on(`change:${topic}`, () => void tell(topic))
    },
    async start() {
      for (const { topic, version } of await readVersions()) versions.set(topic, version)
      for (const fns of listeners.values()) for (const fn of fns) await fn()
      timer = setInterval(() => {
        // A database that is away leaves things as they were.
        looking ??= look()
          .catch(() => {})
          .finally(() => {
            looking = undefined
          })
      }, SWEEP_MS)
    },
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
