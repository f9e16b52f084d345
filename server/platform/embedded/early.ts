import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { peekSettings } from '#platform/config.ts'
import { type Embedded, startEmbedded } from '#platform/embedded/index.ts'
import { assertCanListen } from '#platform/http/listen.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { createLogger } from '#platform/telemetry/logger.ts'

/**
 * Starts the embedded database of a later start before the rest of the program is loaded: the two together take half of
 * the time. Only one that is there already, and only where nothing speaks against the start yet; whatever is wrong is
 * left for the start itself to find and to tell.
 * @param defaults for settings that the environment leaves unset
 * @param stopping calls it off, as long as it is not there
 * @returns as soon as the server was spawned: loading keeps this thread busy
 */
export async function beginEmbedded(
  defaults: Readonly<Record<string, string>> = {},
  stopping?: AbortSignal,
): Promise<{ database: Promise<Embedded> } | null> {
  const own = peekSettings(platformSettings, defaults)
  if (own === null || own.DATABASE_URL !== undefined) return null
  if (!existsSync(join(own.CAUCE_DATA_DIR, 'postgres.json'))) return null
  const canListen = await assertCanListen({ port: own.PORT, host: own.HOST }).then(
    () => true,
    () => false,
  )
  if (!canListen) return null
  const spawned = Promise.withResolvers<void>()
  const database = startEmbedded({
    dataDir: own.CAUCE_DATA_DIR,
    logger: createLogger({ level: own.CAUCE_LOG_LEVEL }),
    onSpawned: spawned.resolve,
    stopping,
  })
  await Promise.race([spawned.promise, database.catch(() => {})])
  return { database }
}
