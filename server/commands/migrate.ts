import { loadSettings } from '#platform/config.ts'
import { startEmbedded } from '#platform/embedded/index.ts'
import { migrate } from '#platform/migrate.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { createLogger } from '#platform/telemetry/logger.ts'
import { settingGroups } from './config.ts'
import { allMigrations } from './launch.ts'
import { stopSignal } from './stop-signal.ts'

/** Brings the database up to date and stops: for upgrades that are done before the new version starts. */
export async function migrateCommand(): Promise<number> {
  const settings = loadSettings(settingGroups.map((group) => group.settings))
  const own = settings.of(platformSettings)
  const logger = createLogger({ level: own.CAUCE_LOG_LEVEL })
  const stopping = stopSignal()
  const embedded =
    own.DATABASE_URL === undefined ? await startEmbedded({ dataDir: own.CAUCE_DATA_DIR, logger, stopping }) : undefined
  try {
    const applied = await migrate(
      embedded?.url ?? (own.DATABASE_URL as string),
      await allMigrations(),
      Date.now(),
      stopping,
    )
    process.stdout.write(
      applied.length === 0
        ? 'The database is up to date.\n'
        : `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}`,
    )
    return 0
  } finally {
    await embedded?.stop()
  }
}
