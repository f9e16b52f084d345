/**
 * The limit of the intake: the same program, and beside it the same route behind the same authentication, limits,
 * trace hooks and validation, whose append resolves at once.
 */
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { authenticator, DEFAULT_TENANT } from '../../server/access/index.ts'
import { type Launched, launch } from '../../server/commands/launch.ts'
import { events } from '../../server/events/index.ts'
import { createIdempotencyStore } from '../../server/platform/http/idempotency-store.ts'
import { createServer } from '../../server/platform/http/server.ts'
import { createRouteTimes } from '../../server/platform/telemetry/route-times.ts'
import { answerQuestions } from '../child.ts'

export type LimitQuestions = { start: { ask: null; answer: { port: number } } }

let stop: () => Promise<void> = async () => {}

answerQuestions<LimitQuestions>({
  async start() {
    const launched = await launch()
    const app = await serveLimit(launched)
    await app.listen({ host: '127.0.0.1', port: 0 })
    stop = async () => {
      await app.close()
      await launched.stop()
    }
    return { port: (app.server.address() as { port: number }).port }
  },
})

async function serveLimit({ program }: Launched): Promise<FastifyInstance> {
  const { runtime } = program
  let position = 0
  const { routes = [] } = await events.open({
    ...runtime,
    appendEvent: async () => {
      position += 1
      return { duplicate: false, position, published: true }
    },
  })
  return createServer({
    routes,
    ...authenticator(runtime),
    clock: runtime.clock,
    logger: runtime.logger,
    // Its series must not meet those of the program in one registry.
    times: createRouteTimes(new Registry()),
    spans: runtime.spans,
    idempotency: createIdempotencyStore(runtime.database),
    requestsPerMinute: 0,
    overload: program.log.overload,
    trustedNetworks: [],
    trustedTenant: DEFAULT_TENANT,
  })
}

process.once('SIGTERM', async () => {
  await stop()
  process.exit()
})
