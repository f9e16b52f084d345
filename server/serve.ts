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
import type { Db } from '#platform/work.ts'
import type { Program } from './program.ts'
import { VERSION } from './version.ts'

/**
 * Raised as the server itself does, so that the connection is given up: after a failover another one finds the primary.
 * A managed server that ran out of storage only reads as well.
 */
const WRITES = `do $$ begin
  if current_setting('transaction_read_only')::boolean then
    raise 'it only reads: nothing can be stored' using errcode = 'read_only_sql_transaction';
  end if;
end $$`

/** Which PostgreSQL it is, once it is seen to take what is stored. */
async function databaseState(worker: Db): Promise<string | undefined> {
  await worker.query(WRITES)
  return (await worker.query<{ server_version: string }>('show server_version'))[0]?.server_version
}

/**
 * The HTTP server over a program's routes and the platform's own; not listening yet.
 * @param site the admin, where it was built
 */
export async function serve(
  program: Pick<Program, 'runtime' | 'routes' | 'parts' | 'checks'>,
  migrations: readonly Migration[],
  site: Site | null = null,
): Promise<FastifyInstance> {
  const { runtime, routes, parts, checks: own } = program
  const { worker } = runtime.database
  const http = runtime.settings.of(httpSettings)
  const checks = {
    database: () => databaseState(worker),
    migrations: () => assertMigrated(worker, migrations),
    broker: async () => {
      const { ok, detail } = brokerState(runtime)
      return ok ? detail : { degraded: detail }
    },
    ...own,
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
