/**
 * The limit of the intake: the same program, and beside it the same route behind the same authentication, limits,
 * trace hooks and validation, whose append resolves at once.
 */
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { authenticator, DEFAULT_TENANT } from '../../server/access/index.ts'
import { type Launched, launch } from '../../server/commands/launch.ts'
import { stopSignal, untilStopped } from '../../server/commands/stop-signal.ts'
import { events } from '../../server/events/index.ts'
import { createIdempotencyStore } from '../../server/platform/http/idempotency-store.ts'
import { createServer } from '../../server/platform/http/server.ts'
import { createRouteTimes } from '../../server/platform/telemetry/route-times.ts'
import { answerQuestions } from '../child.ts'

export type LimitQuestions = { start: { ask: null; answer: { port: number } } }

// A Ctrl-C comes from the terminal, and once more from the bench: both are one wish.
const stopping = stopSignal(() => {})
let opened: ReturnType<typeof open> | undefined

answerQuestions<LimitQuestions>(
  {
    async start() {
      opened = open()
      const { app } = await opened
      return { port: (app.server.address() as { port: number }).port }
    },
  },
  () => process.kill(process.pid, 'SIGTERM'),
)

async function open() {
  const launched = await launch({}, { stopping })
  const app = await serveLimit(launched)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { launched, app }
}

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

await untilStopped(stopping)
const { launched, app } = (await opened?.catch(() => undefined)) ?? {}
await app?.close()
await launched?.stop()
process.exit()
