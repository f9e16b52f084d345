import type { FastifyInstance } from 'fastify'
import { authenticator, DEFAULT_TENANT } from '#access/index.ts'
import { watchDisk } from '#platform/disk.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import { createServer } from '#platform/http/server.ts'
import { httpSettings } from '#platform/http/settings.ts'
import { assertMigrated, type Migration } from '#platform/migrate.ts'
import { Problem } from '#platform/problem.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import type { Program } from './program.ts'
import { VERSION } from './version.ts'

/**
 * The HTTP server over a program's routes and the platform's own; not listening yet.
 * @param dataFolder where the database keeps its files when that is on this machine: its doors close before the disk is full
 */
export async function serve(
  program: Pick<Program, 'runtime' | 'routes' | 'log'>,
  migrations: readonly Migration[],
  dataFolder?: string,
): Promise<FastifyInstance> {
  const { runtime, routes } = program
  const { worker } = runtime.database
  const http = runtime.settings.of(httpSettings)
  const checks = {
    database: async () => (await worker.query<{ server_version: string }>('show server_version'))[0]?.server_version,
    migrations: () => assertMigrated(worker, migrations),
    broker: async () => 'none: the log is in PostgreSQL',
  }
  const disk = dataFolder === undefined ? null : watchDisk(dataFolder, runtime.logger)
  const app = await createServer({
    routes: [...routes, ...platformRoutes({ version: VERSION, metrics: runtime.metrics, checks, routes })],
    authenticate: authenticator(runtime),
    clock: runtime.clock,
    logger: runtime.logger,
    times: createRouteTimes(runtime.metrics),
    spans: runtime.spans,
    idempotency: createIdempotencyStore(runtime.database),
    requestsPerMinute: http.CAUCE_REQUESTS_PER_MINUTE,
    overload: (tenant) => (disk?.full() ? diskFull() : program.log.overload(tenant)),
    trustedNetworks: http.CAUCE_TRUSTED_NETWORKS,
    trustedTenant: DEFAULT_TENANT,
  })
  app.addHook('onClose', async () => disk?.stop())
  return app
}

const diskFull = () =>
  new Problem(503, 'disk-full', 'There is no room to keep more events. Send it again later.', { retryAfterS: 30 })
