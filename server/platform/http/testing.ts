import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { Registry } from 'prom-client'
import { manualClock } from '#platform/clock.ts'
import type { IdempotencyStore } from '#platform/http/idempotency.ts'
import type { Identity, Permission, Route } from '#platform/http/route.ts'
import { createServer, type ServerOptions } from '#platform/http/server.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans } from '#platform/telemetry/spans.ts'

export const identity = (tenant: string, permissions: readonly Permission[]): Identity => ({
  tenant,
  actor: `key:${tenant}`,
  person: null,
  permissions: new Set(permissions),
})

const noStore: IdempotencyStore = {
  claim: () => Promise.reject(new Error('no route of this test is idempotent')),
  finish: async () => {},
  release: async () => {},
  secret: async () => Buffer.alloc(32),
}

/** The HTTP edge over a table of routes, for tests; a credential is `<tenant>` or `<tenant>:<permission>,…`. */
export function testServer(routes: readonly Route[], more: Partial<ServerOptions> = {}): Promise<FastifyInstance> {
  return createServer({
    routes,
    authenticate(credential) {
      const [tenant = '', permissions = ''] = credential.split(':', 2)
      return tenant === 'nobody'
        ? null
        : identity(
            tenant,
            permissions.split(',').map((name) => name.replace('.', ':') as Permission),
          )
    },
    clock: manualClock(1_800_000_000_000),
    logger: pino({ level: 'silent' }),
    times: createRouteTimes(new Registry()),
    spans: noSpans,
    idempotency: noStore,
    requestsPerMinute: 0,
    trustedNetworks: [],
    trustedTenant: 'default',
    ...more,
  })
}

/** A logger that keeps its lines. */
export function memoryLogger(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return { logger, lines }
}
