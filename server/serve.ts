import type { FastifyInstance } from 'fastify'
import { authenticator, DEFAULT_TENANT } from '#access/index.ts'
import { brokerState } from '#gateway/index.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import { createServer } from '#platform/http/server.ts'
import { httpSettings } from '#platform/http/settings.ts'
import type { Site } from '#platform/http/site.ts'
import { assertMigrated, type Migration } from '#platform/migrate.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import type { Program } from './program.ts'
import { VERSION } from './version.ts'

/**
 * The HTTP server over a program's routes and the platform's own; not listening yet.
 * @param site the admin, where it was built
 */
export async function serve(
  program: Pick<Program, 'runtime' | 'routes' | 'parts'>,
  migrations: readonly Migration[],
  site: Site | null = null,
): Promise<FastifyInstance> {
  const { runtime, routes, parts } = program
  const { worker } = runtime.database
  const http = runtime.settings.of(httpSettings)
  const checks = {
    database: async () => (await worker.query<{ server_version: string }>('show server_version'))[0]?.server_version,
    migrations: () => assertMigrated(worker, migrations),
    broker: async () => {
      const { ok, detail } = brokerState(runtime)
      return ok ? detail : { degraded: detail }
    },
    ...Object.assign({}, ...parts.map((part) => part.checks)),
  }
  return createServer({
    routes: [...routes, ...platformRoutes({ version: VERSION, metrics: runtime.metrics, checks, routes, site })],
    ...authenticator(runtime),
    clock: runtime.clock,
    logger: runtime.logger,
    times: createRouteTimes(runtime.metrics),
    spans: runtime.spans,
    idempotency: createIdempotencyStore(runtime.database),
    requestsPerMinute: http.CAUCE_REQUESTS_PER_MINUTE,
    overload: runtime.overload,
    trustedNetworks: http.CAUCE_TRUSTED_NETWORKS,
    trustedTenant: DEFAULT_TENANT,
    trustedProxies: http.CAUCE_TRUSTED_PROXIES,
    site,
    veil: parts.find(({ veil }) => veil !== undefined)?.veil,
  })
}
