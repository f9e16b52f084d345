import { loadSettings } from '#platform/config.ts'
import { type Embedded, startEmbedded } from '#platform/embedded/index.ts'
import { migrate } from '#platform/migrate.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { createLogger } from '#platform/telemetry/logger.ts'
import { settingGroups } from './config.ts'
import { asksForHelp } from './help.ts'
import { allMigrations } from './launch.ts'
import { endAfter, stopSignal } from './stop-signal.ts'

const USAGE = `Usage: cauce migrate

Brings the database that the settings name up to date and stops; cauce config --help lists the settings.
`

/** Brings the database up to date and stops: for upgrades that are done before the new version starts. */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    const isHelp = asksForHelp(args)
    ;(isHelp ? process.stdout : process.stderr).write(USAGE)
    return isHelp ? 0 : 2
  }
  const settings = loadSettings(settingGroups.map((group) => group.settings))
  const own = settings.of(platformSettings)
  const logger = createLogger({ level: own.CAUCE_LOG_LEVEL })
  let embedded: Embedded | undefined
  const stopping = stopSignal(endAfter(() => embedded?.halt()))
  if (own.DATABASE_URL === undefined) {
    embedded = await startEmbedded({ dataDir: own.CAUCE_DATA_DIR, logger, stopping })
  }
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
