import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { accessSettings, type Bootstrapped, bootstrap } from '#access/index.ts'
import type { Clock } from '#platform/clock.ts'
import { loadSettings } from '#platform/config.ts'
import { armCrashPoint, crashPoint } from '#platform/crash-point.ts'
import { beginDrain, type Drain } from '#platform/drain.ts'
import { type Embedded, startEmbedded } from '#platform/embedded/index.ts'
import { dropDeadClaims } from '#platform/http/idempotency-store.ts'
import { languageOf } from '#platform/http/language.ts'
import { assertCanListen, cannotListen } from '#platform/http/listen.ts'
import { readSite } from '#platform/http/site.ts'
import { migrate, readMigrations } from '#platform/migrate.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { createLogger } from '#platform/telemetry/logger.ts'
import { createRegistry } from '#platform/telemetry/metrics.ts'
import { openSpans } from '#platform/telemetry/spans.ts'
import { openProgram, type Program } from '../program.ts'
import { fillSample, sampleName } from '../sample.ts'
import { serve } from '../serve.ts'
import { services } from '../services.ts'
import { VERSION } from '../version.ts'
import { settingGroups } from './config.ts'

const ADMIN = fileURLToPath(new URL('../../web/admin/dist', import.meta.url))

const PLATFORM_MIGRATIONS = { service: 'platform', folder: new URL('../platform/migrations/', import.meta.url) }

export type Launched = {
  url: string
  program: Program
  logger: Logger
  /** What was made or set now. */
  made: Bootstrapped
  /** `embedded` with its folder, or the host of DATABASE_URL. */
  database: string
  adminEmail: string
  /** Drains: stops taking, finishes what is in hand, the embedded database too. */
  stop(): Promise<void>
}

export async function allMigrations() {
  const sources = services.flatMap(({ name, migrations }) =>
    migrations === null ? [] : [{ service: name, folder: migrations }],
  )
  return readMigrations([PLATFORM_MIGRATIONS, ...sources])
}

/**
 * Starts the whole program as the settings say: database, migrations, contexts, HTTP.
 * @param given settings that win over the environment, and some for what it leaves unset (the demo's)
 * @param more `tell` gets the first credentials at the moment from which they count: whatever fails afterwards, they are
 *   known. `database`: the embedded one, where it was begun already. `holds` gets it as soon as it runs: for whoever cannot wait
 *   for the stop. `clock`: time of its own (the demo's). `stopping` calls the start off: what was opened is closed again
 * @throws Error with a sentence for the operator; anything when it was called off
 */
export async function launch(
  given: Parameters<typeof loadSettings>[1] = {},
  more: {
    tell?(made: Bootstrapped, adminEmail: string): void
    database?: Promise<Embedded> | undefined
    holds?(embedded: Embedded): void
    clock?: Clock
    stopping?: AbortSignal
  } = {},
): Promise<Launched> {
  const settings = loadSettings(
    settingGroups.map((group) => group.settings),
    given,
  )
  const own = settings.of(platformSettings)
  const { CAUCE_ADMIN_EMAIL: adminEmail } = settings.of(accessSettings)
  const at = { port: own.PORT, host: own.HOST }
  // The other points count from the moment the program answers: a test means its load, not the start.
  if (own.CAUCE_CRASH_AT?.startsWith('start:')) armCrashPoint(own.CAUCE_CRASH_AT)
  const logger = createLogger({ level: own.CAUCE_LOG_LEVEL })
  const { stopping } = more
  /** What is open, the last one first: closed in this order at the stop, and when the start fails on the way. */
  const open: ((drain: Drain) => Promise<void>)[] = []
  const stop = async () => {
    const drain = beginDrain()
    for (const close of open.splice(0)) await close(drain)
  }
  try {
    await assertCanListen(at)
    const embedded: Embedded | undefined =
      own.DATABASE_URL === undefined
        ? await (more.database ?? startEmbedded({ dataDir: own.CAUCE_DATA_DIR, logger, stopping }))
        : undefined
    if (embedded !== undefined) {
      open.unshift(embedded.stop)
      more.holds?.(embedded)
    }
    const databaseUrl = embedded?.url ?? (own.DATABASE_URL as string)
    const migrations = await allMigrations()
    const applied = await migrate(databaseUrl, migrations, Date.now(), stopping).catch((error: Error) => {
      throw embedded === undefined ? unreachable(error, databaseUrl) : error
    })
    if (applied.length > 0) logger.info({ migrations: applied.length }, 'brought the database up to date')
    const metrics = createRegistry({ version: VERSION, commit: '' })
    const spans = await openSpans({
      endpoint: own.OTEL_EXPORTER_OTLP_ENDPOINT,
      service: 'cauce',
      version: VERSION,
      logger,
    })
    open.unshift((drain) => spans.close(drain.left('spans')))
    let address = ''
    const program = await openProgram({
      databaseUrl,
      services,
      settings,
      scale: own.CAUCE_TIME_SCALE,
      logger,
      metrics,
      spans,
      // One process owns the embedded database: it takes over at once what its dead predecessor held.
      node: embedded === undefined ? `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}` : 'embedded',
      dataFolder: embedded?.folder,
      clock: more.clock,
      publicUrl: () => (own.CAUCE_PUBLIC_URL ?? address).replace(/\/+$/, ''),
    })
    open.unshift((drain) => program.stop(drain))
    // The last moment: whoever makes the first key and the sample does it whole, since no later start would.
    stopping?.throwIfAborted()
    // Nobody has said yet which language they read: the house's own.
    const language = languageOf(null, undefined, own.CAUCE_LOCALE)
    const { database } = program
    const { clock } = program.runtime
    const made = await bootstrap({ database, settings, clock, sampleName: sampleName(language) })
    more.tell?.(made, adminEmail)
    if (made.keyRevoked) {
      logger.warn('CAUCE_API_KEY is a key that was revoked: requests with it are refused. Choose another one')
    }
    const app = await serve(program, migrations, await readSite(ADMIN))
    open.unshift(() => app.close())
    // Before the consumers of a long backlog take all connections.
    if (embedded !== undefined) await dropDeadClaims(database)
    await program.start()
    if (made.sampleKey !== undefined) await fillSample(app, made.sampleKey, language)
    stopping?.throwIfAborted()
    crashPoint('start:before-listening')
    armCrashPoint(own.CAUCE_CRASH_AT)
    if (own.CAUCE_CRASH_AT !== undefined) {
      logger.warn({ at: own.CAUCE_CRASH_AT }, 'CAUCE_CRASH_AT is set: this process will kill itself there')
    }
    address = await app.listen(at).catch((error: NodeJS.ErrnoException) => {
      throw cannotListen(error, at)
    })
    return {
      url: address,
      program,
      logger,
      made,
      database: embedded === undefined ? new URL(databaseUrl).host : `embedded, in ${own.CAUCE_DATA_DIR}`,
      adminEmail,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Names the setting, without the password that it may hold. */
function unreachable(error: Error, url: string): Error {
  if (!/connect/.test(error.message)) return error
  return new Error(`DATABASE_URL (${new URL(url).host}): ${error.message}`, { cause: error })
}
