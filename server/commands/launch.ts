import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { authenticator, type Bootstrapped, bootstrap, DEFAULT_TENANT } from '#access/index.ts'
import { loadSettings } from '#platform/config.ts'
import { armCrashPoint } from '#platform/crash-point.ts'
import { type Embedded, startEmbedded } from '#platform/embedded/index.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import { createServer } from '#platform/http/server.ts'
import { httpSettings } from '#platform/http/settings.ts'
import { migrate, readMigrations } from '#platform/migrate.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { createLogger } from '#platform/telemetry/logger.ts'
import { createRegistry } from '#platform/telemetry/metrics.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { openSpans } from '#platform/telemetry/spans.ts'
import { openProgram, type Program } from '../program.ts'
import { services } from '../services.ts'
import { settingGroups } from './config.ts'

export const VERSION = '0.1.0'

const PLATFORM_MIGRATIONS = { service: 'platform', folder: new URL('../platform/migrations/', import.meta.url) }

export type Launched = {
  url: string
  program: Program
  logger: Logger
  /** What the first start made and shows once. */
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
 * @throws Error with a sentence for the operator
 */
export async function launch(given: Parameters<typeof loadSettings>[1] = {}): Promise<Launched> {
  const settings = loadSettings(
    settingGroups.map((group) => group.settings),
    given,
  )
  const own = settings.of(platformSettings)
  armCrashPoint(own.CAUCE_CRASH_AT)
  const logger = createLogger({ level: own.CAUCE_LOG_LEVEL })
  const embedded: Embedded | undefined =
    own.DATABASE_URL === undefined ? await startEmbedded({ dataDir: own.CAUCE_DATA_DIR, logger }) : undefined
  const databaseUrl = embedded?.url ?? (own.DATABASE_URL as string)
  try {
    const applied = await migrate(databaseUrl, await allMigrations(), Date.now())
    if (applied.length > 0) logger.info({ migrations: applied.length }, 'brought the database up to date')
    const metrics = createRegistry({ version: VERSION, commit: '' })
    const spans = await openSpans({
      endpoint: own.OTEL_EXPORTER_OTLP_ENDPOINT,
      service: 'cauce',
      version: VERSION,
      logger,
    })
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
      publicUrl: () => (own.CAUCE_PUBLIC_URL ?? address).replace(/\/+$/, ''),
    })
    const made = await bootstrap({ database: program.database, settings, clock: program.runtime.clock })
    const app = await serve(program, settings)
    await program.start()
    address = await app.listen({ port: own.PORT, host: own.HOST })
    return {
      url: address,
      program,
      logger,
      made,
      database: embedded === undefined ? new URL(databaseUrl).host : `embedded, in ${own.CAUCE_DATA_DIR}`,
      adminEmail: own.CAUCE_ADMIN_EMAIL,
      async stop() {
        await app.close()
        await program.stop()
        await spans.close()
        await embedded?.stop()
      },
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

async function serve(program: Program, settings: ReturnType<typeof loadSettings>): Promise<FastifyInstance> {
  const { runtime } = program
  const http = settings.of(httpSettings)
  const { worker } = runtime.database
  const checks = {
    database: async () => {
      await worker.query('select 1')
      return undefined
    },
    migrations: async () => {
      const applied = await worker.query<{ key: string }>("select service || '/' || name as key from cauce_migration")
      const known = new Set(applied.map(({ key }) => key))
      const missing = (await allMigrations()).find(({ service, name }) => !known.has(`${service}/${name}`))
      if (missing !== undefined) throw new Error(`${missing.service}/${missing.name} is not applied`)
      return `${applied.length} applied`
    },
    broker: async () => 'none: events travel over PostgreSQL',
  }
  return createServer({
    routes: [
      ...program.routes,
      ...platformRoutes({ version: VERSION, metrics: runtime.metrics, checks, routes: program.routes }),
    ],
    authenticate: authenticator(runtime),
    clock: runtime.clock,
    logger: runtime.logger,
    times: createRouteTimes(runtime.metrics),
    spans: runtime.spans,
    idempotency: createIdempotencyStore(runtime.database),
    requestsPerMinute: http.CAUCE_REQUESTS_PER_MINUTE,
    overload: runtime.overload,
    trustedNetworks: http.CAUCE_TRUSTED_NETWORKS,
    trustedTenant: DEFAULT_TENANT,
  })
}
